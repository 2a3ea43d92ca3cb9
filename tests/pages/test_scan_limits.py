"""Who scans too fast reads what to do; a page of it has no dead end."""

import pytest
import time_machine

from rewards.activities import queries as activities
from rewards.checkins import queries as checkins
from tests.factories.world import build_occasion, build_station


@pytest.fixture
def clock(now):
    with time_machine.travel(now, tick=False) as traveller:
        yield traveller


def test_too_many_scans_of_one_browser_are_told_to_wait(app, client, clock, now):
    with app.app_context():
        occasion = build_occasion(build_station(), now=now)
        token = checkins.get_display_code(activities.get_occasion(occasion.id), now=now).token
    client.set_cookie("browser", "a" * 26)
    for _ in range(60):
        assert client.get(f"/C/{token}").status_code == 200

    page = client.get(f"/C/{token}")

    assert page.status_code == 429
    assert int(page.headers["Retry-After"]) == 60
    assert "等1分钟再扫一次" in page.text

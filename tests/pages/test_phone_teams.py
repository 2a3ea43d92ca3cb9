"""The teams that somebody belongs to stand on their first page, and nobody else's."""

from datetime import timedelta

import pytest
import time_machine

from rewards.access.types import SystemActor
from rewards.identity import service as identity
from tests.factories.teams import build_team, join, leave
from tests.factories.world import build_participant, build_station

PHONE = "13800001234"


@pytest.fixture
def clock(now):
    with time_machine.travel(now, tick=False) as traveller:
        yield traveller


@pytest.fixture
def station(app, clock):
    return build_station()


@pytest.fixture
def me(station, now):
    return build_participant(station, phone=PHONE, now=now)


@pytest.fixture
def browser(app, client, me, now):
    app.config["WTF_CSRF_ENABLED"] = False
    sent = identity.issue_sign_in_code(actor=SystemActor(), participant_id=me.id, now=now)
    client.post("/sign-in", data={"action": "enter", "phone": PHONE, "code": sent.code})
    return client


def test_my_teams_stand_on_my_first_page(browser, station, me, now):
    assert "我的队伍" not in browser.get("/").text
    mine, left, theirs = (
        build_team(station, name=name, now=now) for name in ("杏花红队", "旧队", "别人的队")
    )
    join(mine, me, joined_on=(now - timedelta(days=20)).date(), now=now)
    join(left, me, joined_on=(now - timedelta(days=20)).date(), now=now)
    leave(left, me, now=now)
    join(theirs, build_participant(station, now=now), now=now)

    page = browser.get("/").text

    assert "我的队伍" in page
    assert "杏花红队" in page
    assert "2026年11月1日起" in page
    assert "旧队" not in page
    assert "别人的队" not in page

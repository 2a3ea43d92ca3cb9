"""Codes in the console: voiding them, the leader's phone, posters and cards on paper."""

import pytest

from rewards.activities import queries as activities
from tests.factories.world import build_occasion


@pytest.fixture
def occasion(station, now):
    """An activity to which one can check in now."""
    return build_occasion(station, now=now, place="服务站门前广场")


def at(occasion, more=""):
    return f"/console/occasions/{occasion.id}{more}"


def test_codes_that_got_out_are_voided_by_one_button(admin, occasion):
    assert "全部作废，换新码" in admin.get(at(occasion)).text

    answer = admin.post(at(occasion, "/code/rotation"), follow_redirects=True)

    assert "以前的签到码和数字都作废了" in answer.text
    assert activities.get_occasion(occasion.id).code_key != occasion.code_key


def test_who_shows_no_code_voids_none(clerk, occasion):
    assert "全部作废" not in clerk.get(at(occasion)).text
    assert clerk.post(at(occasion, "/code/rotation")).status_code == 403
    assert activities.get_occasion(occasion.id).code_key == occasion.code_key

"""Refused scans as staff see them: who still waits, and nobody buried under strangers."""

import pytest

from rewards.activities.types import OccasionKind
from rewards.checkins import queries as checkins
from rewards.checkins import service
from rewards.checkins.errors import CheckOutNotOpenError, WrongDigitsError
from tests.factories.world import act_as, build_occasion

STRANGERS = 101


@pytest.fixture
def shift(station, resident, now):
    """Return a shift that is about to end, with the resident there."""
    shift = build_occasion(
        station, kind=OccasionKind.SERVICE_SHIFT, now=now, starts_in=-25, minutes=30
    )
    code = checkins.get_display_code(shift, now=shift.starts_at).token
    service.check_in_by_code(actor=act_as(resident), code=code, now=shift.starts_at)
    return shift


def leave(resident, shift, now, digits):
    return service.check_out_by_digits(
        actor=act_as(resident), occasion_id=shift.id, digits=digits, now=now
    )


def test_who_could_not_leave_waits_until_they_have_left(admin, resident, shift, now):
    with pytest.raises(WrongDigitsError):
        leave(resident, shift, now, "000")
    while_there = admin.get("/console/refused").text
    today = admin.get("/console").text

    leave(resident, shift, now, checkins.get_display_code(shift, now=now).digits)
    after = admin.get("/console/refused").text

    assert "1次还没处理" in while_there
    assert "1人扫码没签上" in today
    assert "0次还没处理" in after
    assert "已签退" in after


def test_who_scanned_to_leave_too_early_waits_until_they_have_left(admin, resident, shift):
    early = shift.starts_at
    with pytest.raises(CheckOutNotOpenError):
        leave(resident, shift, early, checkins.get_display_code(shift, now=early).digits)

    assert "1次还没处理" in admin.get("/console/refused").text


def test_strangers_bury_nobody_and_wait_for_nothing(admin, station, resident, now):
    occasion = build_occasion(station, now=now)
    with pytest.raises(WrongDigitsError):
        service.check_in_by_digits(
            actor=act_as(resident), occasion_id=occasion.id, digits="000", now=now
        )
    for _ in range(STRANGERS):
        service.note_refused_scan(
            participant_id=None, occasion_id=occasion.id, reason="code-expired", raw="", now=now
        )

    page = admin.get("/console/refused").text

    assert "1次还没处理" in page
    assert page.index("王*英") < page.index("没登录")
    assert "1人扫码没签上" in admin.get("/console").text

"""What became of a line of the history, in sentences."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from uuid import UUID

import pytest

from rewards.checkins.types import AttendanceState
from rewards.ledger.types import Fate, LotUse, Reason
from rewards.web import sentences

SOME_ID = UUID("01900000-0000-7000-8000-000000000000")
END = date(2027, 12, 31)


def use(amount, reason=Reason.REDEMPTION, **details):
    at = datetime(2026, 11, 21, tzinfo=UTC)
    return LotUse(entry_id=SOME_ID, reason=reason, amount=amount, at=at, details=details)


def fate(*uses, left=0, valid_until=END, reversed_by=None):
    return Fate(valid_until=valid_until, left=left, uses=uses, reversed_by=reversed_by)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (fate(left=20), ["还剩 20 分，到 2027年12月31日 有效"]),
        (fate(left=None, valid_until=None), []),
        (fate(reversed_by=SOME_ID), ["已撤回"]),
        (fate(use(20, reward="牙膏")), ["20 分 已用于 兑换 牙膏"]),
        (
            fate(use(15, reward="牙膏"), use(-15, Reason.REFUND, reward="牙膏"), left=15),
            ["15 分 已用于 兑换 牙膏", "15 分 退回", "还剩 15 分，到 2027年12月31日 有效"],
        ),
        (
            fate(use(5, Reason.ADJUSTMENT), use(15, Reason.EXPIRY)),
            ["5 分 由工作人员减去", "15 分 已到期"],
        ),
    ],
)
def test_a_line_says_what_became_of_it(given, told):
    assert [each.replace("\u00a0", " ") for each in sentences.tell_fate(given)] == told


@pytest.mark.parametrize(
    ("state", "why"),
    [
        (AttendanceState.DECLINED, "没有签退，负责人没有确认时长"),
        (AttendanceState.LAPSED, "没有签退，7天内也没有人确认时长"),
    ],
)
def test_unproved_attendance_says_why_it_earned_nothing(state, why):
    given = SimpleNamespace(state=state, awards=())

    assert sentences.explain_nothing(given) == why


def test_in_brief_nothing_is_said_of_points_that_are_all_there():
    assert sentences.tell_fate(fate(left=20), is_brief=True) == ()
    assert sentences.tell_fate(fate(use(5, reward="牙膏"), left=15), is_brief=True) != ()
    assert sentences.tell_fate(fate(reversed_by=SOME_ID), is_brief=True) != ()

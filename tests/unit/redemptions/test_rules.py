from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rewards.access.errors import NotAllowedError
from rewards.access.types import ParticipantActor, Role, SystemActor
from rewards.redemptions import rules
from rewards.redemptions.errors import (
    QuantityOutOfRangeError,
    RedemptionAlreadyFulfilledError,
    RedemptionCancelledError,
    RedemptionExpiredError,
    RedemptionForOtherError,
    RedemptionNotFoundError,
    RedemptionOtherSpaceError,
    RewardElsewhereError,
    RewardNotListedError,
    SpaceClosedError,
    WrongRedemptionCodeError,
)
from rewards.redemptions.types import RedemptionStatus
from rewards.stock.types import Desk, Hours, SpaceId, Span
from tests.factories.redemptions import build_offer, build_redemption, build_staff

NOW = datetime(2026, 11, 21, 6, 40, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
OWNER = ParticipantActor(participant_id=UUID(int=5))
STRANGER = ParticipantActor(participant_id=UUID(int=99))
CLERK = build_staff(Role.CLERK, "center/institute/station/")
CLERK_ELSEWHERE = build_staff(Role.CLERK, "center/institute/other/")
AUDITOR = build_staff(Role.AUDITOR, "center/")
HERE = SpaceId(UUID(int=2))
ELSEWHERE = SpaceId(UUID(int=98))
CODE = "48213907"
ENDS = {
    RedemptionStatus.FULFILLED: RedemptionAlreadyFulfilledError,
    RedemptionStatus.CANCELLED: RedemptionCancelledError,
    RedemptionStatus.EXPIRED: RedemptionExpiredError,
}


@pytest.mark.parametrize(
    "text",
    [
        "48213907",
        " 48213907\n",
        "4821 3907",
        "4821-3907",
        "48–21–39–07",
        "４８２１３９０７",  # noqa: RUF001
        "４８２１\u3000３９０７",  # noqa: RUF001
    ],
)
def test_a_code_is_read_however_it_is_typed(text):
    assert rules.read_code(text) == CODE


@pytest.mark.parametrize(
    "text",
    [
        "",
        "4821390",
        "482139070",
        "4821390a",
        "4821.3907",
        "٤٨٢١٣٩٠٧",
        "४८२१३९०७",
        "4821390²7",
        "48213907" + " " * 32,
        "48213907; DROP TABLE redemptions",
    ],
)
def test_anything_else_is_no_code(text):
    assert rules.read_code(text) is None


@given(st.text(max_size=40))
def test_what_is_read_is_eight_ascii_digits_and_reads_as_itself(text):
    code = rules.read_code(text)

    if code is not None:
        assert len(code) == 8
        assert set(code) <= set("0123456789")
        assert rules.read_code(code) == code


@given(
    st.text("0123456789", min_size=8, max_size=8),
    st.lists(st.tuples(st.integers(0, 8), st.sampled_from(" -–—\u3000")), max_size=8),
    st.booleans(),
)
def test_gaps_and_width_do_not_change_a_code(code, gaps, is_full_width):
    text = code
    for position, gap in sorted(gaps, reverse=True):
        text = text[:position] + gap + text[position:]
    if is_full_width:
        text = text.translate({ord("0") + digit: 0xFF10 + digit for digit in range(10)})

    assert rules.read_code(text) == code


NO_HOURS = Hours(weeks={}, days={})


def test_a_redemption_is_kept_to_the_end_of_the_next_open_day():
    sunday_closed = Hours(weeks={Desk.SPACE: (*[(Span(opens=540, closes=1020),)] * 6, ())}, days={})

    saturday = rules.expires_at(NOW, SHANGHAI, hours=sunday_closed)
    sunday = rules.expires_at(NOW + timedelta(days=1), SHANGHAI, hours=sunday_closed)

    assert saturday == datetime(2026, 11, 29, tzinfo=SHANGHAI)
    assert sunday == datetime(2026, 12, 1, tzinfo=SHANGHAI)


def test_a_redemption_is_kept_to_the_end_of_the_seventh_day():
    kept_until = rules.expires_at(NOW, SHANGHAI, hours=NO_HOURS)

    assert kept_until == datetime(2026, 11, 29, tzinfo=SHANGHAI)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_a_redemption_is_kept_for_seven_to_eight_days(now):
    kept = rules.expires_at(now, SHANGHAI, hours=NO_HOURS) - now

    assert timedelta(days=7) < kept <= timedelta(days=8)


def test_a_participant_reserves_for_nobody_else():
    rules.check_may_reserve(OWNER, OWNER.participant_id, "center/")

    with pytest.raises(RedemptionForOtherError):
        rules.check_may_reserve(OWNER, STRANGER.participant_id, "center/")


def test_staff_reserve_for_others_where_they_hand_over():
    rules.check_may_reserve(CLERK, OWNER.participant_id, "center/institute/station/")
    rules.check_may_reserve(SystemActor(), OWNER.participant_id, "center/")

    for actor in (CLERK_ELSEWHERE, AUDITOR):
        with pytest.raises(NotAllowedError):
            rules.check_may_reserve(actor, OWNER.participant_id, "center/institute/station/")


def test_the_owner_and_the_clerk_may_cancel():
    redemption = build_redemption(NOW)

    rules.check_may_cancel(OWNER, redemption)
    rules.check_may_cancel(CLERK, redemption)

    with pytest.raises(NotAllowedError):
        rules.check_may_cancel(CLERK_ELSEWHERE, redemption)
    with pytest.raises(RedemptionNotFoundError):
        rules.check_may_cancel(STRANGER, redemption)


@pytest.mark.parametrize("space_id", [None, HERE])
def test_a_clerk_of_the_space_with_the_code_may_hand_over(space_id):
    rules.check_may_fulfil(CLERK, build_redemption(NOW), "4821 3907", space_id)


@pytest.mark.parametrize("actor", [OWNER, AUDITOR])
def test_nobody_else_may_hand_over(actor):
    with pytest.raises(NotAllowedError):
        rules.check_may_fulfil(actor, build_redemption(NOW), CODE, None)


@pytest.mark.parametrize("code", ["", "48213908", "x"])
@pytest.mark.parametrize("actor", [CLERK, CLERK_ELSEWHERE])
def test_without_the_code_nothing_is_handed_over_or_told(actor, code):
    with pytest.raises(WrongRedemptionCodeError) as refusal:
        rules.check_may_fulfil(actor, build_redemption(NOW), code, None)

    assert refusal.value.members == {}


@pytest.mark.parametrize(
    ("actor", "space_id"), [(CLERK_ELSEWHERE, None), (CLERK_ELSEWHERE, HERE), (CLERK, ELSEWHERE)]
)
def test_at_another_space_the_right_one_is_named(actor, space_id):
    with pytest.raises(RedemptionOtherSpaceError) as refusal:
        rules.check_may_fulfil(actor, build_redemption(NOW), CODE, space_id)

    assert refusal.value.members == {"space_name": "某社区线下空间"}


@pytest.mark.parametrize("quantity", [1, rules.QUANTITY_MAX])
def test_one_to_ten_pieces_can_be_reserved(quantity):
    rules.check_offer(build_offer(), space_id=HERE, quantity=quantity)


@pytest.mark.parametrize("quantity", [-1, 0, rules.QUANTITY_MAX + 1])
def test_no_other_quantity_can_be_reserved(quantity):
    with pytest.raises(QuantityOutOfRangeError):
        rules.check_offer(build_offer(), space_id=HERE, quantity=quantity)


def test_an_item_of_another_space_is_refused_and_that_space_named():
    with pytest.raises(RewardElsewhereError) as refusal:
        rules.check_offer(build_offer(), space_id=ELSEWHERE, quantity=1)

    assert refusal.value.members == {"space_name": "某社区线下空间"}


@pytest.mark.parametrize(
    ("change", "error"),
    [({"is_listed": False}, RewardNotListedError), ({"space_closed_at": NOW}, SpaceClosedError)],
)
def test_what_is_not_offered_is_refused(change, error):
    with pytest.raises(error):
        rules.check_offer(build_offer(**change), space_id=HERE, quantity=1)


def test_a_reserved_redemption_may_come_to_any_end():
    redemption = build_redemption(NOW)

    rules.check_is_open(redemption)
    rules.check_is_collectable(redemption, NOW)
    assert rules.can_expire(redemption, redemption.expires_at)


@pytest.mark.parametrize(("status", "error"), ENDS.items())
def test_every_end_is_final(status, error):
    redemption = build_redemption(NOW, status=status, closed_at=NOW, closed_by="staff:1")

    with pytest.raises(error):
        rules.check_is_open(redemption)
    with pytest.raises(error):
        rules.check_is_collectable(redemption, NOW)
    assert not rules.can_expire(redemption, redemption.expires_at)


def test_a_second_hand_over_is_told_of_the_first():
    redemption = build_redemption(
        NOW, status=RedemptionStatus.FULFILLED, closed_at=NOW, closed_by="staff:1"
    )

    refusal = rules.build_refusal(redemption)

    assert refusal.members == {
        "fulfilled_at": "2026-11-21T06:40:00+00:00",
        "fulfilled_by": "staff:1",
        "space_name": "某社区线下空间",
    }


def test_the_last_moment_to_collect_is_before_the_end():
    redemption = build_redemption(NOW)
    last = redemption.expires_at - timedelta(microseconds=1)

    rules.check_is_collectable(redemption, last)
    assert not rules.can_expire(redemption, last)

    with pytest.raises(RedemptionExpiredError):
        rules.check_is_collectable(redemption, redemption.expires_at)
    rules.check_is_open(redemption)

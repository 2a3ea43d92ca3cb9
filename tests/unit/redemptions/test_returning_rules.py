"""Until when what is undone or taken back, and what of it stands on the shelf again."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rewards.access.types import Role
from rewards.redemptions import errors, rules
from rewards.redemptions.types import RedemptionStatus, ReturnKind
from rewards.stock.types import Hours
from tests.factories.redemptions import build_redemption, build_staff

SHANGHAI = ZoneInfo("Asia/Shanghai")
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
ALWAYS = Hours(weeks={}, days={})


def build_given(at, by="staff:0", **changes):
    return build_redemption(
        at, status=RedemptionStatus.FULFILLED, closed_at=at, closed_by=by, **changes
    )


@given(at=MOMENTS)
def test_faulty_goods_are_taken_back_for_seven_whole_days_and_the_rest_of_the_first(at):
    until = rules.returnable_until(build_given(at), SHANGHAI)

    assert timedelta(days=7) < until - at <= timedelta(days=8)
    assert until.astimezone(SHANGHAI).time().isoformat() == "00:00:00"


@given(at=MOMENTS)
def test_more_time_is_seven_days_where_nobody_told_the_hours(at):
    first = rules.expires_at(at, SHANGHAI, hours=ALWAYS)
    later = rules.extended_until(first, SHANGHAI, hours=ALWAYS)

    # No clock is changed in Shanghai in these years.
    assert later - first == timedelta(days=7)


@given(quantity=st.integers(1, 10), data=st.data())
def test_no_piece_comes_back_twice_or_is_lost(quantity, data):
    faulty = data.draw(st.integers(1, quantity))
    back = {kind: rules.count_back(kind, faulty=faulty, of=quantity) for kind in ReturnKind}

    assert back[ReturnKind.UNDONE] == quantity
    assert back[ReturnKind.REFUNDED] + faulty == quantity
    assert back[ReturnKind.REPLACED] == 0


@given(points=st.integers(1, 1000), quantity=st.integers(2, 10), data=st.data())
def test_a_part_and_the_rest_cost_together_what_all_did(points, quantity, data):
    part = data.draw(st.integers(1, quantity - 1))
    redemption = build_redemption(
        datetime(2026, 11, 21, tzinfo=UTC), quantity=quantity, points=points * quantity
    )

    assert rules.price_of(redemption, part) == points * part
    assert sum(rules.price_of(redemption, n) for n in (part, quantity - part)) == redemption.points


@given(tail=st.text(max_size=8))
def test_a_phone_tail_is_four_digits_or_refused(tail):
    try:
        proxy = rules.read_proxy("李秀兰", tail)
    except errors.InvalidProxyError:
        return
    assert proxy.phone_tail.isascii()
    assert proxy.phone_tail.isdigit()
    assert len(proxy.phone_tail) == rules.PHONE_TAIL_LENGTH


def test_who_is_shown_the_button_to_undo_is_who_may(now):
    path = "center/institute/station/"
    clerk = build_staff(Role.CLERK, path)
    own = build_given(now, by=clerk.principal)

    assert rules.undo_until(own, clerk) == now + timedelta(minutes=15)
    assert rules.undo_until(own, build_staff(Role.STATION_ADMIN, path)) is not None
    assert rules.undo_until(own, build_staff(Role.CLERK, path)) is None
    assert rules.undo_until(own, build_staff(Role.STATION_ADMIN, "elsewhere/")) is None
    assert rules.undo_until(build_redemption(now), clerk) is None
    assert rules.undo_until(build_given(now, by=clerk.principal, returned_at=now), clerk) is None


@pytest.mark.parametrize("note", ["", "坏", "坏" * 121, "\n\t"])
def test_a_note_says_something(note):
    with pytest.raises(errors.InvalidReturnError):
        rules.normalize_note(note, is_required=True)


def test_a_note_is_one_line():
    assert rules.normalize_note(" 杯盖\n漏水 ", is_required=True) == "杯盖 漏水"
    assert rules.normalize_note("", is_required=False) == ""

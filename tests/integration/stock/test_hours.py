"""Opening hours and pick-up slots as staff set them and as redemptions use them."""

from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from rewards.access.errors import NotAllowedError
from rewards.access.models import AuditRecordRow
from rewards.access.types import Role
from rewards.core import clock
from rewards.core.db import db
from rewards.core.unit import use_case
from rewards.stock import operations, queries, service
from rewards.stock.errors import (
    InvalidHoursError,
    InvalidSlotsError,
    SlotFullError,
    SlotNotOfferedError,
    SpaceNotFoundError,
    SpecialDayNotFoundError,
)
from rewards.stock.models import PickupSlotRow
from rewards.stock.types import Desk, SpaceId, Span
from tests.factories.redemptions import SYSTEM, add_shop, build_staff, read_rows

ALL_DAY = (Span(opens=0, closes=1440),)
MORNING = (Span(opens=540, closes=720),)
DAY = timedelta(days=1)


@pytest.fixture
def shop(app, now):
    return add_shop(now, on_hand=3)


@pytest.fixture
def admin(shop):
    return build_staff(Role.STATION_ADMIN, shop.station.path)


@pytest.fixture
def today(now):
    return clock.local_date(now, clock.zone())


def set_week(shop, now, *, desk=Desk.SPACE, week=(MORNING,) * 7, actor=SYSTEM):
    return service.set_week(actor=actor, space_id=shop.space.id, desk=desk, week=week, now=now)


def set_days(shop, now, first, last, *, desk=Desk.SPACE, spans=(), reason="放假", actor=SYSTEM):
    return service.set_special_days(
        actor=actor,
        space_id=shop.space.id,
        desk=desk,
        first=first,
        last=last,
        spans=spans,
        reason=reason,
        now=now,
    )


def list_audits():
    return list(db.session.scalars(sa.select(AuditRecordRow.action).order_by(AuditRecordRow.id)))


@use_case
def book(shop, starts_at, now):
    return operations.book_slot(space_id=shop.space.id, starts_at=starts_at, now=now)


@use_case
def leave(slot_id):
    operations.leave_slot(slot_id=slot_id)


@pytest.fixture
def slots(shop, now):
    """The slots of a desk that is open day and night, two people to a slot."""
    set_week(shop, now, week=(ALL_DAY,) * 7)
    service.set_slots(actor=SYSTEM, space_id=shop.space.id, minutes=30, capacity=2, now=now)
    return queries.list_slots(shop.space.id, now)


def test_the_week_that_is_set_is_the_one_that_is_read(shop, admin, now, today):
    set_week(shop, now, week=(MORNING,) * 6 + ((),), actor=admin)
    set_week(shop, now, week=(ALL_DAY,) * 7, desk=Desk.EXCHANGE, actor=admin)

    hours = queries.get_hours(shop.space.id, since=today)

    assert hours.weeks == {Desk.SPACE: (MORNING,) * 6 + ((),), Desk.EXCHANGE: (ALL_DAY,) * 7}
    assert list_audits()[-2:] == ["space.hours_set"] * 2


def test_a_desk_that_never_opens_by_the_week_has_told_so(shop, now, today):
    set_week(shop, now)
    set_week(shop, now, desk=Desk.EXCHANGE, week=((),) * 7)
    set_days(shop, now, today + DAY, today + DAY, desk=Desk.EXCHANGE, spans=MORNING)

    assert queries.last_pickup_day(shop.space.id, now=now, kept_days=1) == today + DAY
    assert queries.last_pickup_day(shop.space.id, now=now, kept_days=0) == today + DAY
    assert not queries.judge_open(shop.space.id, Desk.EXCHANGE, now).is_open


def test_hours_that_are_taken_back_are_not_told_any_more(shop, now):
    set_week(shop, now)
    set_week(shop, now, week=None)

    assert queries.judge_open(shop.space.id, Desk.SPACE, now) is None


def test_special_days_replace_what_was_said_of_them_and_can_be_dropped(shop, admin, now, today):
    set_days(shop, now, today, today + 2 * DAY, actor=admin)
    set_days(shop, now, today + DAY, today + DAY, spans=MORNING, reason="加开", actor=admin)

    hours = service.drop_special_days(
        actor=admin,
        space_id=shop.space.id,
        desk=Desk.SPACE,
        first=today + 2 * DAY,
        last=today + 9 * DAY,
        now=now,
    )

    told = {(each.day - today).days: (each.spans, each.reason) for each in hours.days.values()}
    assert told == {0: ((), "放假"), 1: (MORNING, "加开")}
    assert list_audits()[-3:] == ["space.days_set", "space.days_set", "space.days_dropped"]
    with pytest.raises(SpecialDayNotFoundError):
        service.drop_special_days(
            actor=admin,
            space_id=shop.space.id,
            desk=Desk.EXCHANGE,
            first=today,
            last=today,
            now=now,
        )


def test_a_closed_day_moves_the_last_day_to_collect(shop, now, today):
    set_days(shop, now, today + 7 * DAY, today + 8 * DAY)

    assert queries.last_pickup_day(shop.space.id, now=now, kept_days=7) == today + 9 * DAY


def test_a_clerk_sets_no_hours(shop, now, today):
    before = read_rows()

    for change in (
        lambda: set_week(shop, now, actor=shop.clerk),
        lambda: set_days(shop, now, today, today, actor=shop.clerk),
        lambda: service.set_slots(
            actor=shop.clerk, space_id=shop.space.id, minutes=30, capacity=2, now=now
        ),
        lambda: service.describe_space(
            actor=shop.clerk, space_id=shop.space.id, address="", hours="", phone="", now=now
        ),
    ):
        with pytest.raises(NotAllowedError):
            change()

    assert read_rows() == before


def test_what_does_not_fit_changes_nothing(shop, now, today):
    set_week(shop, now)
    before = read_rows()

    with pytest.raises(InvalidHoursError):
        set_week(shop, now, week=(MORNING,) * 6)
    with pytest.raises(InvalidHoursError):
        set_days(shop, now, today - DAY, today)
    with pytest.raises(InvalidSlotsError):
        service.set_slots(actor=SYSTEM, space_id=shop.space.id, minutes=7, capacity=2, now=now)

    assert read_rows() == before


def test_what_is_said_besides_the_hours_can_be_changed(shop, admin, now):
    space = service.describe_space(
        actor=admin,
        space_id=shop.space.id,
        address=" 长兴北街1号 ",
        hours="节假日看通知",
        phone="0351-0001234",
        now=now,
    )

    assert (space.address, space.hours, space.phone) == (
        "长兴北街1号",
        "节假日看通知",
        "0351-0001234",
    )


def test_a_place_in_a_slot_is_taken_until_it_is_full_and_given_back(shop, slots, now):
    first = book(shop, slots[0].starts_at, now)
    assert book(shop, slots[0].starts_at, now) == first
    with pytest.raises(SlotFullError):
        book(shop, slots[0].starts_at, now)
    assert queries.list_slots(shop.space.id, now)[0].left == 0

    leave(first)

    assert queries.find_slot(first).booked == 1
    assert book(shop, slots[0].starts_at, now) == first


def test_a_slot_that_nobody_is_in_gives_no_place_back(shop, slots, now):
    slot_id = book(shop, slots[0].starts_at, now)
    leave(slot_id)

    with pytest.raises(RuntimeError):
        leave(slot_id)


def test_only_an_offered_slot_can_be_booked(shop, slots, now):
    before = read_rows()

    for starts_at in (slots[0].starts_at + timedelta(minutes=1), now - DAY, now + 30 * DAY):
        with pytest.raises(SlotNotOfferedError):
            book(shop, starts_at, now)
    with pytest.raises(SpaceNotFoundError):
        queries.list_slots(SpaceId(uuid4()), now)

    assert read_rows() == before


def test_a_closed_space_and_one_without_slots_offer_none(shop, slots, now):
    service.set_slots(actor=SYSTEM, space_id=shop.space.id, minutes=None, capacity=None, now=now)
    assert queries.list_slots(shop.space.id, now) == ()
    service.set_slots(actor=SYSTEM, space_id=shop.space.id, minutes=30, capacity=2, now=now)
    service.close_space(actor=SYSTEM, space_id=shop.space.id, now=now)
    assert queries.list_slots(shop.space.id, now) == ()


def test_slots_of_another_size_take_nobody_their_place(shop, slots, now):
    kept = book(shop, slots[0].starts_at, now)
    book(shop, slots[0].starts_at, now)
    left = book(shop, slots[2].starts_at, now)
    leave(left)

    service.set_slots(actor=SYSTEM, space_id=shop.space.id, minutes=60, capacity=1, now=now)

    assert queries.find_slot(kept).capacity == 2
    offered = queries.list_slots(shop.space.id, now)
    assert offered[0].id == kept
    assert all(offered[0].ends_at <= each.starts_at for each in offered[1:])
    for each in offered[1:4]:
        slot = queries.find_slot(book(shop, each.starts_at, now))
        assert (slot.ends_at, slot.capacity) == (each.ends_at, 1)


def test_a_place_that_is_left_of_too_many_is_nobodys(shop, slots, now):
    slot_id = book(shop, slots[0].starts_at, now)
    book(shop, slots[0].starts_at, now)
    service.set_slots(actor=SYSTEM, space_id=shop.space.id, minutes=30, capacity=1, now=now)

    leave(slot_id)

    assert queries.list_slots(shop.space.id, now)[0].left == 0
    with pytest.raises(SlotFullError):
        book(shop, slots[0].starts_at, now)
    leave(slot_id)
    assert book(shop, slots[0].starts_at, now) == slot_id


def test_the_last_place_is_taken_once_by_many_at_once(shop, slots, now, race):
    book(shop, slots[0].starts_at, now)

    outcomes = race(8, lambda _: book(shop, slots[0].starts_at, now))

    assert sum(isinstance(each, SlotFullError) for each in outcomes) == 7
    assert (
        queries.find_slot(next(each for each in outcomes if not isinstance(each, Exception))).booked
        == 2
    )


def test_the_database_refuses_one_place_more_than_there_are(shop, slots, now):
    slot_id = book(shop, slots[0].starts_at, now)

    @use_case
    def overbook():
        db.session.execute(
            sa.update(PickupSlotRow).where(PickupSlotRow.id == slot_id).values(booked=3)
        )

    with pytest.raises(sa.exc.IntegrityError):
        overbook()

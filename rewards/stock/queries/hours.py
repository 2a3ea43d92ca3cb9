"""Reads of opening hours and of the slots to collect in."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from rewards.core import clock
from rewards.core.db import db, table_of

from .. import rules
from ..models import OpeningHoursRow, PickupSlotRow, SpaceDayRow
from ..types import Desk, Hours, OpenState, Slot, SlotId, SpaceId, Span, SpecialDay
from .spaces import get_space

_HOURS = table_of(OpeningHoursRow)
_DAYS = table_of(SpaceDayRow)
_SLOTS = table_of(PickupSlotRow)
DAYS_OF_WEEK = 7

# Built once: they are on the path of a reservation.
_weeks = sa.select(_HOURS.c.space_id, _HOURS.c.desk, _HOURS.c.weekday, _HOURS.c.spans).where(
    _HOURS.c.space_id.in_(sa.bindparam("wanted", expanding=True))
)
_days = (
    sa.select(_DAYS.c.space_id, _DAYS.c.desk, _DAYS.c.day, _DAYS.c.spans, _DAYS.c.reason)
    .where(_DAYS.c.space_id.in_(sa.bindparam("wanted", expanding=True)))
    .where(_DAYS.c.day >= sa.bindparam("since"))
    .order_by(_DAYS.c.day, _DAYS.c.desk)
)


def get_hours(space_id: SpaceId, *, since: date) -> Hours:
    """Return when a space is open, with its special days from *since* on."""
    return list_hours([space_id], since=since)[space_id]


def list_hours(space_ids: Sequence[SpaceId], *, since: date) -> dict[SpaceId, Hours]:
    """Return when spaces are open, with their special days from *since* on."""
    wanted = list(space_ids)
    weeks: dict[Any, dict[Desk, list[tuple[Span, ...]]]] = {each: {} for each in wanted}
    days: dict[Any, dict[tuple[Desk, date], SpecialDay]] = {each: {} for each in wanted}
    for row in db.session.execute(_weeks, {"wanted": wanted}):
        week = weeks[row.space_id].setdefault(row.desk, [()] * DAYS_OF_WEEK)
        week[row.weekday] = _spans(row.spans)
    for each in db.session.execute(_days, {"wanted": wanted, "since": since}):
        days[each.space_id][each.desk, each.day] = SpecialDay(
            desk=each.desk, day=each.day, spans=_spans(each.spans), reason=each.reason
        )
    return {
        each: Hours(
            weeks={desk: tuple(week) for desk, week in weeks[each].items()}, days=days[each]
        )
        for each in wanted
    }


def judge_open(space_id: SpaceId, desk: Desk, now: datetime) -> OpenState | None:
    """Return whether a desk is open now and what comes next, or None if nobody told its hours."""
    zone = clock.zone()
    hours = get_hours(space_id, since=clock.local_date(now, zone))
    return rules.judge_open(hours, desk, now, zone)


def last_pickup_day(space_id: SpaceId, *, now: datetime, kept_days: int) -> date:
    """Return the last day to collect what is reserved now, and is kept for *kept_days*."""
    today = clock.local_date(now, clock.zone())
    return rules.last_pickup_day(get_hours(space_id, since=today), today, kept_days=kept_days)


def list_slots(space_id: SpaceId, now: datetime) -> tuple[Slot, ...]:
    """Return the pick-up slots of the next days, full ones too; none where none are used.

    :raises SpaceNotFoundError: if there is no such space.
    """
    space = get_space(space_id)
    if space.slot_minutes is None or space.slot_capacity is None or space.closed_at is not None:
        return ()
    zone = clock.zone()
    rows = db.session.execute(
        sa.select(_SLOTS).where(_SLOTS.c.space_id == space_id, _SLOTS.c.starts_at > now)
    )
    return rules.offer_slots(
        get_hours(space_id, since=clock.local_date(now, zone)),
        minutes=space.slot_minutes,
        capacity=space.slot_capacity,
        known=[_fit(_slot(row), space.slot_capacity) for row in rows],
        now=now,
        zone=zone,
    )


def find_slot(slot_id: SlotId | None) -> Slot | None:
    """Return a slot that somebody booked, if it is one."""
    if slot_id is None:
        return None
    row = db.session.execute(sa.select(_SLOTS).where(_SLOTS.c.id == slot_id)).one_or_none()
    return None if row is None else _slot(row)


def list_slots_by_ids(slot_ids: Collection[SlotId | None]) -> dict[SlotId | None, Slot]:
    """Return slots that somebody booked, by their ids."""
    wanted = [each for each in slot_ids if each is not None]
    if not wanted:
        return {}
    rows = db.session.execute(sa.select(_SLOTS).where(_SLOTS.c.id.in_(wanted)))
    return {SlotId(row.id): _slot(row) for row in rows}


def list_closed_slots(space_id: SpaceId, now: datetime) -> tuple[SlotId, ...]:
    """Return the slots to come that somebody booked and in which the exchange desk is closed."""
    rows = db.session.execute(
        sa.select(_SLOTS)
        .where(_SLOTS.c.space_id == space_id, _SLOTS.c.starts_at > now, _SLOTS.c.booked > 0)
        .order_by(_SLOTS.c.starts_at)
    ).all()
    zone = clock.zone()
    hours = get_hours(space_id, since=clock.local_date(now, zone))
    slots = [_slot(row) for row in rows]
    return tuple(
        each.id
        for each in slots
        if each.id is not None and not rules.is_open_during(hours, each, zone)
    )


def count_booked(space_id: SpaceId, *, first: date, last: date) -> int:
    """Return how many places are booked in the slots of some days."""
    start, end = clock.day_bounds(first, clock.zone())[0], clock.day_bounds(last, clock.zone())[1]
    counted = db.session.scalar(
        sa.select(sa.func.coalesce(sa.func.sum(_SLOTS.c.booked), 0)).where(
            _SLOTS.c.space_id == space_id, _SLOTS.c.starts_at >= start, _SLOTS.c.starts_at < end
        )
    )
    return int(counted or 0)


def _fit(slot: Slot, capacity: int) -> Slot:
    # More may have booked before fewer were to come in each; their places are not for others.
    return replace(slot, capacity=max(slot.booked, min(slot.capacity, capacity)))


def _slot(row: sa.Row[*tuple[Any, ...]]) -> Slot:
    return Slot(
        id=SlotId(row.id),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        capacity=row.capacity,
        booked=row.booked,
    )


def _spans(written: Sequence[Sequence[int]]) -> tuple[Span, ...]:
    return tuple(Span(opens=opens, closes=closes) for opens, closes in written)

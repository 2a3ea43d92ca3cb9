"""Use cases of staff: when a space is open, and in which slots people collect."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Unpack

import sqlalchemy as sa

from rewards.access import operations as audit_trail
from rewards.access import rules as access
from rewards.access.types import Actor, Verb
from rewards.core import clock
from rewards.core.db import db, insert, table_of
from rewards.core.unit import announce, use_case

from .. import operations, queries, rules
from ..errors import SpecialDayNotFoundError
from ..events import HoursChanged
from ..models import OpeningHoursRow, PickupSlotRow, SpaceDayRow, SpaceRow
from ..types import DayHours, Desk, Hours, Space, SpaceId, SpaceWords

_hours, _days = table_of(OpeningHoursRow), table_of(SpaceDayRow)
_slots = table_of(PickupSlotRow)
_DAY = timedelta(days=1)


@use_case
def set_week(
    *, actor: Actor, space_id: SpaceId, desk: Desk, week: Sequence[DayHours] | None, now: datetime
) -> Hours:
    """Set when a desk is open, by weekday from Monday on; None takes back what was told.

    :raises SpaceNotFoundError: if there is no such space.
    :raises NotAllowedError: if the actor may not manage stock there.
    :raises InvalidHoursError: if the hours do not fit.
    """
    space = _get_managed(actor, space_id)
    checked = None if week is None else rules.check_week(week)
    db.session.execute(
        sa.delete(_hours).where(_hours.c.space_id == space_id, _hours.c.desk == desk)
    )
    if checked is not None:
        db.session.execute(
            sa.insert(_hours),
            [
                {"space_id": space_id, "desk": desk, "weekday": weekday, "spans": _write(spans)}
                for weekday, spans in enumerate(checked)
            ],
        )
    told = None if checked is None else [rules.write_spans(spans) for spans in checked]
    return _finish(actor, space, "space.hours_set", {"desk": desk.value, "week": told}, now=now)


@use_case
def set_special_days(
    *,
    actor: Actor,
    space_id: SpaceId,
    desk: Desk,
    first: date,
    last: date,
    spans: DayHours,
    reason: str,
    now: datetime,
) -> Hours:
    """Set when a desk is open on days that are not like others; without spans it is closed.

    What was said of one of these days before is replaced.

    :raises SpaceNotFoundError: if there is no such space.
    :raises NotAllowedError: if the actor may not manage stock there.
    :raises InvalidHoursError: if the days, the hours or the reason do not fit.
    """
    space = _get_managed(actor, space_id)
    today = clock.local_date(now, clock.zone())
    line = rules.check_special_days(first, last, reason=reason, today=today)
    values = {"spans": _write(rules.check_day(spans)), "reason": line}
    for n in range((last - first).days + 1):
        db.session.execute(
            insert(SpaceDayRow)
            .values(space_id=space_id, desk=desk, day=first + n * _DAY, **values)
            .on_conflict_do_update(index_elements=["space_id", "desk", "day"], set_=values)
        )
    told = {"desk": desk.value, "first": first.isoformat(), "last": last.isoformat()}
    return _finish(actor, space, "space.days_set", told | {"spans": values["spans"]}, now=now)


@use_case
def drop_special_days(
    *, actor: Actor, space_id: SpaceId, desk: Desk, first: date, last: date, now: datetime
) -> Hours:
    """Let days be like others of their weekday again.

    :raises SpaceNotFoundError: if there is no such space.
    :raises NotAllowedError: if the actor may not manage stock there.
    :raises SpecialDayNotFoundError: if none of them is a special one.
    """
    space = _get_managed(actor, space_id)
    dropped = db.session.execute(
        sa.delete(_days)
        .where(_days.c.space_id == space_id, _days.c.desk == desk, _days.c.day.between(first, last))
        .returning(_days.c.day)
    ).all()
    if not dropped:
        raise SpecialDayNotFoundError
    told = {"desk": desk.value, "first": first.isoformat(), "last": last.isoformat()}
    return _finish(actor, space, "space.days_dropped", told, now=now)


@use_case
def set_slots(
    *, actor: Actor, space_id: SpaceId, minutes: int | None, capacity: int | None, now: datetime
) -> Space:
    """Set how long pick-up slots are and how many may come in each; None: whenever it is open.

    Who has booked keeps their slot; what was booked stays booked even above the new number.

    :raises SpaceNotFoundError: if there is no such space.
    :raises NotAllowedError: if the actor may not manage stock there.
    :raises InvalidSlotsError: if they cannot be like this.
    """
    space = _get_managed(actor, space_id)
    rules.check_slots(minutes, capacity)
    db.session.execute(
        sa.update(SpaceRow)
        .where(SpaceRow.id == space_id)
        .values(slot_minutes=minutes, slot_capacity=capacity)
        .execution_options(synchronize_session=False)
    )
    if capacity is not None:
        fitting = sa.case((_slots.c.booked > capacity, _slots.c.booked), else_=capacity)
        db.session.execute(
            sa.update(_slots)
            .where(_slots.c.space_id == space_id, _slots.c.starts_at > now)
            .values(capacity=fitting)
        )
    details = {"minutes": minutes, "capacity": capacity}
    _audit(actor, space, "space.slots_set", details, now=now)
    return queries.get_space(space_id)


@use_case
def describe_space(
    *, actor: Actor, space_id: SpaceId, now: datetime, **words: Unpack[SpaceWords]
) -> Space:
    """Set the address and the phone of a space, and what is said besides its opening hours.

    What is not named stays as it is.

    :raises SpaceNotFoundError: if there is no such space.
    :raises NotAllowedError: if the actor may not manage stock there.
    :raises InvalidSpaceError: if a value does not fit.
    """
    space = _get_managed(actor, space_id)
    values = {name: str(text).strip() for name, text in words.items()}
    if not values:
        return space
    told = {"address": space.address, "hours": space.hours, "phone": space.phone}
    rules.check_space(name=space.name, zones=(), **(told | values))
    db.session.execute(
        sa.update(SpaceRow)
        .where(SpaceRow.id == space_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    _audit(actor, space, "space.described", values, now=now)
    return queries.get_space(space_id)


def _get_managed(actor: Actor, space_id: SpaceId) -> Space:
    space = queries.get_space(space_id)
    access.authorize(actor, Verb.MANAGE_STOCK, space.node_path)
    # Whoever is being told a day or a slot by the old hours is done before they change.
    operations.lock_space(space_id)
    return space


def _finish(
    actor: Actor, space: Space, action: str, details: dict[str, Any], *, now: datetime
) -> Hours:
    _audit(actor, space, action, details, now=now)
    announce(HoursChanged(space_id=space.id, at=now))
    return queries.get_hours(space.id, since=clock.local_date(now, clock.zone()))


def _audit(
    actor: Actor, space: Space, action: str, details: dict[str, Any], *, now: datetime
) -> None:
    audit_trail.audit(
        actor=actor,
        action=action,
        node_id=space.node_id,
        subject=f"space:{space.id.hex}",
        details=details,
        now=now,
    )


def _write(spans: DayHours) -> list[list[int]]:
    return [[span.opens, span.closes] for span in spans]

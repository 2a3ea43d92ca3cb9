"""The occasions of a series: planned for its days, changed and cancelled with it."""

from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from rewards.access import operations as audit_trail
from rewards.access.types import Actor
from rewards.core import clock
from rewards.core.db import db
from rewards.core.unit import joined, operation
from rewards.teams import queries as teams

from .. import queries, rules
from ..errors import SeriesSlotError
from ..models import OccasionRow
from ..types import Details, Occasion, OccasionStatus, Series, SeriesId
from .occasions import cancel_occasion, create_occasion, update_occasion

MINUTE = timedelta(minutes=1)
SEARCHED_DAYS = 2 * 366
# So many days ahead people find what there will be.
DAYS_AHEAD = 60
# What occasions carry in other words, or not at all.
_RELATIVE = {"opens_before", "closes_after", "sign_up_closes_before"}
_USUAL = {field.name: field.default for field in fields(Details)}


def today(now: datetime) -> date:
    """Return the local day of *now*."""
    return clock.local_date(now, clock.zone())


def is_slot(series: Series, day: date) -> bool:
    """Tell whether *day* is one of those the series has."""
    return bool(rules.list_slots(series.pattern, first=day, last=day))


def next_slot(series: Series, day: date) -> date:
    """Return the first day of the series from *day* on.

    :raises SeriesSlotError: if there is none.
    """
    days = rules.list_slots(series.pattern, first=day, last=day + timedelta(days=SEARCHED_DAYS))
    if not days:
        raise SeriesSlotError
    return days[0]


@operation
def plan(
    series: Series, *, first: date, actor: Actor, now: datetime, is_to_come: bool = False
) -> int:
    """Plan the occasions from *first* up to where the series is planned; return how many.

    Days that have theirs, or are left out, are passed over. With *is_to_come*
    so are those that are over by now.
    """
    there = {each.series_slot for each in queries.list_of_series(series.id, slot_from=first)}
    details = _with_open_team(series)
    added = 0
    for slot in rules.list_slots(series.pattern, first=first, last=series.planned_through):
        starts_at, ends_at = rules.times_of(series.pattern, slot, clock.zone())
        is_over = is_to_come and ends_at <= now
        if slot in there or slot in series.skips or is_over:
            continue
        occasion = joined(create_occasion)(
            actor=actor,
            node_id=series.node_id,
            starts_at=starts_at,
            ends_at=ends_at,
            now=now,
            **_arguments(details, starts_at, ends_at),
        )
        _assign(occasion, series.id, slot)
        added += 1
    return added


@operation
def carry_over(
    before: Series,
    after: Series,
    *,
    changes: Mapping[str, Any],
    first: date,
    actor: Actor,
    now: datetime,
) -> None:
    """Bring the occasions planned from *first* on from one form of a series into the next."""
    last = max(before.planned_through, after.planned_through)
    kept = set(rules.list_slots(after.pattern, first=first, last=last))
    for occasion in queries.list_of_series(before.id, slot_from=first):
        slot = occasion.series_slot
        assert slot is not None
        if slot not in kept and _is_to_come(occasion, now):
            _drop(occasion, actor=actor, now=now)
            continue
        # A day that was cancelled by itself goes along: no later rule is to plan it again.
        if after.id != before.id and (slot in kept or occasion.status is OccasionStatus.CANCELLED):
            _assign(occasion, after.id, slot)
        if slot not in kept:
            continue
        wanted = (
            _changes_for(occasion, before, after, changes) if _is_to_come(occasion, now) else {}
        )
        if wanted:
            joined(update_occasion)(actor=actor, occasion_id=occasion.id, changes=wanted, now=now)


@operation
def cancel_after(series: Series, last: date, *, actor: Actor, now: datetime) -> None:
    """Cancel what is planned for later days than *last*."""
    for occasion in queries.list_of_series(series.id, slot_from=last + timedelta(days=1)):
        if _is_to_come(occasion, now):
            _drop(occasion, actor=actor, now=now)


@operation
def cancel_slot(series: Series, slot: date, *, actor: Actor, now: datetime) -> bool:
    """Cancel the occasion of one day; return whether there is one at all.

    :raises SeriesSlotError: if it is over.
    """
    planned = [
        each
        for each in queries.list_of_series(series.id, slot_from=slot)
        if each.series_slot == slot
    ]
    for occasion in planned:
        if occasion.status is OccasionStatus.SCHEDULED:
            if occasion.ends_at <= now:
                raise SeriesSlotError
            joined(cancel_occasion)(actor=actor, occasion_id=occasion.id, now=now)
    return bool(planned)


@operation
def audit(
    actor: Actor, action: str, series: Series, details: dict[str, Any], *, now: datetime
) -> None:
    """Write down what was done with a series."""
    audit_trail.audit(
        actor=actor,
        action=action,
        node_id=series.node_id,
        subject=f"series:{series.id.hex}",
        details=details,
        now=now,
    )


def _drop(occasion: Occasion, *, actor: Actor, now: datetime) -> None:
    # Whoever left its day out may change their mind: the day is free for another one. A day that
    # was cancelled by itself keeps its place, so that nothing brings it back.
    joined(cancel_occasion)(actor=actor, occasion_id=occasion.id, now=now)
    db.session.execute(
        sa.update(OccasionRow)
        .where(OccasionRow.id == occasion.id)
        .values(series_id=None, series_slot=None)
    )


def _is_to_come(occasion: Occasion, now: datetime) -> bool:
    # People are there already, or on their way with the time they were told.
    return occasion.status is OccasionStatus.SCHEDULED and now < occasion.opens_at


def _assign(occasion: Occasion, series_id: SeriesId, slot: date) -> None:
    db.session.execute(
        sa.update(OccasionRow)
        .where(OccasionRow.id == occasion.id)
        .values(series_id=series_id, series_slot=slot)
    )


def _changes_for(
    occasion: Occasion, before: Series, after: Series, changes: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what changes of an occasion that was planned by *before*: not what is its own."""
    own = asdict(before.details)
    wanted = {
        name: value
        for name, value in changes.items()
        if name not in _RELATIVE and getattr(occasion, name) in {own[name], value}
    }
    if "sign_up_closes_before" in changes:
        closes_at = _closing(after.details, occasion.starts_at)
        if occasion.sign_up_closes_at == _closing(before.details, occasion.starts_at):
            wanted["sign_up_closes_at"] = closes_at
    slot = occasion.series_slot
    assert slot is not None
    usual = rules.times_of(before.pattern, slot, clock.zone())
    new = rules.times_of(after.pattern, slot, clock.zone())
    if usual != new and (occasion.starts_at, occasion.ends_at) == usual:
        wanted |= {"starts_at": new[0], "ends_at": new[1]}
    return {name: value for name, value in wanted.items() if getattr(occasion, name) != value}


def _with_open_team(series: Series) -> Details:
    # A team that was closed stays on the poster, and nothing counts for it any more.
    details = series.details
    team = teams.find_team(details.team_id) if details.team_id else None
    if team is None or team.closed_at is None:
        return details
    return replace(details, team_id=None, team=details.team or team.name)


def _arguments(details: Details, starts_at: datetime, ends_at: datetime) -> dict[str, Any]:
    values = {
        name: value
        for name, value in asdict(details).items()
        if name not in _RELATIVE and value != _USUAL[name]
    }
    opens, closes = rules.window_of(details, starts_at=starts_at, ends_at=ends_at)
    if details.opens_before is not None:
        values["opens_at"] = opens
    if details.closes_after is not None:
        values["closes_at"] = closes
    if details.sign_up_closes_before is not None:
        values["sign_up_closes_at"] = _closing(details, starts_at)
    return values


def _closing(details: Details, starts_at: datetime) -> datetime | None:
    before = details.sign_up_closes_before
    return None if before is None else starts_at - before * MINUTE

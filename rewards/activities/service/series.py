"""Series: occasions that come again, planned some weeks ahead of their days.

A series is changed from one of its days on. What lies before that day is
history and stays; what was changed singly after it stays so too.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from rewards.access import rules as access
from rewards.access.types import Actor, Verb
from rewards.core import clock
from rewards.core.ids import new_id
from rewards.core.unit import use_case
from rewards.network import queries as network
from rewards.network.types import NodeId
from rewards.teams.types import TeamId

from .. import rules
from ..errors import SeriesDatesError, SeriesSlotError
from ..types import NO_POINTS, Details, OccasionKind, Pattern, Series, SeriesId
from . import slots
from .crews import team_of
from .keeping import check_succession, insert, lock_series, update
from .slots import DAYS_AHEAD, audit

START_SPAN = timedelta(days=366)
DAY = timedelta(days=1)


@use_case
def create_series(
    *,
    actor: Actor,
    node_id: NodeId,
    kind: OccasionKind,
    title: str,
    rule: str,
    starts_on: date,
    start: time,
    minutes: int,
    rule_code: str | None = None,
    requires_check_out: bool | None = None,
    counts_heads: bool = False,
    team: str = "",
    team_id: TeamId | None = None,
    skips: Iterable[date] = (),
    now: datetime,
    **others: Any,
) -> Series:
    """Plan a series at a node by an RRULE; *others* are further `Details` of its occasions.

    Its occasions of the next weeks are planned at once, and at least the first.

    :raises RecurrenceError: if the rule says nothing that a station could mean by it.
    :raises SeriesDatesError: if it names no day, or begins a year away.
    """
    if abs(starts_on - slots.today(now)) > START_SPAN:
        raise SeriesDatesError(field="starts_on")
    pattern = rules.read_pattern(
        rule, starts_on=starts_on, start=start, minutes=minutes, zone=clock.zone()
    )
    node = network.get_open_node(node_id)
    access.authorize(actor, Verb.MANAGE_OCCASION, node.path)
    chosen = rules.choose_rule(kind, NO_POINTS if counts_heads else rule_code)
    details = Details(
        kind=kind,
        title=title,
        rule_code=chosen,
        requires_check_out=rules.choose_check_out(kind, chosen, requires_check_out),
        counts_heads=counts_heads,
        **team_of(team_id, said=team, node_path=node.path),
        **others,
    )
    series = Series(
        id=SeriesId(new_id()),
        node_id=node.id,
        node_path=node.path,
        details=details,
        pattern=pattern,
        skips=frozenset(skips),
        planned_through=_plan_until(pattern, starts_on, frozenset(skips), now=now),
        created_by=actor.principal,
        created_at=now,
    )
    insert(series)
    added = slots.plan(series, first=starts_on, actor=actor, now=now)
    audit(actor, "series.created", series, {"occasions": added}, now=now)
    return series


@use_case
def change_series(
    *,
    actor: Actor,
    series_id: SeriesId,
    slot_from: date,
    changes: Mapping[str, Any],
    rule: str | None = None,
    start: time | None = None,
    minutes: int | None = None,
    now: datetime,
) -> Series:
    """Change a series from one of its days on, and return what it is from then on.

    Occasions that were changed singly keep what is their own. Those whose days
    the new rule does not name are cancelled. What came before that day stays
    as a series of its own.

    :raises SeriesNotFoundError: if there is none.
    :raises NotAllowedError: if the actor may not manage occasions there.
    :raises SeriesSlotError: if it has no day to come from *slot_from* on.
    :raises SeriesSucceededError: if it would go on beside the one that follows it.
    :raises OccasionInUseError: if more people signed up for one of them than would fit.
    """
    before = lock_series(series_id, actor)
    first = max(slot_from, slots.today(now), before.pattern.starts_on)
    if before.pattern.ends_on is not None and first > before.pattern.ends_on:
        raise SeriesSlotError
    if rule is None:
        first = slots.next_slot(before, first)
    pattern = _new_pattern(before, first=first, rule=rule, start=start, minutes=minutes)
    check_succession(before, pattern)
    after = replace(
        before,
        details=_new_details(before, changes),
        pattern=pattern,
        skips=frozenset(day for day in before.skips if day >= first),
        planned_through=_plan_until(pattern, first, before.skips, now=now),
    )
    if rules.list_slots(before.pattern, first=before.pattern.starts_on, last=first - DAY):
        after = replace(after, id=SeriesId(new_id()), created_by=actor.principal, created_at=now)
        ended = replace(before.pattern, ends_on=first - DAY)
        insert(after)
        update(replace(before, pattern=ended, successor_id=after.id))
    else:
        update(after)
    slots.carry_over(before, after, changes=changes, first=first, actor=actor, now=now)
    slots.plan(after, first=first, actor=actor, now=now, is_to_come=True)
    audit(
        actor,
        "series.changed",
        after,
        {"from": first.isoformat(), "fields": sorted(changes), "before": before.id.hex},
        now=now,
    )
    return after


@use_case
def set_end(*, actor: Actor, series_id: SeriesId, ends_on: date | None, now: datetime) -> Series:
    """Let a series end with a day, or with None go on; what was planned after it is cancelled.

    :raises SeriesNotFoundError: if there is none.
    :raises NotAllowedError: if the actor may not manage occasions there.
    :raises SeriesDatesError: if no day is left, or it is too far away.
    :raises SeriesSucceededError: if it would go on beside the one that follows it.
    """
    before = lock_series(series_id, actor)
    pattern = rules.check_pattern(replace(before.pattern, ends_on=ends_on))
    check_succession(before, pattern)
    planned_through = max(before.planned_through, slots.today(now) + timedelta(days=DAYS_AHEAD))
    after = replace(before, pattern=pattern, planned_through=planned_through)
    update(after)
    if ends_on is not None:
        slots.cancel_after(after, ends_on, actor=actor, now=now)
    slots.plan(after, first=slots.today(now), actor=actor, now=now, is_to_come=True)
    details = {"ends_on": None if ends_on is None else ends_on.isoformat()}
    audit(actor, "series.end-set", after, details, now=now)
    return after


@use_case
def skip_day(*, actor: Actor, series_id: SeriesId, slot: date, now: datetime) -> Series:
    """Leave out one day of a series: cancel its occasion, or plan none.

    :raises SeriesNotFoundError: if there is none.
    :raises NotAllowedError: if the actor may not manage occasions there.
    :raises SeriesSlotError: if the series has no occasion to come on that day.
    :raises OccasionInUseError: if somebody has checked in.
    """
    series = lock_series(series_id, actor)
    if slot < slots.today(now) or not slots.is_slot(series, slot):
        raise SeriesSlotError
    if not slots.cancel_slot(series, slot, actor=actor, now=now):
        series = replace(series, skips=series.skips | {slot})
        update(series)
    audit(actor, "series.day-skipped", series, {"day": slot.isoformat()}, now=now)
    return series


@use_case
def restore_day(*, actor: Actor, series_id: SeriesId, slot: date, now: datetime) -> Series:
    """Take back that a day of a series is left out, as long as nobody was told of an occasion.

    :raises SeriesNotFoundError: if there is none.
    :raises NotAllowedError: if the actor may not manage occasions there.
    :raises SeriesSlotError: if the day was not left out, or is over.
    """
    series = lock_series(series_id, actor)
    if slot < slots.today(now) or slot not in series.skips:
        raise SeriesSlotError
    series = replace(series, skips=series.skips - {slot})
    update(series)
    slots.plan(series, first=slot, actor=actor, now=now, is_to_come=True)
    audit(actor, "series.day-restored", series, {"day": slot.isoformat()}, now=now)
    return series


def _plan_until(pattern: Pattern, first: date, skips: frozenset[date], *, now: datetime) -> date:
    """Return up to which day to plan now: some weeks, and far enough for the next occasion."""
    last = pattern.ends_on or first + 2 * START_SPAN
    slots_left = rules.list_slots(pattern, first=first, last=last)
    nearest = next((day for day in slots_left if day not in skips), None)
    if nearest is None:
        raise SeriesDatesError(field="rule")
    # What comes once a year is not to be found wrong next year.
    return max(slots.today(now) + timedelta(days=DAYS_AHEAD), nearest)


def _new_details(before: Series, changes: Mapping[str, Any]) -> Details:
    details = replace(before.details, **changes)
    if details.team_id == before.details.team_id or details.team_id is None:
        return details
    # The poster that named the team names the new one.
    said = changes.get("team", "")
    return replace(details, **team_of(details.team_id, said=said, node_path=before.node_path))


def _new_pattern(
    before: Series, *, first: date, rule: str | None, start: time | None, minutes: int | None
) -> Pattern:
    start = before.pattern.start if start is None else start
    minutes = before.pattern.minutes if minutes is None else minutes
    if rule is None:
        pattern = replace(before.pattern, starts_on=first, start=start, minutes=minutes)
        return rules.check_pattern(pattern)
    pattern = rules.read_pattern(
        rule, starts_on=first, start=start, minutes=minutes, zone=clock.zone()
    )
    if pattern.ends_on is None:
        # Who changes the days has not said that it goes on for longer.
        pattern = rules.check_pattern(replace(pattern, ends_on=before.pattern.ends_on))
    return pattern

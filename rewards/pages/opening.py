"""When a space or its exchange desk is open, ready for a page."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from rewards.core import clock
from rewards.stock import queries as stock
from rewards.stock import rules
from rewards.stock.types import Desk, Hours, Space, Week
from rewards.web import formats, sentences

DAYS_TOLD = 14
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Days in a row that are not like others of their weekday."""

    days: str
    hours: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What people read of the hours of a desk; nothing but a note where nobody told them.

    `now` tells whether it is open, `week` the days and their hours, `changes` what is
    different soon.
    """

    is_open: bool
    now: str
    week: tuple[tuple[str, str], ...]
    changes: tuple[Change, ...]
    note: str

    @property
    def is_told(self) -> bool:
        """Tell whether there is anything to read."""
        return bool(self.now or self.note)


def look(space: Space, desk: Desk, now: datetime) -> Look:
    """Return what people read of the hours of a desk of *space*."""
    zone = clock.zone()
    today = clock.local_date(now, zone)
    hours = stock.get_hours(space.id, since=today)
    state = rules.judge_open(hours, desk, now, zone)
    return Look(
        is_open=state is not None and state.is_open,
        now="" if state is None else sentences.tell_open(state, now),
        week=sentences.tell_week(_usual(hours, desk)) if state else (),
        changes=tuple(_list_changes(hours, desk, today)),
        note=space.hours,
    )


def has_own_hours(space: Space, now: datetime) -> bool:
    """Tell whether the exchange desk has other hours than the space around it."""
    hours = stock.get_hours(space.id, since=clock.local_date(now, clock.zone()))
    return Desk.EXCHANGE in hours.weeks or any(desk is Desk.EXCHANGE for desk, _day in hours.days)


def _usual(hours: Hours, desk: Desk) -> Week:
    # A week without special days: any will do.
    plain = Hours(weeks=hours.weeks, days={})
    monday = date(2024, 1, 1)
    return tuple(rules.list_spans(plain, desk, monday + n * _DAY) for n in range(7))


def _list_changes(hours: Hours, desk: Desk, today: date) -> Iterator[Change]:
    run: list[tuple[date, str, str]] = []
    for n in range(DAYS_TOLD):
        day = today + n * _DAY
        reason = rules.find_reason(hours, desk, day)
        told = (day, sentences.tell_day(rules.list_spans(hours, desk, day)), reason)
        if run and (not reason or told[1:] != run[0][1:]):
            yield _change(run)
            run = []
        if reason:
            run.append(told)
    if run:
        yield _change(run)


def _change(run: list[tuple[date, str, str]]) -> Change:
    first, last = run[0], run[-1]
    days = formats.day(first[0])
    if last is not first:
        days = f"{days} – {formats.day(last[0])}"
    return Change(days=days, hours=first[1], reason=first[2])

"""The period that a page shows: read from its address, or chosen from those people ask for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, TypeVar

from flask_babel import gettext as _

from rewards.core import clock
from rewards.core.errors import RewardsError
from rewards.statements import rules
from rewards.statements.types import Period

T = TypeVar("T")

LINES_SHOWN = 40
PAGES_DIGITS_MAX = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a page was asked for. `error`: it could not be had, `period` is this month instead."""

    period: Period
    first: str
    last: str
    error: RewardsError | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A period that is one tap away."""

    label: str
    first: str
    last: str
    is_current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Part(Generic[T]):
    """Some lines of many: page `number` of `count`, both counted from 1."""

    items: Sequence[T]
    number: int
    count: int


def read(args: Mapping[str, str], *, now: datetime) -> Asked:
    """Return the period in the address of a page; without one, this month up to its end."""
    today = clock.local_date(now, clock.zone())
    month = rules.month_of(today)
    first, last = args.get("from", "").strip(), args.get("to", "").strip()
    if not first and not last:
        return _asked(month)
    try:
        return _asked(rules.read_period(first or month.first.isoformat(), last or str(today)))
    except RewardsError as error:
        return Asked(period=month, first=first, last=last, error=error)


def list_choices(current: Period, *, now: datetime) -> tuple[Choice, ...]:
    """Return the periods that people ask for most."""
    today = clock.local_date(now, clock.zone())
    month, year = rules.month_of(today), rules.year_of(today)
    choices = (
        (_("本月"), month),
        (_("上月"), rules.month_of(rules.before(month))),
        (_("本季"), rules.quarter_of(today)),
        (_("今年"), year),
        (_("去年"), rules.year_of(rules.before(year))),
    )
    return tuple(
        Choice(
            label=label,
            first=period.first.isoformat(),
            last=period.last.isoformat(),
            is_current=period == current,
        )
        for label, period in choices
    )


def year_so_far(*, now: datetime) -> Period:
    """Return this year up to today, which most records are asked for."""
    today = clock.local_date(now, clock.zone())
    return Period(first=date(today.year, 1, 1), last=today)


def take_part(lines: Sequence[T], text: str) -> Part[T]:
    """Return the page of *lines* whose number *text* is, the first if it is none."""
    count = max(1, -(-len(lines) // LINES_SHOWN))
    is_number = text.isascii() and text.isdigit() and len(text) <= PAGES_DIGITS_MAX
    number = min(max(int(text), 1), count) if is_number else 1
    start = (number - 1) * LINES_SHOWN
    return Part(items=lines[start : start + LINES_SHOWN], number=number, count=count)


def _asked(period: Period) -> Asked:
    return Asked(
        period=period, first=period.first.isoformat(), last=period.last.isoformat(), error=None
    )

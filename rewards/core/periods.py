"""Calendar periods: days, weeks, months, quarters, years, and all of time."""

from calendar import monthrange
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

Span = tuple[date, date]


class Period(StrEnum):
    """A kind of period, from the shortest. Weeks begin on Monday."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    LIFETIME = "lifetime"


MONTHS_OF_QUARTER = 3
FOREVER = (date(1, 1, 1), date(9999, 12, 31))


@lru_cache(maxsize=4096)
def period_bounds(period: Period, day: date) -> Span:
    """Return the first and the last day of the period in which *day* lies."""
    return _BOUNDS[period](day)


def widest(periods: Iterable[Period], day: date) -> Span:
    """Return the first and the last day of all of the *periods* in which *day* lies."""
    spans = [period_bounds(period, day) for period in periods] or [(day, day)]
    return min(start for start, _ in spans), max(end for _, end in spans)


def _week(day: date) -> Span:
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


def _months(first: date, last_month: int) -> Span:
    _, days = monthrange(first.year, last_month)
    return first, date(first.year, last_month, days)


def _quarter(day: date) -> Span:
    first_month = (day.month - 1) // MONTHS_OF_QUARTER * MONTHS_OF_QUARTER + 1
    return _months(date(day.year, first_month, 1), first_month + MONTHS_OF_QUARTER - 1)


_BOUNDS: dict[Period, Callable[[date], Span]] = {
    Period.DAY: lambda day: (day, day),
    Period.WEEK: _week,
    Period.MONTH: lambda day: _months(day.replace(day=1), day.month),
    Period.QUARTER: _quarter,
    Period.YEAR: lambda day: (date(day.year, 1, 1), date(day.year, 12, 31)),
    Period.LIFETIME: lambda _day: FOREVER,
}

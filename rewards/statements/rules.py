"""Pure decisions: periods and their limits, and the numbers of record slips."""

import re
import unicodedata
from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from rewards.ledger.types import Entry, Reason

from .errors import (
    PeriodDateError,
    PeriodNotOverError,
    PeriodOrderError,
    PeriodTooLongError,
    StatementTooLongError,
    TooManyRecordSlipsError,
)
from .types import Period, Span

FIRST_DAY = date(2000, 1, 1)
LAST_DAY = date(2099, 12, 31)
YEARS_MAX = 5
# A page shows a part at a time; a spreadsheet takes more than paper does.
LINES_MAX = 20_000
PAPER_LINES_MAX = 2_000
# What one person may issue for themselves in a day.
SLIPS_A_DAY_MAX = 10
SECONDS_A_DAY = 24 * 60 * 60

NUMBER_LENGTH = 14
RANDOM_DIGITS = 9
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_QUARTER_MONTHS = 3
_MONTHS = 12
# The quasigroup of H. Michael Damm: finds every wrong digit and every swap of neighbours.
_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)


def read_period(first: str, last: str) -> Period:
    """Return the period between two days written like 2026-11-01.

    :raises PeriodDateError: if one is no such day.
    :raises PeriodOrderError: if it ends before it begins.
    :raises PeriodTooLongError: if it is longer than a statement may be.
    """
    return build_period(_read_day(first, field="from"), _read_day(last, field="to"))


def build_period(first: date, last: date) -> Period:
    """Return the period from *first* to *last*, both included.

    :raises PeriodDateError: if a day is out of range.
    :raises PeriodOrderError: if it ends before it begins.
    :raises PeriodTooLongError: if it is longer than a statement may be.
    """
    for field, day in (("from", first), ("to", last)):
        if not FIRST_DAY <= day <= LAST_DAY:
            raise PeriodDateError(field=field)
    if last < first:
        raise PeriodOrderError(field="to")
    if last >= _years_after(first, YEARS_MAX):
        raise PeriodTooLongError(field="to", years_max=YEARS_MAX)
    return Period(first=first, last=last)


def month_of(day: date) -> Period:
    """Return the month of *day*."""
    return _months(day.year, day.month, 1)


def quarter_of(day: date) -> Period:
    """Return the quarter of *day*."""
    first = (day.month - 1) // _QUARTER_MONTHS * _QUARTER_MONTHS + 1
    return _months(day.year, first, _QUARTER_MONTHS)


def year_of(day: date) -> Period:
    """Return the year of *day*."""
    return _months(day.year, 1, _MONTHS)


def before(period: Period) -> date:
    """Return the day before *period*."""
    return period.first - timedelta(days=1)


def span_of(period: Period) -> Span:
    """Return what *period* is a whole one of."""
    day = period.first
    for span, whole in ((Span.MONTH, month_of), (Span.QUARTER, quarter_of), (Span.YEAR, year_of)):
        if period == whole(day):
            return span
    return Span.DAYS


def check_over(period: Period, *, today: date) -> None:
    """Check that *period* holds no day after *today*.

    :raises PeriodNotOverError: if it does.
    """
    if period.last > today:
        raise PeriodNotOverError(field="to", today=today.isoformat())


def check_length(lines: int, *, lines_max: int) -> None:
    """Check that a statement of so many lines is not too long.

    :raises StatementTooLongError: if it is.
    """
    if lines > lines_max:
        raise StatementTooLongError(lines_max=lines_max)


def check_issued_today(count: int) -> None:
    """Check that somebody who issued *count* slips for themselves today may issue one more.

    :raises TooManyRecordSlipsError: if those are enough.
    """
    if count >= SLIPS_A_DAY_MAX:
        raise TooManyRecordSlipsError(retry_after_seconds=SECONDS_A_DAY, count_max=SLIPS_A_DAY_MAX)


def sum_by_reason(entries: Iterable[Entry]) -> Mapping[Reason, int]:
    """Return what the *entries* of each reason sum to, in the order of the reasons."""
    sums: Counter[Reason] = Counter()
    for entry in entries:
        sums[entry.reason] += entry.amount
    return {reason: sums[reason] for reason in Reason if reason in sums}


def build_number(year: int, digits: str) -> str:
    """Return the number of a slip: the year, random *digits*, and a digit that checks both."""
    text = f"{year:04}{digits}"
    return f"{text}{_check(text)}"


def normalize_number(text: str) -> str:
    """Return a number of a slip without the spaces and dashes it may be written with."""
    kept = unicodedata.normalize("NFKC", text)
    return "".join(character for character in kept if not character.isspace() and character != "-")


def is_number(text: str) -> bool:
    """Tell whether *text* can be the number of a slip: its length and its check digit are right."""
    is_whole = len(text) == NUMBER_LENGTH and text.isascii() and text.isdigit()
    return is_whole and _check(text) == 0


def _check(digits: str) -> int:
    state = 0
    for digit in digits:
        state = _DAMM[state][int(digit)]
    return state


def _read_day(text: str, *, field: str) -> date:
    # Python reads weeks, and days without dashes, as well.
    if _DAY.fullmatch(text) is None:
        raise PeriodDateError(field=field)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise PeriodDateError(field=field) from None


def _months(year: int, first: int, count: int) -> Period:
    last = first + count - 1
    return Period(first=date(year, first, 1), last=date(year, last, monthrange(year, last)[1]))


def _years_after(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        # There is no 29 February then.
        return date(day.year + years, 3, 1)

"""Which month, quarter or year a report is about, as its address says."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import request

from rewards.core import clock
from rewards.statements import rules
from rewards.statements.types import Period, Span

_DAY = timedelta(days=1)
# Nothing was entered before there were computers.
_FIRST = date(2000, 1, 1)
_WHOLE: Mapping[Span, Callable[[date], Period]] = {
    Span.MONTH: rules.month_of,
    Span.QUARTER: rules.quarter_of,
    Span.YEAR: rules.year_of,
}
SPANS = tuple(_WHOLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A period with its neighbours; `after` is None for the one that is running."""

    span: Span
    period: Period
    before: Period
    after: Period | None

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """Return the first moment of the period and the first one after it."""
        zone = clock.zone()
        return clock.day_bounds(self.period.first, zone)[0], clock.day_bounds(
            self.period.last, zone
        )[1]

    @property
    def query(self) -> str:
        """Return what an address says of the period."""
        return query_of(self.span, self.period)


def read(now: datetime) -> Shown:
    """Return the period that is asked for; the running month unless another one is."""
    today = clock.local_date(now, clock.zone())
    try:
        span = Span(request.args.get("span", ""))
    except ValueError:
        span = Span.MONTH
    whole = _WHOLE.get(span, rules.month_of)
    try:
        day = date.fromisoformat(f"{request.args.get('month', '')}-01")
    except ValueError:
        day = today
    period = whole(day if _FIRST <= day <= today else today)
    return Shown(
        span=span if span in _WHOLE else Span.MONTH,
        period=period,
        before=whole(period.first - _DAY),
        after=whole(period.last + _DAY) if period.last < today else None,
    )


def query_of(span: Span, period: Period) -> str:
    """Return what an address says of a period: span=month&month=2026-11."""
    return f"span={span.value}&month={period.first:%Y-%m}"

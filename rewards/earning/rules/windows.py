"""How much of an act falls into the hours of a rule."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo

from ..types import Window

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def count_within(window: Window, *, ended_at: datetime | None, minutes: int | None) -> int:
    """Return how many of the *minutes* up to *ended_at*, a local moment, lie in *window*."""
    if ended_at is None or ended_at.tzinfo is None or not minutes:
        return 0
    zone, end = ended_at.tzinfo, ended_at.astimezone(UTC)
    begin = end - minutes * MINUTE
    # The hours of the evening before may reach into the first morning.
    day = begin.astimezone(zone).date() - DAY
    total = timedelta(0)
    while day <= ended_at.date():
        opens, closes = _open(window, day, zone)
        total += max(timedelta(0), min(end, closes) - max(begin, opens))
        day += DAY
    return total // MINUTE


def _open(window: Window, day: date, zone: tzinfo) -> tuple[datetime, datetime]:
    last = day if window.start < window.end else day + DAY
    return _moment(day, window.start, zone), _moment(last, window.end, zone)


def _moment(day: date, at: time, zone: tzinfo) -> datetime:
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)

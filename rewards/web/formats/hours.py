"""Opening hours as they stand on a door, in the visitor's language."""

from datetime import datetime

from rewards.stock.types import DayHours

from . import times
from .language import is_english

_DAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
_DAYS_ENGLISH = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def day_hours(spans: DayHours) -> str:
    """Return the hours of a day, none if it is closed: 9:00–12:00、14:00–17:00."""
    told = (f"{_clock(span.opens)}–{_clock(span.closes)}" for span in spans)
    return (", " if is_english() else "、").join(told)


def weekdays(first: int, last: int) -> str:
    """Return days of the week, Monday being 0: 周一至周五, 周六, 每天."""
    names = _DAYS_ENGLISH if is_english() else _DAYS
    if first == last:
        return names[first]
    if (first, last) == (0, 6):
        return "Every day" if is_english() else "每天"
    if last == first + 1:
        return (
            f"{names[first]}, {names[last]}" if is_english() else f"{names[first]}、{names[last]}"
        )
    return f"{names[first]}–{names[last]}" if is_english() else f"{names[first]}至{names[last]}"


def until_clock(moment: datetime, now: datetime) -> str:
    """Return when something ends: 17:00, 24:00 at midnight, with its day if that is not today."""
    told = times.until(moment, now)
    return told.rpartition(" ")[2] if times.day(now, now) in told else told


def _clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}"

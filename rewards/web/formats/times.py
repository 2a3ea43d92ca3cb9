"""Days and clock times of the deployment's own calendar, whatever zone a phone is in."""

from datetime import date, datetime, timedelta

from rewards.core import clock as calendar

from .language import is_english

_WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
_WEEKDAYS_ENGLISH = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS_ENGLISH = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_NEAR = {-1: ("昨天", "yesterday"), 0: ("今天", "today"), 1: ("明天", "tomorrow")}
_MIDNIGHT = "24:00"


def day(moment: datetime | date, now: datetime | None = None) -> str:
    """Return the day, with its year only if that is not this one: 11月21日 周六."""
    local = _day_of(moment)
    is_this_year = local.year == _today(now).year
    if is_english():
        text = f"{_WEEKDAYS_ENGLISH[local.weekday()]} {local.day} {_month_english(local)[:3]}"
        return text if is_this_year else f"{text} {local.year}"
    year = "" if is_this_year else f"{local.year}年"
    return f"{year}{local.month}月{local.day}日 {_WEEKDAYS[local.weekday()]}"


def short_day(moment: datetime | date) -> str:
    """Return the day alone, where its week or its year is told beside it: 11月21日."""
    local = _day_of(moment)
    if is_english():
        return f"{local.day} {_month_english(local)[:3]}"
    return f"{local.month}月{local.day}日"


def full_day(moment: datetime | date) -> str:
    """Return the day with its year, for what is kept: 2026年11月21日."""
    local = _day_of(moment)
    if is_english():
        return f"{local.day} {_month_english(local)} {local.year}"
    return f"{local.year}年{local.month}月{local.day}日"


def near_day(moment: datetime | date, now: datetime | None = None) -> str:
    """Return 昨天, 今天 or 明天, and any other day as `day` does."""
    words = _NEAR.get((_day_of(moment) - _today(now)).days)
    if words is None:
        return day(moment, now)
    return words[is_english()]


def month(moment: datetime | date, now: datetime | None = None) -> str:
    """Return the month, with its year only if that is not this one: 11月."""
    local = _day_of(moment)
    is_this_year = local.year == _today(now).year
    if is_english():
        name = _month_english(local)
        return name if is_this_year else f"{name} {local.year}"
    return f"{local.month}月" if is_this_year else f"{local.year}年{local.month}月"


def full_month(moment: datetime | date) -> str:
    """Return the month with its year, for what is kept: 2026年11月."""
    local = _day_of(moment)
    return (
        f"{_month_english(local)} {local.year}"
        if is_english()
        else f"{local.year}年{local.month}月"
    )


def clock(moment: datetime) -> str:
    """Return the time of day, 24 hours without a leading zero: 9:00."""
    local = _local(moment)
    return f"{local.hour}:{local.minute:02}"


def day_clock(moment: datetime, now: datetime | None = None) -> str:
    """Return day and time: 11月21日 周六 14:30."""
    return _join(day(moment, now), clock(moment))


def near_day_clock(moment: datetime, now: datetime | None = None) -> str:
    """Return day and time, near days by name: 今天 14:40."""
    local = _day_of(moment)
    if abs((local - _today(now)).days) <= 1:
        return f"{near_day(moment, now)} {clock(moment)}"
    return day_clock(moment, now)


def when(moment: datetime, now: datetime | None = None) -> str:
    """Return the time alone if it is today's, else the day too: 14:00, 明天 9:00."""
    return clock(moment) if _day_of(moment) == _today(now) else near_day_clock(moment, now)


def span(start: datetime, end: datetime) -> str:
    """Return a span of time: 9:00–17:00; midnight ends a day as 24:00."""
    last_day, last_clock = _end_of(end)
    if last_day == _day_of(start):
        return f"{clock(start)}–{last_clock}"
    return f"{clock(start)}–{_join(day(last_day, start), last_clock)}"


def until(moment: datetime, now: datetime | None = None) -> str:
    """Return the last minute that counts: 11月28日 周六 17:00; midnight is 24:00 of the day."""
    last_day, last_clock = _end_of(moment)
    return _join(day(last_day, now), last_clock)


def deadline(moment: datetime, now: datetime | None = None) -> str:
    """Return a deadline: 最晚 11月28日 周六 17:00."""
    return f"by {until(moment, now)}" if is_english() else f"最晚 {until(moment, now)}"


def updated(moment: datetime) -> str:
    """Return how fresh something is: 更新于 14:28."""
    return f"updated {clock(moment)}" if is_english() else f"更新于 {clock(moment)}"


def as_of(moment: datetime) -> str:
    """Return how old something is that could not be renewed: 数据截至 14:05."""
    return f"as of {clock(moment)}" if is_english() else f"数据截至 {clock(moment)}"


def _local(moment: datetime) -> datetime:
    return moment.astimezone(calendar.zone())


def _day_of(moment: datetime | date) -> date:
    return _local(moment).date() if isinstance(moment, datetime) else moment


def _today(now: datetime | None) -> date:
    return _day_of(now or calendar.now())


def _end_of(moment: datetime) -> tuple[date, str]:
    local = _local(moment)
    if (local.hour, local.minute) == (0, 0):
        # Nobody who reads the next day's date should think that day still counts.
        return local.date() - timedelta(days=1), _MIDNIGHT
    return local.date(), clock(moment)


def _join(day_text: str, clock_text: str) -> str:
    return f"{day_text}, {clock_text}" if is_english() else f"{day_text} {clock_text}"


def _month_english(local: date) -> str:
    return _MONTHS_ENGLISH[local.month - 1]

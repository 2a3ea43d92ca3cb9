"""Which occasions the programme has on a day. Pure."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from . import facts
from .facts import Entry

DAYS_AHEAD = 14
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# In so many days every entry of the programme comes at least once with each title.
SEARCHED_DAYS = 400
_WORKING_DAYS = frozenset(range(5))


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """An occasion that is to be: an entry of the programme on one day."""

    entry: Entry
    title: str
    day: date
    starts_at: datetime
    ends_at: datetime
    closes_at: datetime | None


def plan_day(day: date, zone: ZoneInfo, *, live: bool) -> tuple[Plan, ...]:
    """Return the occasions of *day* in order; the live ones only if *live*."""
    plans = [
        _plan(entry, day, zone)
        for entry in facts.list_entries()
        if (live or not entry.live) and takes_place(entry, day)
    ]
    return tuple(sorted(plans, key=lambda plan: plan.starts_at))


def plan_days(
    first: date, last: date, zone: ZoneInfo, *, live_from: date
) -> Iterator[tuple[Plan, ...]]:
    """Yield the occasions of each day from *first* to *last*."""
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        yield plan_day(day, zone, live=day >= live_from)


def takes_place(entry: Entry, day: date) -> bool:
    """Tell whether an entry of the programme is due on *day*."""
    return day.month in entry.months and any(_matches(word, day) for word in entry.days)


def series_of(entry: Entry, first: date) -> tuple[tuple[str, str, date], ...]:
    """Return the series of an entry from *first* on: title, RRULE and first day of each.

    Titles that take turns are a series each, one turn of them apart.
    """
    turns = len(entry.titles)
    rule = _rule_of(entry) + (f";INTERVAL={turns}" if turns > 1 else "")
    days = [first + timedelta(days=number) for number in range(SEARCHED_DAYS)]
    due = [day for day in days if takes_place(entry, day)]
    found = []
    for turn, title in enumerate(entry.titles):
        start = next((day for day in due if _turn(entry, day) % turns == turn), None)
        if start is not None:
            found.append((title, rule, start))
    return tuple(found)


def _rule_of(entry: Entry) -> str:
    word = entry.days[0]
    months = ""
    if len(entry.months) < 12:
        months = ";BYMONTH=" + ",".join(str(month) for month in entry.months)
    if word == "daily":
        return f"FREQ=DAILY{months}"
    if word == "weekdays":
        return f"FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR{months}"
    if "#" in word:
        name, _, place = word.partition("#")
        return f"FREQ=MONTHLY;BYDAY={place}{name[:2].upper()}{months}"
    if "-" in word:
        month, day = (int(part) for part in word.split("-"))
        return f"FREQ=YEARLY;BYMONTH={month};BYMONTHDAY={day}"
    days = ",".join(name[:2].upper() for name in entry.days)
    return f"FREQ=WEEKLY;BYDAY={days}{months}"


def _matches(word: str, day: date) -> bool:
    if word == "daily":
        return True
    if word == "weekdays":
        return day.weekday() in _WORKING_DAYS
    if word == f"{day:%m-%d}":
        return True
    name, _, place = word.partition("#")
    if name != WEEKDAYS[day.weekday()]:
        return False
    return not place or int(place) in _places_in_month(day)


def _places_in_month(day: date) -> tuple[int, int]:
    # The third Friday from the front may be the last but one from the end.
    days_after = monthrange(day.year, day.month)[1] - day.day
    return (day.day - 1) // 7 + 1, -(days_after // 7) - 1


def _plan(entry: Entry, day: date, zone: ZoneInfo) -> Plan:
    starts_at = datetime.combine(day, entry.start, tzinfo=zone)
    ends_at = starts_at + timedelta(minutes=entry.minutes)
    closes_at = None
    if entry.closes_before_end is not None:
        closes_at = ends_at - timedelta(minutes=entry.closes_before_end)
    return Plan(
        entry=entry,
        title=entry.titles[_turn(entry, day) % len(entry.titles)],
        day=day,
        starts_at=starts_at,
        ends_at=ends_at,
        closes_at=closes_at,
    )


def _turn(entry: Entry, day: date) -> int:
    # Counted by the calendar, so that a day has the same title whenever it is planned.
    if any("#" in word for word in entry.days):
        return day.month
    return day.toordinal() if "daily" in entry.days else day.toordinal() // 7

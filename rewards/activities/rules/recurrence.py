"""Days that come again: rules of RFC 5545, the days they name, the moments of a local clock.

A rule is kept whole: what RFC 5545 leaves to the first day is written into it,
so that it still names the same days when a series begins anew from a later one.
"""

from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import TypeVar
from zoneinfo import ZoneInfo

from ..errors import RecurrenceError, SeriesDatesError
from ..types import Frequency, Pattern, Recurrence

Item = TypeVar("Item", int, tuple[int, int])

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
INTERVAL_MAX = 52
COUNT_MAX = 400
TEXT_LENGTH_MAX = 200
YEARS_AHEAD_MAX = 10
MINUTES_MAX = 24 * 60
# So many places a weekday can have in a month.
PLACES_MAX = 5
_DAY = timedelta(days=1)
_PARTS = {"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "BYMONTH", "COUNT", "UNTIL", "WKST"}


def read_pattern(
    text: str, *, starts_on: date, start: time, minutes: int, zone: ZoneInfo
) -> Pattern:
    """Return the pattern that an RRULE from *starts_on* gives, with its COUNT as a last day.

    :raises RecurrenceError: if the rule says nothing that a station could mean by it.
    :raises SeriesDatesError: if it names no day.
    """
    parts = _split(text)
    recurrence = _complete(_read_recurrence(parts), starts_on)
    if not 0 < minutes <= MINUTES_MAX:
        raise RecurrenceError(field="minutes")
    pattern = Pattern(
        recurrence=recurrence, starts_on=starts_on, ends_on=None, start=start, minutes=minutes
    )
    if "COUNT" in parts and "UNTIL" in parts:
        raise RecurrenceError(part="COUNT")
    if "COUNT" in parts:
        return end_after(pattern, _number(parts["COUNT"], "COUNT", 1, COUNT_MAX))
    if "UNTIL" in parts:
        pattern = replace(pattern, ends_on=_read_until(parts["UNTIL"], zone))
    return check_pattern(pattern)


def check_pattern(pattern: Pattern) -> Pattern:
    """Return *pattern* if it names at least one day within the years one can plan for.

    :raises SeriesDatesError: if not.
    """
    last = _years_ahead(pattern.starts_on)
    if pattern.ends_on is not None and not pattern.starts_on <= pattern.ends_on <= last:
        raise SeriesDatesError(field="ends_on")
    if next(_days(pattern, pattern.starts_on, last), None) is None:
        raise SeriesDatesError(field="rule")
    return pattern


def end_after(pattern: Pattern, count: int) -> Pattern:
    """Return *pattern* with the day of its occasion number *count* as the last one.

    :raises SeriesDatesError: if there are not so many within the years one can plan for.
    """
    days = list(islice(_days(pattern, pattern.starts_on, _years_ahead(pattern.starts_on)), count))
    if len(days) < count:
        raise SeriesDatesError(field="count")
    return replace(pattern, ends_on=days[-1])


def write_rule(recurrence: Recurrence) -> str:
    """Return the RRULE of *recurrence*."""
    parts = [f"FREQ={recurrence.frequency.value}"]
    if recurrence.interval > 1:
        parts.append(f"INTERVAL={recurrence.interval}")
    if recurrence.months:
        parts.append("BYMONTH=" + ",".join(map(str, recurrence.months)))
    if recurrence.month_days:
        parts.append("BYMONTHDAY=" + ",".join(map(str, recurrence.month_days)))
    if recurrence.weekdays:
        days = (f"{place or ''}{WEEKDAYS[day]}" for day, place in recurrence.weekdays)
        parts.append("BYDAY=" + ",".join(days))
    return ";".join(parts)


def read_rule(text: str) -> Recurrence:
    """Return what `write_rule` wrote."""
    return _read_recurrence(_split(text))


def list_slots(pattern: Pattern, *, first: date, last: date) -> tuple[date, ...]:
    """Return the days of *pattern* from *first* to *last*, in order."""
    return tuple(_days(pattern, max(first, pattern.starts_on), last))


def times_of(pattern: Pattern, slot: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return when the occasion of the day *slot* starts and ends, in UTC.

    It is what a clock on the wall says, also on the day on which clocks are
    changed. A time that this day does not have is an hour later, one that it
    has twice is the first.
    """
    wall = datetime.combine(slot, pattern.start)
    start = wall.replace(tzinfo=zone).astimezone(UTC)
    end = (wall + timedelta(minutes=pattern.minutes)).replace(tzinfo=zone).astimezone(UTC)
    if end <= start:
        # It would begin in the hour that is left out, and end right after it.
        end = start + timedelta(minutes=pattern.minutes)
    return start, end


def _days(pattern: Pattern, first: date, last: date) -> Iterator[date]:
    # Day by day, so that a rule for 30 February ends where the others do.
    end = last if pattern.ends_on is None else min(last, pattern.ends_on)
    for number in range((end - first).days + 1):
        day = first + number * _DAY
        if _is_named(pattern.recurrence, day) and _is_turn(pattern, day):
            yield day


def _is_named(recurrence: Recurrence, day: date) -> bool:
    if recurrence.months and day.month not in recurrence.months:
        return False
    length = monthrange(day.year, day.month)[1]
    if recurrence.month_days:
        return not {day.day, day.day - length - 1}.isdisjoint(recurrence.month_days)
    # The third Friday from the front may be the last but one from the end.
    places = (0, (day.day - 1) // 7 + 1, -((length - day.day) // 7) - 1)
    return not recurrence.weekdays or any(
        (day.weekday(), place) in recurrence.weekdays for place in places
    )


def _is_turn(pattern: Pattern, day: date) -> bool:
    first = pattern.starts_on
    match pattern.recurrence.frequency:
        case Frequency.DAILY:
            turn = (day - first).days
        case Frequency.WEEKLY:
            turn = ((day - first).days + first.weekday()) // 7
        case Frequency.MONTHLY:
            turn = (day.year - first.year) * 12 + day.month - first.month
        case Frequency.YEARLY:
            turn = day.year - first.year
    return turn % pattern.recurrence.interval == 0


def _split(text: str) -> dict[str, str]:
    body = text.strip().upper().removeprefix("RRULE:")
    if not body or len(body) > TEXT_LENGTH_MAX:
        raise RecurrenceError(field="rule")
    parts: dict[str, str] = {}
    for piece in body.split(";"):
        name, _, value = piece.partition("=")
        if name not in _PARTS or name in parts or not value:
            raise RecurrenceError(part=name[:20])
        parts[name] = value
    return parts


def _read_recurrence(parts: dict[str, str]) -> Recurrence:
    if parts.get("FREQ") not in set(Frequency):
        raise RecurrenceError(part="FREQ")
    if parts.get("WKST", "MO") != "MO":
        raise RecurrenceError(part="WKST")
    recurrence = Recurrence(
        frequency=Frequency(parts["FREQ"]),
        interval=_number(parts.get("INTERVAL", "1"), "INTERVAL", 1, INTERVAL_MAX),
        weekdays=_list(parts, "BYDAY", _read_weekday),
        month_days=_list(parts, "BYMONTHDAY", _read_month_day),
        months=_list(parts, "BYMONTH", lambda text: _number(text, "BYMONTH", 1, 12)),
    )
    _check_parts(recurrence)
    return recurrence


def _check_parts(recurrence: Recurrence) -> None:
    in_month = recurrence.frequency in {Frequency.MONTHLY, Frequency.YEARLY}
    places = [place for _, place in recurrence.weekdays]
    if recurrence.month_days and (recurrence.weekdays or not in_month):
        raise RecurrenceError(part="BYMONTHDAY")
    # Each Monday and the last Friday in one rule: calendars do not agree on what that is.
    if any(places) and not (in_month and all(places)):
        raise RecurrenceError(part="BYDAY")
    is_of_year = recurrence.frequency is Frequency.YEARLY and not recurrence.months
    if is_of_year and (recurrence.weekdays or recurrence.month_days):
        raise RecurrenceError(part="BYMONTH")


def _complete(recurrence: Recurrence, starts_on: date) -> Recurrence:
    match recurrence.frequency:
        case Frequency.WEEKLY if not recurrence.weekdays:
            return replace(recurrence, weekdays=((starts_on.weekday(), 0),))
        case Frequency.MONTHLY if not (recurrence.weekdays or recurrence.month_days):
            return replace(recurrence, month_days=(starts_on.day,))
        case Frequency.YEARLY if not (recurrence.weekdays or recurrence.month_days):
            months = recurrence.months or (starts_on.month,)
            return replace(recurrence, months=months, month_days=(starts_on.day,))
    return recurrence


def _list(parts: dict[str, str], name: str, read: Callable[[str], Item]) -> tuple[Item, ...]:
    if name not in parts:
        return ()
    return tuple(sorted({read(piece) for piece in parts[name].split(",")}))


def _read_weekday(text: str) -> tuple[int, int]:
    name, place = text[-2:], text[:-2]
    if name not in WEEKDAYS:
        raise RecurrenceError(part="BYDAY")
    number = _number(place, "BYDAY", -PLACES_MAX, PLACES_MAX) if place else 0
    if place and number == 0:
        raise RecurrenceError(part="BYDAY")
    return WEEKDAYS.index(name), number


def _read_month_day(text: str) -> int:
    number = _number(text, "BYMONTHDAY", -31, 31)
    if number == 0:
        raise RecurrenceError(part="BYMONTHDAY")
    return number


def _number(text: str, part: str, least: int, most: int) -> int:
    digits = text[1:] if text[:1] in {"+", "-"} else text
    is_number = digits.isascii() and digits.isdigit() and len(digits) <= 4
    if not is_number or not least <= int(text) <= most:
        raise RecurrenceError(part=part)
    return int(text)


def _read_until(text: str, zone: ZoneInfo) -> date:
    for written, is_moment in (("%Y%m%d", False), ("%Y%m%dT%H%M%SZ", True)):
        try:
            moment = datetime.strptime(text, written).replace(tzinfo=UTC)
        except ValueError:
            continue
        try:
            return moment.astimezone(zone).date() if is_moment else moment.date()
        except OverflowError as error:
            # The last evening that there is, which is the next morning further east.
            raise RecurrenceError(part="UNTIL") from error
    raise RecurrenceError(part="UNTIL")


def _years_ahead(day: date) -> date:
    # The last of February of a year that has one less is no day of another year.
    return date(day.year + YEARS_AHEAD_MAX, day.month, min(day.day, 28))

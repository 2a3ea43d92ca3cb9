"""When a space and its exchange desk are open. Pure.

A clock on the wall decides, not a number of hours: a day of 23 or 25 hours, where the
clock is put forward or back, has the hours that stand on the door.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from rewards.core import clock

from ..errors import InvalidHoursError, InvalidSlotsError
from ..types import DayHours, Desk, Hours, Opening, OpenState, Span

OPEN_FOR_MAX = timedelta(days=7)
# What is open without an end is seen within a week and the day after it.
DAYS_REPEATED = 9
LOOK_BACK_DAYS = 31
SPECIAL_DAYS_MAX = 62
SPECIAL_AHEAD_MAX = timedelta(days=400)
REASON_LENGTH_MAX = 40
SLOT_MINUTES = (10, 15, 20, 30, 60, 90, 120)
SLOT_CAPACITY_MAX = 200

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)


def list_spans(hours: Hours, desk: Desk, day: date) -> DayHours:
    """Return when a desk is open on a day, by the clock on the wall.

    The exchange desk is open as the space is, unless it has hours of its own;
    and never while the space around it is closed.
    """
    return _find_spans(hours, desk, day) or ()


def is_open_day(hours: Hours, desk: Desk, day: date) -> bool:
    """Tell whether a desk opens on a day; it does if nobody told anything of that day."""
    spans = _find_spans(hours, desk, day)
    return spans is None or bool(spans)


def list_openings(hours: Hours, desk: Desk, day: date, zone: ZoneInfo) -> tuple[Opening, ...]:
    """Return the spans of time of a day in which a desk is open."""
    found = (
        Opening(
            starts_at=_moment_of(day, span.opens, zone), ends_at=_moment_of(day, span.closes, zone)
        )
        for span in list_spans(hours, desk, day)
    )
    return tuple(opening for opening in found if opening.starts_at < opening.ends_at)


def judge_open(hours: Hours, desk: Desk, now: datetime, zone: ZoneInfo) -> OpenState | None:
    """Return whether a desk is open and what comes next, or None if nobody told its hours."""
    if not _is_told(hours, desk):
        return None
    today = clock.local_date(now, zone)
    coming = _stream_openings(hours, desk, today, now, zone)
    first = next(coming, None)
    if first is None or first.starts_at > now:
        opens_at = None if first is None else first.starts_at
        reason = find_reason(hours, desk, today)
        return OpenState(is_open=False, opens_at=opens_at, reason=reason)
    until = first.ends_at
    for opening in coming:
        if opening.starts_at > until or until - now > OPEN_FOR_MAX:
            break
        until = opening.ends_at
    return OpenState(is_open=True, until=None if until - now > OPEN_FOR_MAX else until)


def find_reason(hours: Hours, desk: Desk, day: date) -> str:
    """Return why a day is not like others of its weekday, if it is not."""
    own, house = hours.days.get((desk, day)), hours.days.get((Desk.SPACE, day))
    return next((each.reason for each in (house, own) if each is not None), "")


def last_pickup_day(hours: Hours, day: date, *, kept_days: int) -> date:
    """Return the last day to collect what is reserved on *day*.

    It is *kept_days* later, or the next day on which the exchange desk opens.
    """
    last = day + timedelta(days=kept_days)
    return find_open_day(hours, Desk.EXCHANGE, last) or last


def find_open_day(hours: Hours, desk: Desk, day: date) -> date | None:
    """Return the first day from *day* on that a desk opens, or None if it never does again."""
    return next((each for each in _stream_days(hours, day) if is_open_day(hours, desk, each)), None)


def collect_until(hours: Hours, expires_at: datetime, zone: ZoneInfo) -> datetime:
    """Return when the exchange desk closes for the last time before a redemption expires.

    It is what people are told: the redemption itself lasts to the end of that day,
    so that nobody who stands in the line finds it was too late.
    """
    if not _is_told(hours, Desk.EXCHANGE):
        return expires_at
    last_day = clock.local_date(expires_at - _MINUTE, zone)
    for n in range(LOOK_BACK_DAYS):
        for opening in reversed(list_openings(hours, Desk.EXCHANGE, last_day - n * _DAY, zone)):
            if opening.starts_at < expires_at:
                return min(opening.ends_at, expires_at)
    return expires_at


def check_special_days(first: date, last: date, *, reason: str, today: date) -> str:
    """Return the reason in one line, if special days may be from *first* to *last*.

    :raises InvalidHoursError: naming the value that does not fit.
    """
    line = " ".join("".join(c if c.isprintable() else " " for c in reason).split())
    fits = {
        "first": today <= first <= today + SPECIAL_AHEAD_MAX,
        # Nothing is added to a day that somebody typed: it may be the last of all.
        "last": timedelta(0) <= last - first < SPECIAL_DAYS_MAX * _DAY,
        "reason": 0 < len(line) <= REASON_LENGTH_MAX,
    }
    for field, is_fit in fits.items():
        if not is_fit:
            raise InvalidHoursError(field=field)
    return line


def check_slots(minutes: int | None, capacity: int | None) -> None:
    """Check how long pick-up slots are and how many may come in each; both None: there are none.

    :raises InvalidSlotsError: naming the value that does not fit.
    """
    if minutes is None and capacity is None:
        return
    if minutes not in SLOT_MINUTES:
        raise InvalidSlotsError(field="minutes")
    if capacity is None or not 1 <= capacity <= SLOT_CAPACITY_MAX:
        raise InvalidSlotsError(field="capacity")


def _find_spans(hours: Hours, desk: Desk, day: date) -> DayHours | None:
    special, week = hours.days.get((desk, day)), hours.weeks.get(desk)
    own = special.spans if special else week[day.weekday()] if week else None
    if desk is Desk.SPACE:
        return own
    house = _find_spans(hours, Desk.SPACE, day)
    if own is None or house is None:
        return house if own is None else own
    return _overlap(own, house)


def _overlap(one: DayHours, other: DayHours) -> DayHours:
    both = (
        Span(opens=max(a.opens, b.opens), closes=min(a.closes, b.closes))
        for a in one
        for b in other
        if max(a.opens, b.opens) < min(a.closes, b.closes)
    )
    return tuple(sorted(both))


def _is_told(hours: Hours, desk: Desk) -> bool:
    return desk in hours.weeks or Desk.SPACE in hours.weeks


def _stream_openings(
    hours: Hours, desk: Desk, today: date, now: datetime, zone: ZoneInfo
) -> Iterator[Opening]:
    for day in _stream_days(hours, today):
        for opening in list_openings(hours, desk, day, zone):
            if opening.ends_at > now:
                yield opening


def _stream_days(hours: Hours, first: date) -> Iterator[date]:
    """Yield the days from *first* on, up to those after which every week is like the last one."""
    last_special = max((day for _desk, day in hours.days), default=first)
    for n in range((max(last_special, first) - first).days + DAYS_REPEATED):
        yield first + n * _DAY


def _moment_of(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """Return the first moment of a day at which its clock shows so many minutes, or more."""
    if minutes == 24 * 60:
        return clock.day_bounds(day, zone)[1]
    wall = datetime(day.year, day.month, day.day, minutes // 60, minutes % 60, tzinfo=zone)
    moment = wall.astimezone(UTC)
    shown = wall.replace(tzinfo=None)
    # Where the clock is put forward, it never shows some minutes, and zoneinfo tells a later one.
    while _shown(moment, zone) > shown and _shown(moment - _MINUTE, zone) > shown:
        moment -= _MINUTE
    return moment


def _shown(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)

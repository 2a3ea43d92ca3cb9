"""Until when one can appeal, when the answer is due, who may give it."""

from datetime import date, datetime, timedelta

from rewards.core import clock
from rewards.network.types import Level

from .errors import AppealTextError, AppealTooLateError, OwnAppealError
from .types import TEXT_LENGTH_MAX, TEXT_LENGTH_MIN, Appeal, Subject

# Source: domain defaults 6.2.
APPEAL_DAYS = 15
ANSWER_WORKING_DAYS = 5

_SATURDAY = 5
# From who answers first to who answers last.
_LADDER = (Level.STATION, Level.INSTITUTE, Level.CENTER)


def add_working_days(day: date, count: int) -> date:
    """Return the working day that is *count* of them after *day*.

    Working days are Monday to Friday. There is no table of holidays: around
    one a station has less time than it seems, and the next level will see so.
    """
    while count:
        day += timedelta(days=1)
        if day.weekday() < _SATURDAY:
            count -= 1
    return day


def find_end(recorded_at: datetime) -> datetime:
    """Return the moment until which something recorded then can be contested."""
    day = clock.local_date(recorded_at, clock.zone()) + timedelta(days=APPEAL_DAYS)
    return clock.day_bounds(day, clock.zone())[1]


def find_due(made_at: datetime) -> datetime:
    """Return the moment by which an appeal made then is to be answered: the end of a day."""
    day = add_working_days(clock.local_date(made_at, clock.zone()), ANSWER_WORKING_DAYS)
    return clock.day_bounds(day, clock.zone())[1]


def find_level(home: Level, *, due_at: datetime, now: datetime) -> Level:
    """Return which level is to answer at *now* an appeal about something at a node of *home*.

    A station that let its time pass has the institute above it answer, within
    as many working days; after that it is for the center.
    """
    first = _LADDER.index(home) if home in _LADDER else 0
    late = 0
    while due_at <= now and first + late < len(_LADDER) - 1:
        late += 1
        # The last moment belongs to the day after: its own day is the one before.
        last_day = clock.local_date(due_at - timedelta(seconds=1), clock.zone())
        due_at = clock.day_bounds(add_working_days(last_day, ANSWER_WORKING_DAYS), clock.zone())[1]
    return _LADDER[first + late]


def check_in_time(subject: Subject, *, now: datetime) -> None:
    """Check that *subject* can still be contested.

    :raises AppealTooLateError: if it was recorded too long ago.
    """
    until = find_end(subject.recorded_at)
    if until <= now:
        raise AppealTooLateError(until=until.isoformat())


def normalize_text(text: str) -> str:
    """Return *text* in one line.

    :raises AppealTextError: if it is too short, too long, or cannot be printed.
    """
    line = " ".join(text.split())
    if not TEXT_LENGTH_MIN <= len(line) <= TEXT_LENGTH_MAX or not line.isprintable():
        raise AppealTextError(length_min=TEXT_LENGTH_MIN, length_max=TEXT_LENGTH_MAX)
    return line


def check_impartial(appeal: Appeal, subject: Subject, *, principal: str, is_self: bool) -> None:
    """Check that who answers judges neither themselves nor their own entry.

    *is_self* tells whether the staff member is known to be the participant.

    :raises OwnAppealError: if they do.
    """
    if is_self or principal in subject.entered_by or principal == appeal.made_by:
        raise OwnAppealError

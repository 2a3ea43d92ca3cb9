"""Spans of a local day as people write them: 9:00-12:00, 14:00-17:00. Pure."""

import re
import unicodedata
from collections.abc import Iterable

from ..errors import InvalidHoursError
from ..types import DayHours, Span, Week

DAY_MINUTES = 24 * 60
DAYS_OF_WEEK = 7
SPANS_MAX = 6
TEXT_LENGTH_MAX = 120

_DASHES = str.maketrans(dict.fromkeys("–—−~〜至到", "-"))
_SEPARATORS = re.compile(r"[,;、\s]+")
# 9, 9:30, 0930, and as people say it: 9点, 9点半, 9点30分.
_CLOCK = re.compile(
    r"(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2})|点(?:(?P<half>半)|(?P<said>\d{1,2})分?)?)?"
    r"|(?P<long>\d{4})"
)


def read_spans(text: str) -> DayHours:
    """Return the spans of a day that somebody typed; an empty text is a closed day.

    :raises InvalidHoursError: if it is no list of spans, or they overlap.
    """
    if len(text) > TEXT_LENGTH_MAX:
        raise InvalidHoursError(field="spans")
    plain = unicodedata.normalize("NFKC", text).translate(_DASHES)
    plain = re.sub(r"\s*-\s*", "-", plain.strip())
    parts = [part for part in _SEPARATORS.split(plain) if part]
    return check_day(_read_span(part) for part in parts)


def write_spans(spans: DayHours) -> str:
    """Return the spans of a day as they are typed; a closed day is an empty text."""
    return " ".join(f"{_write_clock(span.opens)}-{_write_clock(span.closes)}" for span in spans)


def check_day(spans: Iterable[Span]) -> DayHours:
    """Return the spans of a day in order, those that touch as one.

    :raises InvalidHoursError: if one of them is none, they overlap, or there are too many.
    """
    joined: list[Span] = []
    for span in sorted(spans):
        if not 0 <= span.opens < span.closes <= DAY_MINUTES:
            raise InvalidHoursError(field="spans")
        if joined and span.opens < joined[-1].closes:
            raise InvalidHoursError(field="spans")
        if joined and span.opens == joined[-1].closes:
            joined[-1] = Span(opens=joined[-1].opens, closes=span.closes)
        else:
            joined.append(span)
    if len(joined) > SPANS_MAX:
        raise InvalidHoursError(field="spans")
    return tuple(joined)


def check_week(week: Iterable[Iterable[Span]]) -> Week:
    """Return a week, each day in order.

    :raises InvalidHoursError: if it has not seven days, or a day does not fit.
    """
    days = tuple(check_day(day) for day in week)
    if len(days) != DAYS_OF_WEEK:
        raise InvalidHoursError(field="week")
    return days


def _read_span(text: str) -> Span:
    clocks = [_read_clock(part) for part in text.split("-")]
    if len(clocks) != 2:
        raise InvalidHoursError(field="spans")
    return Span(opens=clocks[0], closes=clocks[1])


def _read_clock(text: str) -> int:
    found = _CLOCK.fullmatch(text)
    if found is None:
        raise InvalidHoursError(field="spans")
    if found["long"]:
        hour, minute = int(found["long"][:2]), int(found["long"][2:])
    else:
        hour = int(found["hour"])
        minute = 30 if found["half"] else int(found["minute"] or found["said"] or 0)
    if minute >= 60 or hour * 60 + minute > DAY_MINUTES:
        raise InvalidHoursError(field="spans")
    return hour * 60 + minute


def _write_clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}"

"""Occasions as a calendar that phones and computers subscribe to (RFC 5545).

An event keeps its name for ever and counts its changes, so that a calendar
that has fetched it once takes over what became of it; one that was cancelled
says so and stays.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

import icalendar
from flask import Response, request
from flask_babel import gettext as _

from rewards.activities.types import Occasion, OccasionId, OccasionStatus
from rewards.core import ids

MAKER = "-//Rewards//Occasions 1.0//ZH"
FRESH_SECONDS = 300
# How often calendars are asked to look again.
REFRESH = timedelta(hours=1)
MIME_TYPE = "text/calendar"


def write_calendar(
    name: str,
    occasions: Iterable[Occasion],
    *,
    place_of: Callable[[Occasion], str],
    address_of: Callable[[Occasion], str],
    waiting: frozenset[object] = frozenset(),
    given_up: frozenset[object] = frozenset(),
    changed: Mapping[OccasionId, datetime] = MappingProxyType({}),
) -> bytes:
    """Return the calendar of *occasions*.

    Those *waiting* for a place are not settled yet, those *given_up* are off;
    *changed* says when that became so.
    """
    calendar = icalendar.Calendar()
    calendar.add("prodid", MAKER)
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for occasion in occasions:
        state = "TENTATIVE" if occasion.id in waiting else "CONFIRMED"
        if occasion.status is OccasionStatus.CANCELLED or occasion.id in given_up:
            state = "CANCELLED"
        event = _event(
            occasion,
            state,
            place=place_of(occasion),
            address=address_of(occasion),
            changed_at=changed.get(occasion.id),
        )
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def respond(content: bytes, *, is_public: bool, file_name: str) -> Response:
    """Return a calendar as an answer; what is somebody's own is kept nowhere on the way."""
    response = Response(content, mimetype=MIME_TYPE)
    response.headers["Content-Disposition"] = f'inline; filename="{file_name}"'
    if not is_public:
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response
    response.cache_control.public = True
    response.cache_control.max_age = FRESH_SECONDS
    response.add_etag()
    response.make_conditional(request)
    return response


def _event(
    occasion: Occasion, state: str, *, place: str, address: str, changed_at: datetime | None
) -> icalendar.Event:
    event = icalendar.Event()
    event.add("uid", str(occasion.id))
    planned_at = ids.moment_of(occasion.id)
    stamps = [each for each in (occasion.revised_at, changed_at) if each is not None]
    # Each change of the occasion or of the sign-up makes it higher.
    own = 0 if changed_at is None else max(0, round((changed_at - planned_at).total_seconds()))
    event.add("dtstamp", max(stamps, default=planned_at))
    event.add("sequence", occasion.revision + own)
    event.add("dtstart", occasion.starts_at)
    event.add("dtend", occasion.ends_at)
    title = occasion.title
    is_off = state == "CANCELLED"
    event.add("summary", _("已取消：%(title)s", title=title) if is_off else title)
    event.add("status", state)
    if place:
        event.add("location", place)
    event.add("url", address)
    return event

"""Series: occasions that come again."""

from dataclasses import asdict
from datetime import date
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Response, url_for

from rewards.activities import queries as activities
from rewards.activities import rules as patterns
from rewards.activities import service
from rewards.activities.errors import SeriesNotFoundError
from rewards.activities.types import Series, SeriesId
from rewards.core import clock
from rewards.network.errors import NodeNotFoundError
from rewards.web import sessions

from .resources import Resource, answer, answer_once
from .schemas.series import (
    SeriesChange,
    SeriesList,
    SeriesQuery,
    SeriesRequest,
    SeriesResponse,
    SkipRequest,
)
from .visibility import check_visible, check_zone, find_listed_path, get_visible_node

series = Resource(
    "series", description="Occasions that come again by a rule, planned 60 days ahead."
)

NOT_THERE = (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)
CHANGED = {"slot_from", "recurrence", "start", "minutes"}


@series.call(
    "GET",
    "/series",
    query=SeriesQuery,
    answers={HTTPStatus.OK: SeriesList},
    refusals=NOT_THERE,
)
def list_series(query: dict[str, Any]) -> Response:
    """List the series of a branch of the network that have not ended."""
    path = find_listed_path(sessions.current_actor(), query["node_id"])
    today = clock.local_date(clock.now(), clock.zone())
    found = activities.list_series(node_path=path, day=today)
    return answer(SeriesList, {"items": [_write(each) for each in found]})


@series.call(
    "POST",
    "/series",
    body=SeriesRequest,
    answers={HTTPStatus.CREATED: SeriesResponse},
    refusals=(*NOT_THERE, HTTPStatus.CONFLICT),
    is_keyed=True,
)
def create_series(body: dict[str, Any]) -> Response:
    """Plan a series; its occasions of the next 60 days are there at once, the first in any case."""
    actor = sessions.require_staff()
    get_visible_node(actor, body["node_id"], NodeNotFoundError)
    check_zone(actor, body.get("zone_id"))
    return answer_once(
        service.create_series,
        render=lambda made: (HTTPStatus.CREATED, SeriesResponse().dump(_write(made))),
        location=lambda made: url_for("series.get_series", series_id=made["id"]),
        actor=actor,
        now=clock.now(),
        rule=body.pop("recurrence"),
        **body,
    )


@series.call(
    "GET",
    "/series/<uuid:series_id>",
    answers={HTTPStatus.OK: SeriesResponse},
    refusals=NOT_THERE,
)
def get_series(series_id: UUID) -> Response:
    """Show a series."""
    return answer(SeriesResponse, _write(_get_visible(series_id)))


@series.call(
    "PATCH",
    "/series/<uuid:series_id>",
    body=SeriesChange,
    answers={HTTPStatus.OK: SeriesResponse},
    refusals=(*NOT_THERE, HTTPStatus.CONFLICT),
    is_keyed=True,
)
def change_series(body: dict[str, Any], series_id: UUID) -> Response:
    """Change a series from a day on, or say when it ends.

    The answer is the series from that day on. It is a new one where there are
    days before, whose series then ends with them.
    """
    actor = sessions.require_staff()
    found = _get_visible(series_id)
    check_zone(actor, body.get("zone_id"))
    asked: dict[str, Any] = {
        "render": lambda after: (HTTPStatus.OK, SeriesResponse().dump(_write(after))),
        "actor": actor,
        "series_id": found.id,
        "now": clock.now(),
    }
    if "ends_on" in body:
        return answer_once(service.set_end, ends_on=body["ends_on"], **asked)
    return answer_once(
        service.change_series,
        slot_from=body["slot_from"],
        changes={name: value for name, value in body.items() if name not in CHANGED},
        rule=body.get("recurrence"),
        start=body.get("start"),
        minutes=body.get("minutes"),
        **asked,
    )


@series.call(
    "POST",
    "/series/<uuid:series_id>/skips",
    body=SkipRequest,
    answers={HTTPStatus.OK: SeriesResponse},
    refusals=(*NOT_THERE, HTTPStatus.CONFLICT),
    is_keyed=True,
)
def skip_day(body: dict[str, Any], series_id: UUID) -> Response:
    """Leave out a day: its occasion is cancelled, or none is planned."""
    actor = sessions.require_staff()
    found = _get_visible(series_id)
    return answer_once(
        service.skip_day,
        render=lambda after: (HTTPStatus.OK, SeriesResponse().dump(_write(after))),
        actor=actor,
        series_id=found.id,
        slot=body["day"],
        now=clock.now(),
    )


def _get_visible(series_id: UUID) -> Series:
    found = activities.get_series(SeriesId(series_id))
    check_visible(sessions.current_actor(), found.node_path, SeriesNotFoundError)
    return found


def _write(found: Series) -> dict[str, Any]:
    pattern = found.pattern
    skips: list[date] = sorted(found.skips)
    return {
        **asdict(found.details),
        "id": found.id,
        "node_id": found.node_id,
        "recurrence": patterns.write_rule(pattern.recurrence),
        "starts_on": pattern.starts_on,
        "ends_on": pattern.ends_on,
        "start": f"{pattern.start:%H:%M}",
        "minutes": pattern.minutes,
        "skips": skips,
        "planned_through": found.planned_through,
    }

"""When offline spaces and their exchange desks are open, and the slots to collect in."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Response

from rewards.core import clock
from rewards.core.paging import Page
from rewards.stock import queries as stock
from rewards.stock import rules, service
from rewards.stock.errors import SpaceNotFoundError
from rewards.stock.types import DayHours, Desk, Space, SpaceId, Span
from rewards.web import sessions

from .resources import Resource, answer, answer_once, answer_page
from .schemas.opening import (
    HoursResponse,
    SlotResponse,
    SlotsPage,
    SlotsRequest,
    SpecialDaysRemoval,
    SpecialDaysRequest,
    WeekRequest,
)
from .visibility import check_visible

opening = Resource(
    "opening", description="Opening hours 开放时间 of spaces and slots to collect in 领取时段."
)

REFUSALS = (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)
MINUTES_OF_HOUR = 60


@opening.call(
    "GET",
    "/spaces/<uuid:space_id>/hours",
    answers={HTTPStatus.OK: HoursResponse},
    refusals=REFUSALS,
)
def get_hours(space_id: UUID) -> Response:
    """Show when a space and its exchange desk are open, and whether they are now."""
    return answer(HoursResponse, _describe(_get_visible(space_id).id))


@opening.call(
    "POST",
    "/spaces/<uuid:space_id>/hours",
    body=WeekRequest,
    answers={HTTPStatus.OK: HoursResponse},
    refusals=REFUSALS,
    is_keyed=True,
)
def set_hours(body: dict[str, Any], space_id: UUID) -> Response:
    """Set when the space or its exchange desk is open, by weekday."""
    week = body["week"]
    return _change(
        space_id,
        service.set_week,
        desk=body["desk"],
        week=None if week is None else [_read_spans(day) for day in week],
    )


@opening.call(
    "POST",
    "/spaces/<uuid:space_id>/special-days",
    body=SpecialDaysRequest,
    answers={HTTPStatus.OK: HoursResponse},
    refusals=REFUSALS,
    is_keyed=True,
)
def set_special_days(body: dict[str, Any], space_id: UUID) -> Response:
    """Set what is open on days that are not like others; without spans nothing is.

    Redemptions that are to be collected by a day that is closed now are kept longer.
    """
    spans = _read_spans(body.pop("spans"))
    return _change(space_id, service.set_special_days, spans=spans, **body)


@opening.call(
    "POST",
    "/spaces/<uuid:space_id>/special-days/removal",
    body=SpecialDaysRemoval,
    answers={HTTPStatus.OK: HoursResponse},
    refusals=REFUSALS,
    is_keyed=True,
)
def drop_special_days(body: dict[str, Any], space_id: UUID) -> Response:
    """Let days be like others of their weekday again."""
    return _change(space_id, service.drop_special_days, **body)


@opening.call(
    "GET",
    "/spaces/<uuid:space_id>/pick-up-slots",
    answers={HTTPStatus.OK: SlotsPage},
    refusals=REFUSALS,
)
def list_slots(space_id: UUID) -> Response:
    """List the pick-up slots of the next seven days, full ones too, on one page."""
    slots = stock.list_slots(_get_visible(space_id).id, clock.now())
    return answer_page(SlotResponse, Page(items=slots, next=None))


@opening.call(
    "POST",
    "/spaces/<uuid:space_id>/pick-up-slots",
    body=SlotsRequest,
    answers={HTTPStatus.OK: HoursResponse},
    refusals=REFUSALS,
    is_keyed=True,
)
def set_slots(body: dict[str, Any], space_id: UUID) -> Response:
    """Set how long slots are and how many come in each; both null: come whenever it is open."""
    return _change(space_id, service.set_slots, **body)


def _change(space_id: UUID, change: Any, **values: Any) -> Response:
    actor = sessions.require_staff()
    space = _get_visible(space_id)
    return answer_once(
        change,
        render=lambda _changed: (HTTPStatus.OK, HoursResponse().dump(_describe(space.id))),
        actor=actor,
        space_id=space.id,
        now=clock.now(),
        **values,
    )


def _get_visible(space_id: UUID) -> Space:
    space = stock.get_space(SpaceId(space_id))
    check_visible(sessions.current_actor(), space.node_path, SpaceNotFoundError)
    return space


def _describe(space_id: SpaceId) -> dict[str, Any]:
    now, zone = clock.now(), clock.zone()
    space = stock.get_space(space_id)
    hours = stock.get_hours(space_id, since=clock.local_date(now, zone))
    states = {desk: rules.judge_open(hours, desk, now, zone) for desk in Desk}
    return {
        "weeks": [
            {"desk": desk, "days": [_write_spans(day) for day in week]}
            for desk, week in hours.weeks.items()
        ],
        "special_days": [
            {"desk": each.desk, "day": each.day, "reason": each.reason}
            | {"spans": _write_spans(each.spans)}
            for each in hours.days.values()
        ],
        "now": [
            {
                "desk": desk,
                "is_open": state.is_open,
                "until": state.until,
                "opens_at": state.opens_at,
                "reason": state.reason,
            }
            for desk, state in states.items()
            if state is not None
        ],
        "slot_minutes": space.slot_minutes,
        "slot_capacity": space.slot_capacity,
    }


def _read_spans(spans: Sequence[Mapping[str, str]]) -> DayHours:
    return tuple(
        Span(opens=_read_clock(each["opens"]), closes=_read_clock(each["closes"])) for each in spans
    )


def _read_clock(text: str) -> int:
    hour, minute = text.split(":")
    return int(hour) * MINUTES_OF_HOUR + int(minute)


def _write_spans(spans: DayHours) -> list[dict[str, str]]:
    return [
        {"opens": _write_clock(span.opens), "closes": _write_clock(span.closes)} for span in spans
    ]


def _write_clock(minutes: int) -> str:
    return f"{minutes // MINUTES_OF_HOUR:02}:{minutes % MINUTES_OF_HOUR:02}"

"""Hours that somebody decides on: who did not check out, long days, and back-fills."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Response, url_for

from rewards.access.types import Verb
from rewards.activities import queries as activities
from rewards.activities.errors import OccasionNotFoundError
from rewards.checkins import queries, service
from rewards.checkins.errors import AttendanceNotFoundError, BackFillNotFoundError
from rewards.checkins.types import (
    AttendanceState,
    BackFill,
    BackFillId,
    CheckInId,
    Receipt,
    ReviewState,
)
from rewards.core import clock
from rewards.core.paging import Page
from rewards.network.errors import NodeNotFoundError
from rewards.web import sessions

from .resources import Resource, answer, answer_once, answer_page, instance_of
from .schemas.hours import (
    AttendancePage,
    AttendanceQuery,
    AttendanceResponse,
    AttendanceStatus,
    BackFillApprovalRequest,
    BackFillRequest,
    BackFillResponse,
    BackFillsPage,
    BackFillsQuery,
    ConfirmationRequest,
    ReviewRequest,
    TimesRequest,
)
from .visibility import authorize_read, check_visible, find_readable_path, get_visible_node

hours = Resource("hours", description="Hours that wait for somebody's word.")

REFUSALS = (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)
WRITE_REFUSALS = (*REFUSALS, HTTPStatus.CONFLICT, HTTPStatus.GONE)


@hours.call(
    "GET",
    "/attendance",
    query=AttendanceQuery,
    answers={HTTPStatus.OK: AttendancePage},
    refusals=REFUSALS,
)
def list_attendance(query: dict[str, Any]) -> Response:
    """List attendance that waits for somebody, the oldest first.

    `pending`: nobody checked out, and the leader has seven days to say when they left.
    `pending_review`: minutes above eight hours of a day, for the institute or the center.
    """
    path = find_readable_path(sessions.require_staff(), query.pop("node_id"), Verb.CONFIRM_HOURS)
    status = query.pop("status")
    if status is AttendanceStatus.PENDING:
        page = queries.page_pending(node_path=path, now=clock.now(), **query)
    else:
        page = queries.page_reviewed(node_path=path, **query)
    items = tuple(_facts(each) for each in page.items)
    return answer_page(AttendanceResponse, Page(items=items, next=page.next))


@hours.call(
    "POST",
    "/check-ins/<uuid:check_in_id>/confirmation",
    body=ConfirmationRequest,
    answers={HTTPStatus.OK: AttendanceResponse},
    refusals=WRITE_REFUSALS,
    is_keyed=True,
)
def confirm(body: dict[str, Any], check_in_id: UUID) -> Response:
    """Say what counts of attendance that waits, or that nothing does.

    The leader gives the leaving time; attendance that is settled stays as it is. Minutes above
    eight hours of a day wait for a review after that.
    """
    arguments = _find_attendance(check_in_id)
    if body.get("declined", False):
        return answer_once(service.decline_hours, reason=body["reason"], **arguments)
    return answer_once(
        service.confirm_hours,
        left_at=body.get("left_at"),
        verified=body.get("verified", ()),
        **arguments,
    )


@hours.call(
    "POST",
    "/check-ins/<uuid:check_in_id>/correction",
    body=TimesRequest,
    answers={HTTPStatus.OK: AttendanceResponse},
    refusals=WRITE_REFUSALS,
    is_keyed=True,
)
def correct(body: dict[str, Any], check_in_id: UUID) -> Response:
    """Put right when somebody came or left, within the seven days of a confirmation.

    What the attendance gave is taken back and credited anew, by the rules that it was credited
    by at first; the answer has an `id` of its own.
    """
    arguments = _find_attendance(check_in_id) | {"render": _render_settled}
    return answer_once(service.correct_hours, **arguments, **body)


@hours.call(
    "POST",
    "/check-ins/<uuid:check_in_id>/review",
    body=ReviewRequest,
    answers={HTTPStatus.OK: AttendanceResponse},
    refusals=WRITE_REFUSALS,
    is_keyed=True,
)
def review(body: dict[str, Any], check_in_id: UUID) -> Response:
    """Let minutes above eight hours of a day count, or not: those that the caller may decide on."""
    return answer_once(
        service.decide_minutes,
        is_approved=body["approved"],
        reason=body.get("reason", ""),
        **_find_attendance(check_in_id),
    )


@hours.call(
    "GET",
    "/back-fills",
    query=BackFillsQuery,
    answers={HTTPStatus.OK: BackFillsPage},
    refusals=REFUSALS,
)
def list_back_fills(query: dict[str, Any]) -> Response:
    """List requests to fill hours in that nobody has decided, the oldest first."""
    path = find_readable_path(sessions.require_staff(), query.pop("node_id"), Verb.CONFIRM_HOURS)
    return answer_page(BackFillResponse, queries.page_requested(node_path=path, **query))


@hours.call(
    "POST",
    "/back-fills",
    body=BackFillRequest,
    answers={HTTPStatus.CREATED: BackFillResponse},
    refusals=WRITE_REFUSALS,
    is_keyed=True,
)
def fill_in(body: dict[str, Any]) -> Response:
    """Ask for hours to be filled in, within seven days: hours only, and a second person decides."""
    actor = sessions.require_staff()
    if "occasion_id" in body:
        occasion = activities.get_occasion(body["occasion_id"])
        check_visible(actor, occasion.node_path, OccasionNotFoundError)
    else:
        get_visible_node(actor, body["node_id"], NodeNotFoundError)
    return answer_once(
        service.request_back_fill,
        render=lambda asked: (HTTPStatus.CREATED, instance_of(BackFillResponse).dump(asked)),
        location=lambda asked: url_for("hours.get_back_fill", back_fill_id=asked["id"]),
        actor=actor,
        now=clock.now(),
        **body,
    )


@hours.call(
    "GET",
    "/back-fills/<uuid:back_fill_id>",
    answers={HTTPStatus.OK: BackFillResponse},
    refusals=REFUSALS,
)
def get_back_fill(back_fill_id: UUID) -> Response:
    """Show a request to fill hours in."""
    asked = queries.get_back_fill(BackFillId(back_fill_id))
    authorize_read(
        sessions.require_staff(), Verb.CONFIRM_HOURS, asked.node_path, BackFillNotFoundError
    )
    return answer(BackFillResponse, asked)


@hours.call(
    "POST",
    "/back-fills/<uuid:back_fill_id>/approval",
    body=BackFillApprovalRequest,
    answers={HTTPStatus.OK: BackFillResponse},
    refusals=WRITE_REFUSALS,
    is_keyed=True,
)
def approve(body: dict[str, Any], back_fill_id: UUID) -> Response:
    """Let hours that a colleague asked for count, or refuse them."""
    actor = sessions.require_staff()
    asked = queries.get_back_fill(BackFillId(back_fill_id))
    check_visible(actor, asked.node_path, BackFillNotFoundError)
    return answer_once(
        service.decide_back_fill,
        render=_render_back_fill,
        actor=actor,
        now=clock.now(),
        back_fill_id=asked.id,
        is_approved=not body.get("declined", False),
        reason=body.get("reason", ""),
    )


def _find_attendance(check_in_id: UUID) -> dict[str, Any]:
    actor = sessions.require_staff()
    receipt = queries.get_receipt(CheckInId(check_in_id))
    occasion = activities.get_occasion(receipt.occasion_id)
    check_visible(actor, occasion.node_path, AttendanceNotFoundError)
    return {
        "actor": actor,
        "check_in_id": receipt.check_in_id,
        "now": clock.now(),
        "render": lambda _: _render(receipt.check_in_id),
    }


def _facts(receipt: Receipt) -> dict[str, Any]:
    reviews = queries.list_reviews([receipt.check_in_id])
    waiting = sum(each.minutes for each in reviews if each.state is ReviewState.WAITING)
    status: str = receipt.state.value
    if waiting:
        status = AttendanceStatus.PENDING_REVIEW.value
    elif receipt.state is AttendanceState.OPEN:
        status = AttendanceStatus.PENDING.value
    return {
        "id": receipt.check_in_id,
        "status": status,
        "occasion_id": receipt.occasion_id,
        "participant_id": receipt.participant_id,
        "checked_in_at": receipt.checked_in_at,
        "checked_out_at": receipt.checked_out_at,
        "minutes": receipt.minutes,
        "waiting_minutes": waiting,
        "points": receipt.points,
    }


def _render(check_in_id: CheckInId) -> tuple[int, dict[str, Any]]:
    settled = queries.get_receipt(check_in_id)
    return HTTPStatus.OK, instance_of(AttendanceResponse).dump(_facts(settled))


def _render_settled(receipt: Receipt) -> tuple[int, dict[str, Any]]:
    return _render(receipt.check_in_id)


def _render_back_fill(asked: BackFill) -> tuple[int, dict[str, Any]]:
    return HTTPStatus.OK, instance_of(BackFillResponse).dump(asked)

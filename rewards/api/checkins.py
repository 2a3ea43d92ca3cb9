"""Check-in and check-out, by participants and by staff for them."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Response, url_for
from marshmallow import Schema

from rewards.access.types import StaffActor
from rewards.activities import queries as activities
from rewards.activities.errors import OccasionNotFoundError
from rewards.checkins import queries as attendance
from rewards.checkins import service
from rewards.checkins.errors import AttendanceNotFoundError
from rewards.checkins.types import CheckInId, Evidence, Receipt
from rewards.core import clock
from rewards.web import limits, sentences, sessions

from .resources import Resource, answer_once, instance_of
from .schemas.checkins import CheckInRequest, CheckInResponse, CheckOutRequest, CheckOutResponse
from .visibility import check_visible

checkins = Resource("check-ins", description="Being there, and what it gives.")

REFUSALS = (
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.CONFLICT,
    HTTPStatus.GONE,
    HTTPStatus.TOO_MANY_REQUESTS,
)


@checkins.call(
    "POST",
    "/check-ins",
    body=CheckInRequest,
    answers={HTTPStatus.CREATED: CheckInResponse, HTTPStatus.OK: CheckInResponse},
    refusals=REFUSALS,
    is_keyed=True,
)
def check_in(body: dict[str, Any]) -> Response:
    """Check in, or check a participant in.

    A participant sends `code`, or `occasion_id` and `digits`; staff send `occasion_id` and
    `participant_id` or `card`, and `gate` if there are several. Checking in again answers 200 with
    the first check-in.
    """
    if "code" in body:
        return _answer(service.check_in_by_code, CheckInResponse, _by_participant(body))
    if "digits" in body:
        return _answer(service.check_in_by_digits, CheckInResponse, _by_participant(body))
    evidence = Evidence(gate=body.pop("gate", ""))
    arguments = _by_staff(body) | {"evidence": evidence}
    return _answer(service.check_in_by_staff, CheckInResponse, arguments)


@checkins.call(
    "POST",
    "/check-outs",
    body=CheckOutRequest,
    answers={HTTPStatus.CREATED: CheckOutResponse, HTTPStatus.OK: CheckOutResponse},
    refusals=REFUSALS,
    is_keyed=True,
)
def check_out(body: dict[str, Any]) -> Response:
    """Check out, or check a participant out: the minutes between give the points.

    Accepts what a check-in accepts; staff may add `verified`. Checking out again answers 200 with
    the first check-out.
    """
    if "code" in body:
        return _answer(service.check_out_by_code, CheckOutResponse, _by_participant(body))
    if "digits" in body:
        return _answer(service.check_out_by_digits, CheckOutResponse, _by_participant(body))
    return _answer(service.check_out_by_staff, CheckOutResponse, _by_staff(body))


@checkins.call(
    "POST",
    "/check-ins/<uuid:check_in_id>/undo",
    answers={HTTPStatus.CREATED: CheckInResponse, HTTPStatus.OK: CheckInResponse},
    refusals=REFUSALS,
    is_keyed=True,
)
def undo_check_in(check_in_id: UUID) -> Response:
    """Undo a check-in within 15 minutes, by the staff member who entered it.

    What it gave is taken back as a reversal, its place is free, and the participant can be checked
    in again. Undoing again answers 200.
    """
    actor = _staff_near(check_in_id)
    arguments = {"actor": actor, "check_in_id": check_in_id}
    return _answer(service.undo_check_in, CheckInResponse, arguments)


@checkins.call(
    "POST",
    "/check-outs/<uuid:check_in_id>/undo",
    answers={HTTPStatus.CREATED: CheckOutResponse, HTTPStatus.OK: CheckOutResponse},
    refusals=REFUSALS,
    is_keyed=True,
)
def undo_check_out(check_in_id: UUID) -> Response:
    """Undo a check-out within 15 minutes, by the staff member who entered it.

    The participant is there still; the attendance that goes on has an `id` of its own. Undoing
    again answers 200 with it.
    """
    actor = _staff_near(check_in_id)
    arguments = {"actor": actor, "check_in_id": check_in_id}
    return _answer(service.undo_check_out, CheckOutResponse, arguments)


def _staff_near(check_in_id: UUID) -> StaffActor:
    actor = sessions.require_staff()
    receipt = attendance.get_receipt(CheckInId(check_in_id))
    occasion = activities.get_occasion(receipt.occasion_id)
    check_visible(actor, occasion.node_path, AttendanceNotFoundError)
    return actor


def _by_participant(body: dict[str, Any]) -> dict[str, Any]:
    actor = sessions.require_participant()
    limits.count_scan()
    return {"actor": actor, **body}


def _by_staff(body: dict[str, Any]) -> dict[str, Any]:
    actor = sessions.require_staff()
    occasion = activities.get_occasion(body["occasion_id"])
    check_visible(actor, occasion.node_path, OccasionNotFoundError)
    return {"actor": actor, **body}


def _answer(use_case: Any, schema: type[Schema], arguments: dict[str, Any]) -> Response:
    def render(receipt: Receipt) -> tuple[int, dict[str, Any]]:
        status = HTTPStatus.CREATED if receipt.is_new else HTTPStatus.OK
        return status, instance_of(schema).dump(_facts(receipt))

    return answer_once(use_case, render=render, location=_location, now=clock.now(), **arguments)


def _facts(receipt: Receipt) -> dict[str, Any]:
    return {
        "check_in_id": receipt.check_in_id,
        "occasion_id": receipt.occasion_id,
        "participant_id": receipt.participant_id,
        "checked_in_at": receipt.checked_in_at,
        "checked_out_at": receipt.checked_out_at,
        "minutes": receipt.minutes,
        "awards": [
            {
                "rule": award.rule,
                "points": award.points,
                "explanation": sentences.explain_award(award),
            }
            for award in receipt.awards
        ],
        "points": receipt.points,
        "balance": receipt.balance,
        "withheld": receipt.is_withheld,
        "capped": any(award.cap for award in receipt.awards),
    }


def _location(body: dict[str, Any]) -> str:
    # What was checked in to; the check-in itself is told once and kept by the client.
    return url_for("occasions.get_occasion", occasion_id=body["occasion_id"])

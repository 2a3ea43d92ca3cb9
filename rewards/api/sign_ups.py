"""Signing up: a place at an occasion, or one in line."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Response, url_for
from marshmallow import Schema

from rewards.access.types import ParticipantActor, ParticipantId, Verb
from rewards.activities import queries as activities
from rewards.activities.errors import OccasionNotFoundError
from rewards.activities.types import Occasion, OccasionId
from rewards.core import clock
from rewards.signups import queries, service
from rewards.signups.errors import SignUpNotFoundError
from rewards.signups.types import SignUp
from rewards.web import sessions
from rewards.web.sessions import SignedInActor

from .resources import Resource, answer, answer_once, answer_page, instance_of, invalid_request
from .schemas.common import PageQuery
from .schemas.sign_ups import SignUpRequest, SignUpResponse, SignUpsPage, SignUpsQuery
from .visibility import authorize_read, check_visible, get_visible_participant

sign_ups = Resource("sign-ups", description="Places kept, and the waiting list.")

REFUSALS = (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)
WRITE_REFUSALS = (*REFUSALS, HTTPStatus.CONFLICT, HTTPStatus.GONE)


@sign_ups.call(
    "GET",
    "/occasions/<uuid:occasion_id>/sign-ups",
    query=SignUpsQuery,
    answers={HTTPStatus.OK: SignUpsPage},
    refusals=REFUSALS,
)
def list_sign_ups(query: dict[str, Any], occasion_id: UUID) -> Response:
    """List who has signed up for an occasion, the first ones first; for its staff."""
    actor = sessions.require_staff()
    occasion = activities.get_occasion(OccasionId(occasion_id))
    authorize_read(actor, Verb.CHECK_IN, occasion.node_path, OccasionNotFoundError)
    page = queries.page_sign_ups(occasion_id=occasion.id, **query)
    return answer_page(SignUpResponse, page)


@sign_ups.call(
    "POST",
    "/occasions/<uuid:occasion_id>/sign-ups",
    body=SignUpRequest,
    answers={HTTPStatus.CREATED: SignUpResponse, HTTPStatus.OK: SignUpResponse},
    refusals=WRITE_REFUSALS,
    is_keyed=True,
)
def sign_up(body: dict[str, Any], occasion_id: UUID) -> Response:
    """Sign up, or sign a participant up: a place, or one in line.

    Who is signed up already stays so, which is answered with 200.
    """
    actor = sessions.current_actor()
    occasion = _get_visible(actor, occasion_id)
    arguments: dict[str, Any] = {"actor": actor, "occasion_id": occasion.id, "now": clock.now()}
    if isinstance(actor, ParticipantActor):
        if body:
            raise invalid_request(next(iter(body)), "Only staff say this.")
        return answer_once(service.sign_up, render=_render, location=_address, **arguments)
    if "participant_id" not in body:
        raise invalid_request("participant_id", "Staff must say whom they sign up.")
    return answer_once(
        service.sign_up_by_staff, render=_render, location=_address, **arguments, **body
    )


@sign_ups.call(
    "GET",
    "/me/sign-ups",
    query=PageQuery,
    answers={HTTPStatus.OK: SignUpsPage},
    refusals=(HTTPStatus.FORBIDDEN,),
)
def list_mine(query: dict[str, Any]) -> Response:
    """List your sign-ups, the latest first."""
    actor = sessions.require_participant()
    page = queries.page_of_participant(participant_id=actor.participant_id, **query)
    return answer_page(SignUpResponse, page)


@sign_ups.call(
    "GET",
    "/sign-ups/<uuid:sign_up_id>",
    answers={HTTPStatus.OK: SignUpResponse},
    refusals=REFUSALS,
)
def get_sign_up(sign_up_id: UUID) -> Response:
    """Show a sign-up to whose it is, or to the staff of its occasion."""
    return answer(SignUpResponse, _get_sign_up(sessions.current_actor(), sign_up_id))


@sign_ups.call(
    "POST",
    "/sign-ups/<uuid:sign_up_id>/cancellation",
    answers={HTTPStatus.OK: SignUpResponse},
    refusals=WRITE_REFUSALS,
    is_keyed=True,
)
def cancel(sign_up_id: UUID) -> Response:
    """Give up a place, which goes on to the first in line.

    Less than two hours before the start it counts as not coming.
    """
    actor = sessions.current_actor()
    found = _get_sign_up(actor, sign_up_id)
    use_case = service.cancel if isinstance(actor, ParticipantActor) else service.cancel_by_staff
    return answer_once(
        use_case,
        render=_render_changed,
        actor=actor,
        sign_up_id=found.id,
        now=clock.now(),
    )


@sign_ups.call(
    "POST",
    "/sign-ups/<uuid:sign_up_id>/move-up",
    answers={HTTPStatus.OK: SignUpResponse},
    refusals=WRITE_REFUSALS,
    is_keyed=True,
)
def move_up(sign_up_id: UUID) -> Response:
    """Put somebody before all others in line."""
    actor = sessions.require_staff()
    found = _get_sign_up(actor, sign_up_id)
    return answer_once(
        service.let_through,
        render=_render_changed,
        actor=actor,
        sign_up_id=found.id,
        now=clock.now(),
    )


@sign_ups.call(
    "DELETE",
    "/participants/<uuid:participant_id>/sign-up-pause",
    answers={HTTPStatus.NO_CONTENT: Schema},
    refusals=REFUSALS,
)
def lift_pause(participant_id: UUID) -> Response:
    """Let a participant sign up again who did not come three times."""
    actor = sessions.require_staff()
    participant = get_visible_participant(actor, ParticipantId(participant_id))
    service.lift_pause(actor=actor, participant_id=participant.id, now=clock.now())
    return Response(status=HTTPStatus.NO_CONTENT)


def _get_visible(actor: SignedInActor, occasion_id: UUID) -> Occasion:
    occasion = activities.get_occasion(OccasionId(occasion_id))
    check_visible(actor, occasion.node_path, OccasionNotFoundError)
    return occasion


def _get_sign_up(actor: SignedInActor, sign_up_id: UUID) -> SignUp:
    found = queries.get_sign_up(sign_up_id)
    if isinstance(actor, ParticipantActor):
        if found.participant_id != actor.participant_id:
            raise SignUpNotFoundError
        return found
    occasion = activities.get_occasion(found.occasion_id)
    authorize_read(actor, Verb.CHECK_IN, occasion.node_path, SignUpNotFoundError)
    return found


def _render(sign_up: SignUp) -> tuple[int, dict[str, Any]]:
    status = HTTPStatus.CREATED if sign_up.is_new else HTTPStatus.OK
    return status, instance_of(SignUpResponse).dump(sign_up)


def _render_changed(sign_up: SignUp) -> tuple[int, dict[str, Any]]:
    return HTTPStatus.OK, instance_of(SignUpResponse).dump(sign_up)


def _address(sign_up: dict[str, Any]) -> str:
    return url_for("sign-ups.get_sign_up", sign_up_id=sign_up["id"])

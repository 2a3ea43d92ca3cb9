"""Record slips: issued by staff or for oneself, checked by anybody, voided by staff."""

from dataclasses import asdict
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Response, url_for

from rewards.access.types import ParticipantId
from rewards.core import clock
from rewards.network import queries as network
from rewards.statements import queries, rules, service
from rewards.statements.errors import RecordSlipNotFoundError
from rewards.statements.types import RecordSlip
from rewards.web import sessions, slips
from rewards.web.sessions import SignedInActor
from rewards.web.statements import PDF, file_response

from .resources import Resource, answer, answer_once, instance_of
from .schemas.statements import (
    PublicSlipResponse,
    RecordSlipResponse,
    SlipRequest,
    VoidRequest,
)
from .visibility import check_visible, get_visible_participant

record_slips = Resource(
    "record-slips", description="The hours of a period on paper, under a number anybody can check."
)

REFUSALS = (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)


@record_slips.call(
    "POST",
    "/participants/<uuid:participant_id>/record-slips",
    body=SlipRequest,
    answers={HTTPStatus.CREATED: RecordSlipResponse},
    refusals=(
        *REFUSALS,
        HTTPStatus.CONFLICT,
        HTTPStatus.GONE,
        HTTPStatus.TOO_MANY_REQUESTS,
    ),
    is_keyed=True,
)
def issue(body: dict[str, Any], participant_id: UUID) -> Response:
    """Issue a slip of the hours confirmed in a period, by staff or for oneself.

    Two slips of one period have two numbers and the same hours.
    """
    actor = sessions.current_actor()
    participant = get_visible_participant(actor, ParticipantId(participant_id))
    return answer_once(
        service.issue_slip,
        render=lambda slip: (HTTPStatus.CREATED, _render(slip)),
        location=lambda slip: url_for("record-slips.check", number=slip["number"]),
        actor=actor,
        now=clock.now(),
        participant_id=participant.id,
        period=rules.build_period(body["first"], body["last"]),
        certificate_issuer=slips.certificate_issuer(),
    )


@record_slips.call(
    "GET",
    "/record-slips/<string(maxlength=40):number>",
    answers={HTTPStatus.OK: PublicSlipResponse},
    refusals=(HTTPStatus.NOT_FOUND, HTTPStatus.TOO_MANY_REQUESTS),
    is_open=True,
)
def check(number: str) -> Response:
    """Check the number of a slip; open to everybody, and silent about the person."""
    found = slips.get_check(number, now=clock.now())
    return answer(PublicSlipResponse, {**asdict(found), **asdict(found.period)})


@record_slips.call(
    "GET", "/record-slips/<string(maxlength=40):number>.pdf", file_type=PDF, refusals=REFUSALS
)
def print_slip(number: str) -> Response:
    """Print a slip, with the name of the person: for them and for staff of their home."""
    actor = sessions.current_actor()
    slip = service.open_slip(actor=actor, number=_known(actor, number).number, now=clock.now())
    return file_response(slips.draw(slip), PDF, f"slip-{slip.number}.pdf")


@record_slips.call(
    "POST",
    "/record-slips/<string(maxlength=40):number>/void",
    body=VoidRequest,
    answers={HTTPStatus.OK: RecordSlipResponse},
    refusals=(*REFUSALS, HTTPStatus.CONFLICT),
    is_keyed=True,
)
def void(body: dict[str, Any], number: str) -> Response:
    """Declare a slip void: whoever checks its number is told."""
    actor = sessions.require_staff()
    return answer_once(
        service.void_slip,
        render=lambda slip: (HTTPStatus.OK, _render(slip)),
        actor=actor,
        now=clock.now(),
        number=_known(actor, number).number,
        **body,
    )


def _known(actor: SignedInActor, number: str) -> RecordSlip:
    slip = queries.get_slip(rules.normalize_number(number))
    check_visible(actor, network.get_node(slip.node_id).path, RecordSlipNotFoundError)
    return slip


def _render(slip: RecordSlip) -> dict[str, Any]:
    dumped: dict[str, Any] = instance_of(RecordSlipResponse).dump(
        {**asdict(slip), **asdict(slip.period)}
    )
    return dumped

"""Participants, as staff look after them and as they see themselves."""

from dataclasses import asdict
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Response, url_for

from rewards.access.types import ParticipantId, Verb
from rewards.core import clock
from rewards.identity import service
from rewards.ledger import queries as ledger
from rewards.ledger.types import Asset
from rewards.network.errors import NodeNotFoundError
from rewards.participants import queries
from rewards.participants.types import Participant
from rewards.web import history, sessions

from .resources import Resource, answer, answer_once, answer_page
from .schemas.participants import (
    MeResponse,
    ParticipantChange,
    ParticipantRequest,
    ParticipantResponse,
    ParticipantsPage,
    ParticipantsQuery,
)
from .visibility import (
    find_readable_path,
    get_visible_node,
    get_visible_participant,
)

participants = Resource("participants", description="People who take part.")

REFUSALS = (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)
WRITE_REFUSALS = (*REFUSALS, HTTPStatus.CONFLICT, HTTPStatus.GONE)


@participants.call(
    "GET",
    "/participants",
    query=ParticipantsQuery,
    answers={HTTPStatus.OK: ParticipantsPage},
    refusals=REFUSALS,
)
def list_participants(query: dict[str, Any]) -> Response:
    """List the participants at home in a branch of the network, newest first."""
    verb = Verb.VIEW_PARTICIPANT
    path = find_readable_path(sessions.require_staff(), query.pop("node_id"), verb)
    return answer_page(ParticipantResponse, queries.page_participants(node_path=path, **query))


@participants.call(
    "POST",
    "/participants",
    body=ParticipantRequest,
    answers={HTTPStatus.CREATED: ParticipantResponse},
    refusals=WRITE_REFUSALS,
    is_keyed=True,
)
def register(body: dict[str, Any]) -> Response:
    """Register somebody who stands before staff and agrees."""
    actor = sessions.require_staff()
    get_visible_node(actor, body["node_id"], NodeNotFoundError)
    consents = body.pop("consents")
    return answer_once(
        service.register_participant,
        render=_render_registered,
        location=lambda person: url_for(
            "participants.get_participant", participant_id=person["id"]
        ),
        actor=actor,
        now=clock.now(),
        agreed=consents["service"],
        board_display=consents["public_board"],
        **body,
    )


@participants.call(
    "GET",
    "/participants/<uuid:participant_id>",
    answers={HTTPStatus.OK: ParticipantResponse},
    refusals=REFUSALS,
)
def get_participant(participant_id: UUID) -> Response:
    """Show a participant to staff of their home, or to themselves."""
    actor = sessions.current_actor()
    participant = get_visible_participant(actor, ParticipantId(participant_id))
    return answer(ParticipantResponse, participant)


@participants.call(
    "PATCH",
    "/participants/<uuid:participant_id>",
    body=ParticipantChange,
    answers={HTTPStatus.OK: ParticipantResponse},
    refusals=WRITE_REFUSALS,
)
def change_participant(body: dict[str, Any], participant_id: UUID) -> Response:
    """Correct a participant's data, or record how they want to be shown on public boards.

    Participants correct their own name and what boards show; the rest is for staff.
    """
    actor = sessions.current_actor()
    participant = get_visible_participant(actor, ParticipantId(participant_id))
    now = clock.now()
    if "public_board" in body:
        changed = service.set_board_display(
            actor=actor,
            participant_id=participant.id,
            display=body["public_board"],
            nickname=body.get("nickname", ""),
            now=now,
        )
        return answer(ParticipantResponse, changed)
    node_id = body.pop("node_id", None)
    if node_id is not None:
        get_visible_node(actor, node_id, NodeNotFoundError)
    changed = service.update_participant(
        actor=actor, participant_id=participant.id, home_node_id=node_id, now=now, **body
    )
    return answer(ParticipantResponse, changed)


@participants.call(
    "GET",
    "/me",
    answers={HTTPStatus.OK: MeResponse},
    refusals=(HTTPStatus.FORBIDDEN,),
)
def get_me() -> Response:
    """Show yourself: your name, number, points and service minutes."""
    participant_id = sessions.require_participant().participant_id
    return answer(
        MeResponse,
        {
            **asdict(queries.get_participant(participant_id)),
            "name": queries.get_identity(participant_id).name,
            "expiring": history.list_expiring(participant_id, now=clock.now()),
            "points": ledger.get_balance(participant_id),
            "service_minutes": ledger.get_balance(participant_id, asset=Asset.SERVICE_MINUTES),
        },
    )


def _render_registered(participant: Participant) -> tuple[int, dict[str, Any]]:
    return HTTPStatus.CREATED, ParticipantResponse().dump(participant)

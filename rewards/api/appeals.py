"""Appeals: contesting a line of the history, and answering."""

from dataclasses import asdict
from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Response, url_for

from rewards.access.types import ParticipantActor, Verb
from rewards.appeals import queries, rules, service
from rewards.appeals.errors import AppealNotFoundError
from rewards.appeals.types import Appeal
from rewards.core import clock
from rewards.core.paging import Page
from rewards.network import queries as network
from rewards.network.types import Node
from rewards.web import sessions
from rewards.web.sessions import SignedInActor

from .resources import (
    Resource,
    answer,
    answer_once,
    answer_page,
    instance_of,
    invalid_request,
)
from .schemas.appeals import (
    AppealAnswerRequest,
    AppealRequest,
    AppealResponse,
    AppealsPage,
    AppealsQuery,
)
from .schemas.common import PageQuery
from .visibility import (
    authorize_read,
    check_visible,
    find_readable_path,
    get_visible_participant,
)

appeals = Resource("appeals", description="Contested lines of the history, and their answers.")

REFUSALS = (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)
WRITE_REFUSALS = (*REFUSALS, HTTPStatus.CONFLICT, HTTPStatus.GONE)


@appeals.call(
    "POST",
    "/appeals",
    body=AppealRequest,
    answers={HTTPStatus.CREATED: AppealResponse},
    refusals=WRITE_REFUSALS,
    is_keyed=True,
)
def make_appeal(body: dict[str, Any]) -> Response:
    """Contest an entry, or an attendance that earned nothing, within 15 days of it.

    Staff do so for a participant in their care.
    """
    actor = sessions.current_actor()
    participant_id = body.pop("participant_id")
    if isinstance(actor, ParticipantActor):
        participant_id = participant_id or actor.participant_id
    elif participant_id is None:
        raise invalid_request("participant_id", "Staff must say for whom they appeal.")
    person = get_visible_participant(actor, participant_id)
    now = clock.now()
    return answer_once(
        service.make_appeal,
        render=lambda made: (HTTPStatus.CREATED, _dump(made, now)),
        location=lambda made: url_for("appeals.get_appeal", appeal_id=made["id"]),
        actor=actor,
        now=now,
        participant_id=person.id,
        **body,
    )


@appeals.call(
    "GET",
    "/appeals",
    query=AppealsQuery,
    answers={HTTPStatus.OK: AppealsPage},
    refusals=REFUSALS,
)
def list_appeals(query: dict[str, Any]) -> Response:
    """List the appeals of a branch of the network, for staff who may answer them."""
    path = find_readable_path(sessions.require_staff(), query.pop("node_id"), Verb.CORRECT)
    state = query.pop("state")
    read = queries.page_open if state == "open" else queries.page_closed
    return _answer_page(read(node_path=path, **query))


@appeals.call(
    "GET",
    "/appeals/<uuid:appeal_id>",
    answers={HTTPStatus.OK: AppealResponse},
    refusals=REFUSALS,
)
def get_appeal(appeal_id: UUID) -> Response:
    """Show an appeal to whom it is about, or to staff who may answer it."""
    found = _get_visible(sessions.current_actor(), appeal_id, verb=Verb.CORRECT)
    node = network.get_node(found.node_id)
    return answer(AppealResponse, _describe(found, node, clock.now()))


@appeals.call(
    "GET",
    "/me/appeals",
    query=PageQuery,
    answers={HTTPStatus.OK: AppealsPage},
    refusals=(HTTPStatus.FORBIDDEN,),
)
def list_mine(query: dict[str, Any]) -> Response:
    """List your appeals, the newest first."""
    actor = sessions.require_participant()
    return _answer_page(queries.page_mine(participant_id=actor.participant_id, **query))


@appeals.call(
    "POST",
    "/appeals/<uuid:appeal_id>/answer",
    body=AppealAnswerRequest,
    answers={HTTPStatus.OK: AppealResponse},
    refusals=WRITE_REFUSALS,
    is_keyed=True,
)
def answer_appeal(body: dict[str, Any], appeal_id: UUID) -> Response:
    """Uphold or reject an appeal: nobody answers about themselves or what they entered."""
    actor = sessions.require_staff()
    found = _get_visible(actor, appeal_id)
    now = clock.now()
    return answer_once(
        service.answer_appeal,
        render=lambda answered: (HTTPStatus.OK, _dump(answered, now)),
        actor=actor,
        now=now,
        appeal_id=found.id,
        **body,
    )


@appeals.call(
    "POST",
    "/appeals/<uuid:appeal_id>/withdrawal",
    answers={HTTPStatus.OK: AppealResponse},
    refusals=WRITE_REFUSALS,
    is_keyed=True,
)
def withdraw_appeal(appeal_id: UUID) -> Response:
    """Take your appeal back before it is answered: staff answer instead."""
    actor = sessions.require_participant()
    found = _get_visible(actor, appeal_id)
    now = clock.now()
    return answer_once(
        service.withdraw_appeal,
        render=lambda withdrawn: (HTTPStatus.OK, _dump(withdrawn, now)),
        actor=actor,
        now=now,
        appeal_id=found.id,
    )


def _get_visible(actor: SignedInActor, appeal_id: UUID, *, verb: Verb | None = None) -> Appeal:
    found = queries.get_appeal(appeal_id)
    if isinstance(actor, ParticipantActor):
        if found.participant_id != actor.participant_id:
            raise AppealNotFoundError
        return found
    if verb is None:
        check_visible(actor, found.node_path, AppealNotFoundError)
    else:
        authorize_read(actor, verb, found.node_path, AppealNotFoundError)
    return found


def _answer_page(page: Page[Appeal]) -> Response:
    now = clock.now()
    nodes = network.list_by_ids({each.node_id for each in page.items})
    described = tuple(_describe(each, nodes[each.node_id], now) for each in page.items)
    return answer_page(AppealResponse, Page(items=described, next=page.next))


def _dump(appeal: Appeal, now: datetime) -> dict[str, Any]:
    described = _describe(appeal, network.get_node(appeal.node_id), now)
    dumped: dict[str, Any] = instance_of(AppealResponse).dump(described)
    return dumped


def _describe(appeal: Appeal, node: Node, now: datetime) -> dict[str, Any]:
    return {
        **asdict(appeal),
        "is_overdue": appeal.is_overdue(now),
        "answered_by_level": rules.find_level(
            node.level, due_at=appeal.due_at, now=appeal.closed_at or now
        ),
    }

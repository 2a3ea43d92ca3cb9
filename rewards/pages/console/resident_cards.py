"""The card of somebody without a phone: issued, replaced and stopped in one tap each."""

from uuid import UUID

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from rewards.access import rules as access
from rewards.access.types import Verb
from rewards.core.errors import RewardsError
from rewards.identity import service
from rewards.network import queries as network
from rewards.network.types import Node
from rewards.participants import queries as participants
from rewards.participants.types import CardEnd, Participant
from rewards.web import statuses

from . import frame, residents
from .frame import Post

blueprint = Blueprint("console_resident_cards", __name__)


@blueprint.post("/console/residents/<uuid:participant_id>/cards")
def issue(participant_id: UUID) -> ResponseReturnValue:
    """Issue a card; a second click finds it done."""
    post, person, home = _get(participant_id, Verb.MANAGE_PARTICIPANT)
    try:
        service.issue_card(actor=post.actor, participant_id=person.id, now=post.now)
    except RewardsError as error:
        return residents.page(post, person, home, error=error), statuses.status_of(error)
    return _back(person, "card")


@blueprint.post("/console/residents/<uuid:participant_id>/cards/<uuid:card_id>/replacement")
def replace(participant_id: UUID, card_id: UUID) -> ResponseReturnValue:
    """Issue a card in the place of another one, which is dead from now on."""
    post, person, home = _get(participant_id, Verb.MANAGE_PARTICIPANT)
    try:
        service.reissue_card(
            actor=post.actor,
            participant_id=person.id,
            card_id=card_id,
            reason=_read_reason(CardEnd.LOST),
            now=post.now,
        )
    except RewardsError as error:
        return residents.page(post, person, home, error=error), statuses.status_of(error)
    return _back(person, "card-new")


@blueprint.post("/console/residents/<uuid:participant_id>/cards/<uuid:card_id>/revocation")
def revoke(participant_id: UUID, card_id: UUID) -> ResponseReturnValue:
    """Stop a card and issue none in its place."""
    post, person, home = _get(participant_id, Verb.VIEW_PARTICIPANT)
    try:
        service.revoke_card(
            actor=post.actor,
            participant_id=person.id,
            card_id=card_id,
            reason=_read_reason(CardEnd.RETURNED),
            now=post.now,
        )
    except RewardsError as error:
        return residents.page(post, person, home, error=error), statuses.status_of(error)
    return _back(person, "card-off")


def _get(participant_id: UUID, verb: Verb) -> tuple[Post, Participant, Node]:
    post = frame.enter()
    person = participants.get_participant(participant_id)
    home = network.get_node(person.home_node_id)
    access.authorize(post.actor, verb, home.path)
    return post, person, home


def _read_reason(usual: CardEnd) -> CardEnd:
    try:
        return CardEnd(request.form.get("reason", ""))
    except ValueError:
        return usual


def _back(person: Participant, done: str) -> ResponseReturnValue:
    return redirect(f"/console/residents/{person.id}?done={done}#card", code=303)

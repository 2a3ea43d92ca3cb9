"""What decides where a resident may take part: certificates, trainings, a guardian, an age."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from rewards.access import rules as access
from rewards.access.types import Verb
from rewards.core.errors import RewardsError
from rewards.identity import service
from rewards.network import queries as network
from rewards.participants import queries as participants
from rewards.participants.errors import InvalidQualificationError
from rewards.web import statuses

from . import frame, resident_form, residents

blueprint = Blueprint("console_resident_standing", __name__)


@blueprint.post("/console/residents/<uuid:participant_id>/qualifications")
def record(participant_id: UUID) -> ResponseReturnValue:
    """Enter a profession or a training that staff saw proof of."""

    def act(**who: Any) -> None:
        service.record_qualification(
            code=request.form.get("code", ""), valid_until=_read_until(), **who
        )

    return _do(participant_id, act, "qualified")


@blueprint.post("/console/residents/<uuid:participant_id>/qualifications/<uuid:line_id>/end")
def end(participant_id: UUID, line_id: UUID) -> ResponseReturnValue:
    """End a line of the register."""

    def act(**who: Any) -> None:
        service.end_qualification(qualification_id=line_id, **who)

    return _do(participant_id, act, "unqualified")


@blueprint.post("/console/residents/<uuid:participant_id>/guardian")
def agree(participant_id: UUID) -> ResponseReturnValue:
    """Record that a guardian agrees."""

    def act(**who: Any) -> None:
        service.give_guardian_consent(guardian_name=request.form.get("guardian", ""), **who)

    return _do(participant_id, act, "agreed")


@blueprint.post("/console/residents/<uuid:participant_id>/guardian/withdrawal")
def withdraw(participant_id: UUID) -> ResponseReturnValue:
    """Record that a guardian no longer agrees."""
    return _do(participant_id, service.withdraw_guardian_consent, "withdrawn")


@blueprint.post("/console/residents/<uuid:participant_id>/birth-year")
def tell_birth_year(participant_id: UUID) -> ResponseReturnValue:
    """Enter the year of birth, which limits of age are judged by."""

    def act(**who: Any) -> None:
        year = resident_form.read_year(request.form.get("birth_year", ""))
        service.update_participant(birth_year=year, **who)

    return _do(participant_id, act, "born")


def _do(participant_id: UUID, act: Callable[..., object], done: str) -> ResponseReturnValue:
    post = frame.enter()
    person = participants.get_participant(participant_id)
    home = network.get_node(person.home_node_id)
    access.authorize(post.actor, Verb.MANAGE_PARTICIPANT, home.path)
    try:
        act(actor=post.actor, participant_id=person.id, now=post.now)
    except RewardsError as error:
        return residents.page(post, person, home, error=error), statuses.status_of(error)
    return redirect(f"/console/residents/{person.id}?done={done}#standing", code=303)


def _read_until() -> date | None:
    text = request.form.get("until", "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise InvalidQualificationError(field="valid_until") from error

"""A resident's points and hours over a period, for them to take along."""

from dataclasses import replace
from uuid import UUID

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from rewards.access import rules as access
from rewards.access.types import ParticipantId, Verb
from rewards.network import queries as network
from rewards.pages import periods
from rewards.pages.periods import Asked
from rewards.statements import service
from rewards.statements.errors import StatementTooLongError
from rewards.statements.types import Statement
from rewards.web import sentences, statuses
from rewards.web.statements import LINES_MAX, Form, answer_file

from . import frame, safety
from .frame import Post

blueprint = Blueprint("console_statements", __name__)


@blueprint.get("/console/residents/<uuid:participant_id>/statement")
def show(participant_id: UUID) -> ResponseReturnValue:
    """Show the statement of a resident; that somebody looked is written down."""
    post = frame.enter()
    asked = periods.read(request.args, now=post.now)
    try:
        found = _open(post, participant_id, asked, Form.PAGE)
    except StatementTooLongError as error:
        asked = replace(periods.read({}, now=post.now), error=error)
        found = _open(post, participant_id, asked, Form.PAGE)
    home = network.get_node(found.participant.home_node_id)
    page = frame.show(
        "statement.html",
        post=post,
        current="residents",
        person=found.participant,
        home=home,
        asked=asked,
        choices=periods.list_choices(found.period, now=post.now),
        statement=found,
        part=periods.take_part(found.lines, request.args.get("page", "")),
        services_shown=periods.LINES_SHOWN,
        sentence=None if asked.error is None else sentences.explain(asked.error, to_staff=True),
        may_issue=access.may(post.actor, Verb.MANAGE_PARTICIPANT, home.path),
        so_far=periods.year_so_far(now=post.now),
        key=safety.new_key(),
    )
    return page, 200 if asked.error is None else statuses.status_of(asked.error)


@blueprint.get("/console/residents/<uuid:participant_id>/statement.pdf")
def as_pdf(participant_id: UUID) -> ResponseReturnValue:
    """Download the statement of a resident as a PDF, to print it for them."""
    return _file(participant_id, Form.PDF)


@blueprint.get("/console/residents/<uuid:participant_id>/statement.csv")
def as_csv(participant_id: UUID) -> ResponseReturnValue:
    """Download the statement of a resident for a spreadsheet."""
    return _file(participant_id, Form.CSV)


def _file(participant_id: UUID, form: Form) -> ResponseReturnValue:
    post = frame.enter()
    asked = periods.read(request.args, now=post.now)
    if asked.error is not None:
        raise asked.error
    return answer_file(_open(post, participant_id, asked, form), form)


def _open(post: Post, participant_id: UUID, asked: Asked, form: Form) -> Statement:
    return service.open_statement(
        actor=post.actor,
        participant_id=ParticipantId(participant_id),
        period=asked.period,
        form=form.value,
        lines_max=LINES_MAX[form],
        now=post.now,
    )

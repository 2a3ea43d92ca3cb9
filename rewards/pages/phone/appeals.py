"""Asking about a line of my history, and what came of it."""

from contextlib import suppress
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from rewards.access.types import ParticipantId
from rewards.appeals import queries, rules, service
from rewards.appeals.errors import (
    AppealAlreadyOpenError,
    AppealClosedError,
    AppealNotFoundError,
    AppealTextError,
)
from rewards.appeals.types import Appeal
from rewards.core import clock
from rewards.network import queries as network
from rewards.web import history, preferences, sentences, statuses
from rewards.web.history import Line
from rewards.web.sentences import Sentence

from . import frame, telling

blueprint = Blueprint("my_appeals", __name__)


@blueprint.get("/appeals")
def list_mine() -> ResponseReturnValue:
    """Show what I asked about, the newest first."""
    _, me = frame.get_me()
    page = queries.page_mine(participant_id=me.id, cursor=request.args.get("cursor"))
    return frame.show(
        "appeals.html",
        me=me,
        appeals=page.items,
        next_cursor=page.next,
        is_first=request.args.get("cursor") is None,
        now=clock.now(),
    )


@blueprint.get("/appeals/new")
def ask() -> ResponseReturnValue:
    """Ask what is wrong with a line; if it is asked about already, show that."""
    _, me = frame.get_me()
    line = _read_line(request.args.get("line", ""), me.id)
    if line.appeal is not None and line.appeal.is_open:
        return redirect(url_for("my_appeals.show", appeal_id=line.appeal.id))
    return _form(line)


@blueprint.post("/appeals")
def make() -> ResponseReturnValue:
    """Make an appeal; the second click finds the one that the first made."""
    actor, me = frame.get_me()
    line = _read_line(request.form.get("line", ""), me.id)
    if preferences.switch_size():
        return _form(line, sentence=telling.read_sentence(telling.read()))
    try:
        made = service.make_appeal(
            actor=actor,
            participant_id=me.id,
            entry_id=line.entry.id if line.entry else None,
            check_in_id=line.attendance.check_in_id if line.attendance else None,
            text=request.form.get("text", ""),
            now=clock.now(),
        )
    except AppealAlreadyOpenError:
        latest = queries.map_latest(entry_ids=[line.id], check_in_ids=[line.id])
        return redirect(url_for("my_appeals.show", appeal_id=latest[line.id].id), code=303)
    except AppealTextError as error:
        return _form(line, sentence=sentences.explain(error)), statuses.status_of(error)
    return redirect(url_for("my_appeals.show", appeal_id=made.id), code=303)


@blueprint.get("/appeals/<uuid:appeal_id>")
def show(appeal_id: UUID) -> ResponseReturnValue:
    """Show how an appeal stands, and until when it is answered."""
    _, me = frame.get_me()
    appeal = _get_mine(appeal_id, me.id)
    now = clock.now()
    node = network.get_node(appeal.node_id)
    line_id = appeal.entry_id or appeal.check_in_id
    assert line_id is not None
    return frame.show(
        "appeal.html",
        me=me,
        node=node,
        appeal=appeal,
        line=history.get_line(line_id, participant_id=me.id),
        correction=history.get_line(appeal.correction_id, participant_id=me.id)
        if appeal.correction_id
        else None,
        is_late=appeal.is_overdue(now),
        level=rules.find_level(node.level, due_at=appeal.due_at, now=now),
    )


@blueprint.post("/appeals/<uuid:appeal_id>/withdrawal")
def withdraw(appeal_id: UUID) -> ResponseReturnValue:
    """Take an appeal back; one that is closed already just shows what came of it."""
    actor, me = frame.get_me()
    appeal = _get_mine(appeal_id, me.id)
    with suppress(AppealClosedError):
        service.withdraw_appeal(actor=actor, appeal_id=appeal.id, now=clock.now())
    return redirect(url_for("my_appeals.show", appeal_id=appeal.id), code=303)


def _read_line(text: str, participant_id: ParticipantId) -> Line:
    try:
        line_id = UUID(text)
    except ValueError:
        raise NotFound from None
    return history.get_line(line_id, participant_id=participant_id)


def _get_mine(appeal_id: UUID, participant_id: ParticipantId) -> Appeal:
    appeal = queries.get_appeal(appeal_id)
    if appeal.participant_id != participant_id:
        raise AppealNotFoundError
    return appeal


def _form(line: Line, *, sentence: Sentence | None = None) -> str:
    _, me = frame.get_me()
    return frame.show(
        "appeal_new.html",
        me=me,
        node=network.find_node(line.node_id),
        line=line,
        typed=request.form.get("text", ""),
        trouble=sentence.what if sentence else "",
        told=telling.keep_sentence(sentence),
        due_at=rules.find_due(clock.now()),
        until=rules.find_end(line.at),
    )

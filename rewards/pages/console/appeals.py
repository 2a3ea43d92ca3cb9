"""Appeals of residents: what waits and until when, and answering."""

from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from rewards.access import rules as access
from rewards.access.types import ParticipantId, Verb
from rewards.appeals import queries, rules, service
from rewards.appeals.errors import AppealAlreadyOpenError, AppealClosedError
from rewards.appeals.types import Appeal
from rewards.core.errors import RewardsError
from rewards.core.paging import Page
from rewards.ledger.types import Entry
from rewards.network import queries as network
from rewards.network.types import Level, Node
from rewards.participants import queries as participants
from rewards.participants.types import Participant
from rewards.web import history, sentences, statuses
from rewards.web.history import Line

from . import frame, safety, verdicts
from .frame import Post

blueprint = Blueprint("console_appeals", __name__)

TABS = ("open", "late", "closed")
# A correction is made about when the appeal is answered: it is among the newest lines.
CORRECTIONS_SHOWN = 20
FIELDS = ("outcome", "answer", "correction")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An appeal in a list: whose it is, where, and which level is to answer."""

    appeal: Appeal
    person: Participant
    node: Node
    level: Level
    is_late: bool


@blueprint.get("/console/appeals")
def list_appeals() -> ResponseReturnValue:
    """Show the appeals of the branch: those that wait by when they are due, overdue first."""
    post = frame.enter(Verb.CORRECT)
    tab = request.args.get("tab", _usual_tab(post))
    tab = tab if tab in TABS else "open"
    page = _read_page(post, tab)
    return frame.show(
        "appeals.html",
        post=post,
        current="books",
        tab=tab,
        rows=_build_rows(page, post),
        open_count=queries.count_open(post.node.path),
        late_count=queries.count_open(post.node.path, due_before=post.now),
        next_cursor=page.next,
        is_first=request.args.get("cursor") is None,
    )


@blueprint.get("/console/appeals/<uuid:appeal_id>")
def show(appeal_id: UUID) -> ResponseReturnValue:
    """Show one appeal with what it is about, and the form to answer."""
    post = frame.enter()
    return _page(post, _get(post, appeal_id))


@blueprint.post("/console/appeals/<uuid:appeal_id>/answer")
def answer(appeal_id: UUID) -> ResponseReturnValue:
    """Uphold or reject; the second click shows the answer that was given."""
    post = frame.enter()
    appeal = _get(post, appeal_id)
    correction = request.form.get("correction", "")
    try:
        service.answer_appeal(
            actor=post.actor,
            appeal_id=appeal.id,
            is_upheld=request.form.get("outcome") == "upheld",
            answer=request.form.get("answer", ""),
            correction_id=safety.read_id(correction) if correction else None,
            now=post.now,
        )
    except AppealClosedError:
        return redirect(f"/console/appeals/{appeal.id}", code=303)
    except RewardsError as error:
        return _page(post, appeal, error=error), statuses.status_of(error)
    return redirect(f"/console/appeals/{appeal.id}?done=answered", code=303)


@blueprint.get("/console/appeals/new")
def ask_new() -> ResponseReturnValue:
    """Ask what a resident finds wrong with a line of theirs."""
    post, person, line = _read_new(request.args)
    if line.appeal is not None and line.appeal.is_open:
        return redirect(f"/console/residents/{person.id}/history")
    return _form(post, person, line)


@blueprint.post("/console/appeals/new")
def make() -> ResponseReturnValue:
    """Make an appeal for a resident; the second click finds the first."""
    post, person, line = _read_new(request.form)
    try:
        service.make_appeal(
            actor=post.actor,
            participant_id=person.id,
            entry_id=line.entry.id if line.entry else None,
            check_in_id=line.attendance.check_in_id if line.attendance else None,
            text=request.form.get("text", ""),
            now=post.now,
        )
    except AppealAlreadyOpenError:
        pass
    except RewardsError as error:
        return _form(post, person, line, error=error), statuses.status_of(error)
    return redirect(f"/console/residents/{person.id}/history", code=303)


def _usual_tab(post: Post) -> str:
    # What a station let lie is what an institute or a center has to see first.
    return "late" if post.node.level in {Level.CENTER, Level.INSTITUTE} else "open"


def _read_page(post: Post, tab: str) -> Page[Appeal]:
    path, cursor = post.node.path, request.args.get("cursor")
    if tab == "closed":
        return queries.page_closed(node_path=path, cursor=cursor)
    due_before = post.now if tab == "late" else None
    return queries.page_open(node_path=path, due_before=due_before, cursor=cursor)


def _build_rows(page: Page[Appeal], post: Post) -> list[Row]:
    people = participants.list_participants({each.participant_id for each in page.items})
    nodes = network.list_by_ids({each.node_id for each in page.items})
    return [
        Row(
            appeal=each,
            person=people[each.participant_id],
            node=nodes[each.node_id],
            level=rules.find_level(
                nodes[each.node_id].level, due_at=each.due_at, now=each.closed_at or post.now
            ),
            is_late=each.is_overdue(post.now),
        )
        for each in page.items
    ]


def _get(post: Post, appeal_id: UUID) -> Appeal:
    appeal = queries.get_appeal(appeal_id)
    access.authorize(post.actor, Verb.CORRECT, appeal.node_path)
    return appeal


def _page(post: Post, appeal: Appeal, *, error: RewardsError | None = None) -> str:
    (row,) = _build_rows(Page(items=(appeal,), next=None), post)
    line_id = appeal.entry_id or appeal.check_in_id
    assert line_id is not None
    line = history.get_line(line_id, participant_id=appeal.participant_id)
    return frame.show(
        "appeal.html",
        post=post,
        current="books",
        row=row,
        appeal=appeal,
        line=line,
        lines=(line,),
        person=row.person,
        shows_appeals=False,
        staff_names=history.name_staff((line,)),
        made_by=verdicts.name_of(appeal.made_by),
        answered_by=verdicts.name_of(appeal.answered_by) if appeal.answered_by else "",
        corrections=_list_corrections(appeal),
        correction=history.get_line(appeal.correction_id, participant_id=appeal.participant_id)
        if appeal.correction_id
        else None,
        typed={name: request.form.get(name, "") for name in FIELDS},
        sentence=sentences.explain(error, to_staff=True) if error else None,
        done=request.args.get("done", ""),
        may_see_resident=access.may(
            post.actor,
            Verb.VIEW_PARTICIPANT,
            network.get_node(row.person.home_node_id).path,
        ),
    )


def _list_corrections(appeal: Appeal) -> list[Entry]:
    if not appeal.is_open:
        return []
    page = history.page_lines(participant_id=appeal.participant_id, limit=CORRECTIONS_SHOWN)
    return [
        line.entry
        for line in page.items
        if line.entry is not None and line.is_entered and line.at >= appeal.made_at
    ]


def _read_new(values: dict[str, str]) -> tuple[Post, Participant, Line]:
    post = frame.enter()
    person = participants.get_participant(safety.read_id(values.get("resident", "")))
    home = network.get_node(person.home_node_id)
    access.authorize(post.actor, Verb.VIEW_PARTICIPANT, home.path)
    if person.closed_at is not None:
        raise NotFound
    line_id = safety.read_id(values.get("line", ""))
    return post, person, history.get_line(line_id, participant_id=ParticipantId(person.id))


def _form(post: Post, person: Participant, line: Line, *, error: RewardsError | None = None) -> str:
    return frame.show(
        "appeal_new.html",
        post=post,
        current="residents",
        person=person,
        line=line,
        lines=(line,),
        shows_appeals=False,
        staff_names=history.name_staff((line,)),
        typed=request.form.get("text", ""),
        due_at=rules.find_due(post.now),
        sentence=sentences.explain(error, to_staff=True) if error else None,
    )

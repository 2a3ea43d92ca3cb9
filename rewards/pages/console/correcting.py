"""Giving and taking points by hand, and taking an entry back: asked, shown, then done."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from rewards.access import rules as access
from rewards.access.types import Verb
from rewards.core import clock
from rewards.core.errors import RewardsError
from rewards.corrections import queries, rules, service
from rewards.corrections.types import Allowance, CorrectionStatus
from rewards.ledger import queries as ledger
from rewards.ledger.types import Asset, Entry, EntryId
from rewards.network import queries as network
from rewards.network.types import Node
from rewards.participants import queries as participants
from rewards.participants.types import Participant
from rewards.web import sentences, statuses
from rewards.web.history import Line

from . import correction_form, frame, people, safety
from .correction_form import GIVING, TAKING, Draft
from .frame import Post

blueprint = Blueprint("console_correcting", __name__)

ENTRIES_SHOWN = 12
HOURS = "hours"


@blueprint.route("/console/corrections/people", methods=["GET", "POST"])
def find() -> ResponseReturnValue:
    """Look for the resident whose points are to be corrected."""
    post = frame.enter(Verb.CORRECT)
    text = people.read_sought()
    found: tuple[Participant, ...] = ()
    trouble = None
    try:
        found = people.find(text, post=post) if text else ()
    except RewardsError as error:
        trouble = sentences.explain(error, to_staff=True)
    return frame.show(
        "correction_people.html",
        post=post,
        current="books",
        q="" if people.is_code(text) else text,
        is_search=bool(text),
        found=found,
        trouble=trouble,
    )


@blueprint.get("/console/corrections/people/<uuid:participant_id>")
def ask(participant_id: UUID) -> ResponseReturnValue:
    """Ask for points to give or take, and show the entries that can be taken back."""
    post, person, _place = enter(participant_id, Verb.CORRECT)
    return _form(post, person, Draft(typed={}))


@blueprint.post("/console/corrections/people/<uuid:participant_id>/check")
def check(participant_id: UUID) -> ResponseReturnValue:
    """Show once more who gets how many points, and what there will be afterwards."""
    post, person, place = enter(participant_id, Verb.CORRECT)
    draft = correction_form.read_adjustment(request.form)
    if draft.errors:
        return _form(post, person, draft), 422
    allowance = _allowance(post)
    moved = queries.sum_alone(
        principal=post.actor.principal,
        participant_id=person.id,
        day=clock.local_date(post.now, clock.zone()),
        is_taken=draft.points < 0,
    )
    alone_max = rules.left_alone(allowance.alone, moved=moved)
    return frame.show(
        "correction_check.html",
        post=post,
        current="books",
        person=person,
        draft=draft,
        place=place,
        account=ledger.get_balance(person.id),
        needs_second=rules.needs_second(draft.points, alone_max=alone_max),
        moved=moved,
        allowance=allowance,
        key=safety.new_key(),
    )


@blueprint.post("/console/corrections/people/<uuid:participant_id>")
def adjust(participant_id: UUID) -> ResponseReturnValue:
    """Give or take the points; the form sent twice counts once."""
    post, person, place = enter(participant_id, Verb.CORRECT)
    safety.require_key()
    draft = correction_form.read_adjustment(request.form)
    if draft.errors:
        return _form(post, person, draft), 422
    try:
        answer = safety.run_once(
            service.adjust,
            post=post,
            route="console adjustment",
            render=lambda asked: {"id": str(asked.id), "status": asked.status.value},
            participant_id=person.id,
            node_id=place.id,
            points=draft.points,
            note=draft.note,
        )
    except RewardsError as error:
        return _form(post, person, draft, error=error), statuses.status_of(error)
    is_done = answer.body["status"] == CorrectionStatus.APPLIED
    done = "given" if is_done else "asked"
    return redirect(f"/console/corrections/{answer.body['id']}?done={done}", code=303)


@blueprint.get("/console/entries/<uuid:entry_id>/reversal")
def ask_reverse(entry_id: UUID) -> ResponseReturnValue:
    """Ask why an entry is taken back, and show what will happen."""
    post, entry = _enter_entry(entry_id)
    first = queries.find_reversal(entry.id)
    if first is not None:
        return redirect(f"/console/corrections/{first.id}", code=302)
    return _reversal_page(post, entry, Draft(typed={}))


@blueprint.post("/console/entries/<uuid:entry_id>/reversal")
def reverse(entry_id: UUID) -> ResponseReturnValue:
    """Take an entry back, once."""
    post, entry = _enter_entry(entry_id)
    draft = correction_form.read_note(request.form, TAKING)
    if draft.errors:
        return _reversal_page(post, entry, draft), 422
    try:
        done = service.reverse(
            actor=post.actor,
            entry_id=entry.id,
            note=draft.note,
            is_whole="whole" in request.form,
            now=post.now,
        )
    except RewardsError as error:
        return _reversal_page(post, entry, draft, error=error), statuses.status_of(error)
    outcome = "reversed" if done.status is CorrectionStatus.APPLIED else "asked"
    return redirect(f"/console/corrections/{done.id}?done={outcome}", code=303)


def list_reversible(post: Post, lines: Iterable[Line]) -> frozenset[UUID]:
    """Return the ids of those lines of a history that can be taken back from here."""
    return frozenset(
        line.entry.id
        for line in lines
        if line.entry is not None
        and line.fate is not None
        and line.fate.reversed_by is None
        and _may_reverse(post, line.entry)
    )


def enter(participant_id: UUID, verb: Verb) -> tuple[Post, Participant, Node]:
    """Return the post, a resident of its center, and where points by hand count for them.

    That is at home, or where the staff member works.

    :raises NotAllowedError: if the staff member may not do *verb* at their post.
    :raises ParticipantNotFoundError: if there is no such resident in the center.
    """
    post = frame.enter(verb)
    person = participants.get_local_participant(participant_id, node_path=post.node.path)
    home = network.get_node(person.home_node_id)
    is_theirs = access.may(post.actor, verb, home.path) and home.closed_at is None
    return post, person, home if is_theirs else post.node


def _enter_entry(entry_id: UUID) -> tuple[Post, Entry]:
    post = frame.enter()
    entry = ledger.get_entry(EntryId(entry_id))
    access.authorize(post.actor, Verb.CORRECT, entry.node_path)
    return post, entry


def _allowance(post: Post) -> Allowance:
    day = clock.local_date(post.now, clock.zone())
    return queries.get_allowance(principal=post.actor.principal, day=day)


def _form(
    post: Post, person: Participant, draft: Draft, *, error: RewardsError | None = None
) -> str:
    cursor = request.args.get("cursor")
    asset = Asset.SERVICE_MINUTES if request.args.get("tab") == HOURS else Asset.POINTS
    page = ledger.page_entries(
        participant_id=person.id, asset=asset, cursor=cursor, limit=ENTRIES_SHOWN
    )
    fates = ledger.list_fates([entry.id for entry in page.items])
    return frame.show(
        "correction_new.html",
        post=post,
        current="books",
        person=person,
        typed=draft.typed,
        errors=draft.errors,
        sentence=None if error is None else sentences.explain(error, to_staff=True),
        account=ledger.get_balance(person.id),
        allowance=_allowance(post),
        giving=GIVING.items(),
        taking=TAKING.items(),
        is_own=access.is_self(post.actor, person.id),
        tab=HOURS if asset is Asset.SERVICE_MINUTES else "points",
        lines=[
            (entry, fates[entry.id].reversed_by is not None, _may_reverse(post, entry))
            for entry in page.items
        ],
        following=page.next,
        is_first=cursor is None,
    )


def _may_reverse(post: Post, entry: Entry) -> bool:
    return rules.is_reversible(entry) and access.may(post.actor, Verb.CORRECT, entry.node_path)


def _allow(post: Post, entry: Entry) -> dict[str, Any]:
    """Return what a page says of whether a reversal waits, and what the person gave before."""
    if entry.amount > 0:
        return {"needs_second": False, "moved": 0}
    alone = _allowance(post).alone
    moved = queries.sum_alone(
        principal=post.actor.principal,
        participant_id=entry.participant_id,
        day=clock.local_date(post.now, clock.zone()),
    )
    alone_max = rules.left_alone(alone, moved=moved)
    return {
        "needs_second": rules.needs_second(entry.amount, alone_max=alone_max),
        "moved": moved,
        "alone": alone,
    }


def _reversal_page(
    post: Post, entry: Entry, draft: Draft, *, error: RewardsError | None = None
) -> str:
    account = ledger.get_balance(entry.participant_id, asset=entry.asset)
    after = account.balance - entry.amount
    typed_before = bool(draft.typed)
    return frame.show(
        "correction_reverse.html",
        post=post,
        current="books",
        entry=entry,
        person=participants.get_participant(entry.participant_id),
        account=account,
        after=after,
        debt=max(0, account.held - after) if entry.asset is Asset.POINTS else 0,
        can=rules.is_reversible(entry),
        rest=ledger.list_rest(entry),
        is_whole=not typed_before or "whole" in draft.typed,
        **_allow(post, entry),
        typed=draft.typed,
        errors=draft.errors,
        taking=TAKING.items(),
        sentence=None if error is None else sentences.explain(error, to_staff=True),
    )

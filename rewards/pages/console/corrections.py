"""What was done to the books by hand: what waits for a second person, and what became of it."""

from uuid import UUID

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from rewards.access import rules as access
from rewards.access.types import Verb
from rewards.core import clock
from rewards.core.errors import RewardsError
from rewards.corrections import queries, service
from rewards.corrections.types import Correction, CorrectionId, CorrectionStatus
from rewards.ledger import queries as ledger
from rewards.network import queries as network
from rewards.web import sentences, statuses

from . import frame, safety
from .frame import Post

blueprint = Blueprint("console_corrections", __name__)

WAITING_SHOWN = 50


@blueprint.get("/console/corrections")
def show() -> ResponseReturnValue:
    """Show what waits for a second person, and what was done lately."""
    post = frame.enter(Verb.VIEW_BOOKS)
    paths = [post.node.path]
    waiting = queries.page_corrections(
        node_paths=paths, status=CorrectionStatus.PENDING, limit=WAITING_SHOWN
    ).items
    cursor = request.args.get("cursor")
    page = queries.page_corrections(node_paths=paths, cursor=cursor)
    day = clock.local_date(post.now, clock.zone())
    return frame.show(
        "corrections.html",
        post=post,
        current="books",
        to_decide=[each for each in waiting if _may_decide(post, each)],
        asked=[each for each in waiting if each.requested_by == post.actor.principal],
        recent=page.items,
        following=page.next,
        is_first=cursor is None,
        may_correct=post.may(Verb.CORRECT),
        allowance=queries.get_allowance(principal=post.actor.principal, day=day),
    )


@blueprint.get("/console/corrections/<uuid:correction_id>")
def show_one(correction_id: UUID) -> ResponseReturnValue:
    """Show one correction: who, how much, why, and who decided."""
    post, correction = _get(correction_id)
    return _page(post, correction)


@blueprint.post("/console/corrections/<uuid:correction_id>/decision")
def decide(correction_id: UUID) -> ResponseReturnValue:
    """Approve or refuse as the second person; the form sent twice counts once."""
    post, correction = _get(correction_id)
    safety.require_key()
    is_approved = request.form.get("decision") == "approve"
    try:
        safety.run_once(
            service.decide,
            post=post,
            route="console correction",
            render=lambda decided: {"status": decided.status.value},
            correction_id=correction.id,
            approve=is_approved,
            note=request.form.get("words", ""),
        )
    except RewardsError as error:
        return _page(post, correction, error=error), statuses.status_of(error)
    done = "approved" if is_approved else "refused"
    return redirect(f"/console/corrections/{correction.id}?done={done}", code=303)


def _get(correction_id: UUID) -> tuple[Post, Correction]:
    post = frame.enter()
    correction = queries.get_correction(CorrectionId(correction_id))
    access.authorize(post.actor, Verb.VIEW_BOOKS, correction.node_path)
    return post, correction


def _may_decide(post: Post, correction: Correction) -> bool:
    return (
        correction.status is CorrectionStatus.PENDING
        and correction.requested_by != post.actor.principal
        and not access.is_self(post.actor, correction.participant_id)
        and access.may(post.actor, Verb.CORRECT, correction.node_path)
    )


def _count_moved(correction: Correction) -> int:
    """Return what whoever asked moved alone for the same resident on that day besides."""
    if correction.status is not CorrectionStatus.PENDING:
        return 0
    return queries.sum_alone(
        principal=correction.requested_by,
        participant_id=correction.participant_id,
        day=clock.local_date(correction.requested_at, clock.zone()),
        is_taken=correction.amount < 0,
        besides=correction.id,
    )


def _page(post: Post, correction: Correction, *, error: RewardsError | None = None) -> str:
    # What was refused may be so because somebody else was faster.
    correction = queries.get_correction(correction.id) if error else correction
    undone = None if correction.entry_id is None else ledger.get_entry(correction.entry_id)
    return frame.show(
        "correction.html",
        post=post,
        current="books",
        correction=correction,
        undone=undone,
        place=network.get_node(correction.node_id),
        moved=_count_moved(correction),
        account=ledger.get_balance(correction.participant_id, asset=correction.asset),
        may_decide=_may_decide(post, correction),
        is_asked=correction.requested_by == post.actor.principal,
        is_own=access.is_self(post.actor, correction.participant_id),
        sentence=None if error is None else sentences.explain(error, to_staff=True),
        done=request.args.get("done", ""),
        typed=request.form,
        key=request.form.get(safety.KEY_FIELD) or safety.new_key(),
    )

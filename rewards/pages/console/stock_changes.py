"""Changes of a level: whoever works at the desk asks, somebody else who manages stock decides."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from rewards.access import rules as access
from rewards.access.types import Verb
from rewards.core.errors import RewardsError
from rewards.stock import queries as stock
from rewards.stock.types import Offer, RewardId
from rewards.stockroom import queries, service
from rewards.stockroom.types import Change, ChangeId, ChangeKind
from rewards.web import sentences, statuses

from . import frame, numbers, safety, stock_tables
from .frame import Post

blueprint = Blueprint("console_stock_changes", __name__)

WAITING_SHOWN = 50
DECIDED_SHOWN = 20
ADDRESS = "/console/stock/changes"


@blueprint.get("/console/stock/changes")
def show() -> ResponseReturnValue:
    """Show what waits for a second person, and what became of the others."""
    return _list_page(frame.enter(Verb.FULFIL))


@blueprint.get("/console/stock/<uuid:reward_id>/change")
def ask(reward_id: UUID) -> ResponseReturnValue:
    """Ask what is wrong with a level, by how much, and why."""
    post, offer = _enter(reward_id)
    return _form_page(post, offer)


@blueprint.post("/console/stock/<uuid:reward_id>/change")
def request_change(reward_id: UUID) -> ResponseReturnValue:
    """Write down what is asked for; the form sent twice counts once."""
    post, offer = _enter(reward_id)
    safety.require_key()
    kind = ChangeKind.ADJUST if request.form.get("kind") == "adjust" else ChangeKind.DAMAGE
    typed = numbers.read_count(request.form.get("quantity", ""), signed=kind is ChangeKind.ADJUST)
    if not typed:
        return _form_page(post, offer, said=_("请填数量，例如 2")), 422
    try:
        safety.run_once(
            service.request_change,
            post=post,
            route="console stock change",
            render=lambda change: {"id": str(change.id)},
            reward_id=offer.reward.id,
            kind=kind,
            quantity=-typed if kind is ChangeKind.DAMAGE else typed,
            note=request.form.get("note", ""),
        )
    except RewardsError as error:
        return _form_page(post, offer, error=error), statuses.status_of(error)
    return redirect(f"{ADDRESS}?done=asked", code=303)


@blueprint.post("/console/stock/changes/<uuid:change_id>/approval")
def approve(change_id: UUID) -> ResponseReturnValue:
    """Approve as the second person; only now does the level change."""
    return _decide(change_id, service.decide, "approved", approve=True)


@blueprint.post("/console/stock/changes/<uuid:change_id>/refusal")
def refuse(change_id: UUID) -> ResponseReturnValue:
    """Refuse as the second person, and say why."""
    note = request.form.get("reason", "")
    return _decide(change_id, service.decide, "refused", approve=False, note=note)


@blueprint.post("/console/stock/changes/<uuid:change_id>/withdrawal")
def withdraw(change_id: UUID) -> ResponseReturnValue:
    """Take back what oneself asked for."""
    return _decide(change_id, service.withdraw, "withdrawn")


def _enter(reward_id: UUID) -> tuple[Post, Offer]:
    post = frame.enter()
    offer = stock.get_offer(RewardId(reward_id))
    access.authorize(post.actor, Verb.FULFIL, offer.node_path)
    return post, offer


def _decide(
    change_id: UUID, use_case: Callable[..., Change], done: str, **arguments: Any
) -> ResponseReturnValue:
    post = frame.enter(Verb.FULFIL)
    try:
        use_case(actor=post.actor, change_id=ChangeId(change_id), now=post.now, **arguments)
    except RewardsError as error:
        return _list_page(post, error=error), statuses.status_of(error)
    return redirect(f"{ADDRESS}?done={done}", code=303)


def _list_page(post: Post, *, error: RewardsError | None = None) -> str:
    paths = [post.node.path]
    cursor = request.args.get("cursor")
    page = queries.page_changes(
        node_paths=paths, is_decided=True, cursor=cursor, limit=DECIDED_SHOWN
    )
    waiting = queries.list_waiting(node_paths=paths, limit=WAITING_SHOWN)
    return frame.show(
        "stock_changes.html",
        post=post,
        current="stock",
        waiting=[(each, _may_decide(post, each)) for each in waiting],
        waiting_count=queries.count_waiting(node_paths=paths),
        recent=page.items,
        following=page.next,
        is_first=cursor is None,
        sentence=None if error is None else sentences.explain(error, to_staff=True),
        done=request.args.get("done", ""),
    )


def _may_decide(post: Post, change: Change) -> bool:
    return change.requested_by != post.actor.principal and access.may(
        post.actor, Verb.MANAGE_STOCK, change.node_path
    )


def _form_page(
    post: Post, offer: Offer, *, said: str = "", error: RewardsError | None = None
) -> str:
    return frame.show(
        "stock_change.html",
        post=post,
        current="stock",
        reward=stock.get_reward(offer.reward.id),
        offer=offer,
        is_blind=stock_tables.hides_levels(post, offer.reward.space_id, offer.node_path),
        typed=request.form,
        said=said,
        sentence=None if error is None else sentences.explain(error, to_staff=True),
        key=request.form.get(safety.KEY_FIELD) or safety.new_key(),
    )

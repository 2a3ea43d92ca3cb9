"""The shelf of a space: what stands on it, what comes in, what each thing costs."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from rewards.access import rules as access
from rewards.access.types import Verb
from rewards.core import clock
from rewards.core.errors import RewardsError
from rewards.network import queries as network
from rewards.redemptions import queries as redemptions
from rewards.stock import queries, rules, service
from rewards.stock.types import MovementKind, Offer, Reward, RewardId
from rewards.stockroom import queries as stockroom
from rewards.web import sentences, statuses

from . import frame, items, numbers, safety, seen, spaces, stock_tables
from .frame import Post

blueprint = Blueprint("console_stock", __name__)

NOTE_LENGTH_MAX = 120


@blueprint.get("/console/stock")
def show() -> ResponseReturnValue:
    """Show the shelf of a space."""
    post = frame.enter(Verb.FULFIL)
    space, choices = spaces.choose(post, Verb.FULFIL)
    if space is None:
        return frame.show("stock_none.html", post=post, current="stock")
    month, since = _begin_month(post)
    moved = queries.sum_movements(space.id, since=since)
    rewards = queries.list_rewards(space.id, listed_only=False)
    names = {reward.name for reward in rewards}
    may_manage = access.may(post.actor, Verb.MANAGE_STOCK, space.node_path)
    counting = stockroom.find_open(space.id)
    is_blind = stock_tables.hides_levels(post, space.id, space.node_path)
    return frame.show(
        "stock.html",
        post=post,
        current="stock",
        space=space,
        spaces=choices,
        month=month,
        low=[each for each in rewards if each.is_low and each.is_listed and not is_blind],
        missing=sum(item.name not in names for item in rules.USUAL_ITEMS),
        rewards=[(reward, *moved.get(reward.id, (0, 0))) for reward in rewards],
        may_manage=may_manage,
        is_blind=is_blind,
        may_look=access.may(post.actor, Verb.VIEW_BOOKS, space.node_path),
        waiting=stockroom.count_waiting(node_paths=[post.node.path]),
        coming=stockroom.count_on_the_way(node_path=post.node.path),
        on_the_way=_sum_coming(space.node_path, post.now),
        counting=counting,
        done=request.args.get("done", ""),
        came_in=numbers.read_count(request.args.get("pieces", "")) or 0,
    )


@blueprint.get("/console/stock/<uuid:reward_id>")
def show_reward(reward_id: UUID) -> ResponseReturnValue:
    """Show a reward item, and the forms for what comes in and what changes."""
    post, offer = items.enter_offer(reward_id)
    return _reward_page(post, offer)


@blueprint.post("/console/stock/<uuid:reward_id>/movements")
def move(reward_id: UUID) -> ResponseReturnValue:
    """Record what came in; the form sent twice counts once."""
    post, offer = items.enter_offer(reward_id)
    safety.require_key()
    quantity = numbers.read_count(request.form.get("quantity", ""))
    if not quantity:
        return _reward_page(post, offer, said=_("请填数量，例如 12")), 422
    try:
        safety.run_once(
            service.record_movement,
            post=post,
            route="console stock",
            render=lambda reward: {"on_hand": reward.on_hand},
            reward_id=offer.reward.id,
            kind=MovementKind.RECEIVE,
            quantity=quantity,
            note=request.form.get("note", "").strip()[:NOTE_LENGTH_MAX],
        )
    except RewardsError as error:
        return _reward_page(post, offer, error=error), statuses.status_of(error)
    return redirect(f"/console/stock/{offer.reward.id}?done=moved", code=303)


@blueprint.post("/console/stock/<uuid:reward_id>/offer")
def change(reward_id: UUID) -> ResponseReturnValue:
    """Change the price of a reward item and whether it is listed."""
    post, offer = items.enter_offer(reward_id)
    told = _read_offer(request.form)
    if "points" not in told:
        return _reward_page(post, offer, said=_("请填要几分，例如 60")), 422
    try:
        changes = seen.list_changes(told, request.form, _read_offer)
        service.update_reward(actor=post.actor, reward_id=offer.reward.id, now=post.now, **changes)
    except RewardsError as error:
        return _reward_page(post, offer, error=error), statuses.status_of(error)
    return redirect(f"/console/stock/{offer.reward.id}?done=changed", code=303)


def _show_offer(reward: Reward) -> dict[str, str]:
    return {"points": str(reward.points), "listed": "yes" if reward.is_listed else ""}


def _read_offer(typed: Mapping[str, str]) -> dict[str, Any]:
    points = numbers.read_count(typed.get("points", ""))
    told = {} if points is None else {"points": points}
    return {**told, "is_listed": typed.get("listed") == "yes"}


def _sum_coming(node_path: str, now: datetime) -> Counter[RewardId]:
    """Return how many pieces of each item are on their way to its shelf."""
    coming: Counter[RewardId] = Counter()
    for each in stockroom.list_coming(node_path, at=now):
        coming[each.to_reward_id] += each.quantity
    return coming


def _reward_page(
    post: Post, offer: Offer, *, said: str = "", error: RewardsError | None = None
) -> str:
    reward = queries.get_reward(offer.reward.id)
    values: dict[str, Any] = {
        "offer": offer,
        "reward": reward,
        "seen": seen.note(_show_offer(reward)),
        # What is given stands on no shelf.
        "given": None if reward.has_shelf else _sum_given(post, reward),
        "visible_node": reward.visible_node_id and network.find_node(reward.visible_node_id),
        "typed": request.form,
        "trouble": _tell(said, error),
        "done": request.args.get("done", ""),
        "receive_key": safety.new_key(),
    }
    return frame.show("stock_reward.html", post=post, current="stock", **values)


def _sum_given(post: Post, reward: Reward) -> tuple[int, int]:
    return redemptions.sum_given(reward, since=_begin_month(post)[1])


def _begin_month(post: Post) -> tuple[date, datetime]:
    """Return the first day of the month and the moment at which it began."""
    month = clock.month_start(clock.local_date(post.now, clock.zone()))
    return month, clock.day_bounds(month, clock.zone())[0]


def _tell(said: str, error: RewardsError | None) -> str:
    if error is None:
        return said
    sentence = sentences.explain(error, to_staff=True)
    return str(_("%(detail)s。%(next)s", detail=sentence.detail, next=sentence.next_step))

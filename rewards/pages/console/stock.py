"""The shelf of a space: what stands on it, what comes in, what each thing costs."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from rewards.access import rules as access
from rewards.access.types import Verb
from rewards.core import clock
from rewards.core.errors import RewardsError
from rewards.stock import queries, rules, service
from rewards.stock.errors import SpaceNotFoundError
from rewards.stock.types import MovementKind, Offer, RewardId, RewardKind, Space
from rewards.stockroom import queries as stockroom
from rewards.web import sentences, statuses

from . import frame, numbers, safety, spaces, today
from .frame import Post

blueprint = Blueprint("console_stock", __name__)

NOTE_LENGTH_MAX = 120
PICTURES = rules.DRAWINGS


@blueprint.get("/console/stock")
def show() -> ResponseReturnValue:
    """Show the shelf of a space."""
    post = frame.enter(Verb.FULFIL)
    space, choices = spaces.choose(post, Verb.FULFIL)
    if space is None:
        return frame.show("stock_none.html", post=post, current="stock")
    month = clock.month_start(clock.local_date(post.now, clock.zone()))
    moved = queries.sum_movements(space.id, since=clock.day_bounds(month, clock.zone())[0])
    return frame.show(
        "stock.html",
        post=post,
        current="stock",
        space=space,
        spaces=choices,
        month=month,
        rewards=[
            (reward, today.is_low(reward), *moved.get(reward.id, (0, 0)))
            for reward in queries.list_rewards(space.id, listed_only=False)
        ],
        may_manage=access.may(post.actor, Verb.MANAGE_STOCK, space.node_path),
        waiting=stockroom.count_waiting(node_paths=[post.node.path]),
        done=request.args.get("done", ""),
    )


@blueprint.get("/console/stock/new")
def ask_new() -> ResponseReturnValue:
    """Ask for a new reward item."""
    post, space = _enter_space()
    return _new_form(post, space, {})


@blueprint.post("/console/stock/new")
def create() -> ResponseReturnValue:
    """Add a reward item to the space."""
    post, space = _enter_space()
    points = numbers.read_count(request.form.get("points", ""))
    picture = request.form.get("picture", "")
    if points is None or picture not in PICTURES:
        said = _("请填要几分，例如 60") if points is None else _("请选一幅图")
        return _new_form(post, space, request.form, said=said), 422
    try:
        reward = service.create_reward(
            actor=post.actor,
            space_id=space.id,
            name=request.form.get("name", "").strip(),
            unit=request.form.get("unit", "").strip(),
            kind=_read_kind(),
            picture=picture,
            points=points,
            now=post.now,
        )
    except RewardsError as error:
        page = _new_form(post, space, request.form, error=error)
        return page, statuses.status_of(error)
    return redirect(f"/console/stock/{reward.id}?done=new", code=303)


@blueprint.get("/console/stock/<uuid:reward_id>")
def show_reward(reward_id: UUID) -> ResponseReturnValue:
    """Show a reward item, and the forms for what comes in and what changes."""
    post, offer = _enter_offer(reward_id)
    return _reward_page(post, offer)


@blueprint.post("/console/stock/<uuid:reward_id>/movements")
def move(reward_id: UUID) -> ResponseReturnValue:
    """Record what came in; the form sent twice counts once."""
    post, offer = _enter_offer(reward_id)
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
    post, offer = _enter_offer(reward_id)
    points = numbers.read_count(request.form.get("points", ""))
    if points is None:
        return _reward_page(post, offer, said=_("请填要几分，例如 60")), 422
    try:
        service.update_reward(
            actor=post.actor,
            reward_id=offer.reward.id,
            points=points,
            is_listed=request.form.get("listed") == "yes",
            now=post.now,
        )
    except RewardsError as error:
        return _reward_page(post, offer, error=error), statuses.status_of(error)
    return redirect(f"/console/stock/{offer.reward.id}?done=changed", code=303)


def _enter_space() -> tuple[Post, Space]:
    post = frame.enter(Verb.MANAGE_STOCK)
    space, _choices = spaces.choose(post, Verb.MANAGE_STOCK)
    if space is None:
        raise SpaceNotFoundError
    return post, space


def _enter_offer(reward_id: UUID) -> tuple[Post, Offer]:
    post = frame.enter()
    offer = queries.get_offer(RewardId(reward_id))
    access.authorize(post.actor, Verb.MANAGE_STOCK, offer.node_path)
    return post, offer


def _read_kind() -> RewardKind:
    try:
        return RewardKind(request.form.get("kind", ""))
    except ValueError:
        return RewardKind.GOODS


def _new_form(
    post: Post,
    space: Space,
    typed: Mapping[str, str],
    *,
    said: str = "",
    error: RewardsError | None = None,
) -> str:
    return frame.show(
        "stock_new.html",
        post=post,
        current="stock",
        space=space,
        typed=typed,
        pictures=PICTURES,
        trouble=_tell(said, error),
    )


def _reward_page(
    post: Post, offer: Offer, *, said: str = "", error: RewardsError | None = None
) -> str:
    values: dict[str, Any] = {
        "offer": offer,
        "reward": queries.get_reward(offer.reward.id),
        "typed": request.form,
        "trouble": _tell(said, error),
        "done": request.args.get("done", ""),
        "receive_key": safety.new_key(),
    }
    return frame.show("stock_reward.html", post=post, current="stock", **values)


def _tell(said: str, error: RewardsError | None) -> str:
    if error is None:
        return said
    sentence = sentences.explain(error, to_staff=True)
    return str(_("%(detail)s。%(next)s", detail=sentence.detail, next=sentence.next_step))

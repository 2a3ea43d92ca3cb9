"""Reward items of a shelf: making one, changing what is told of it, its photograph, its prices."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from rewards.access import rules as access
from rewards.access.types import Verb
from rewards.core import pictures
from rewards.core.errors import RewardsError
from rewards.core.pictures import Picture
from rewards.network import queries as network
from rewards.network.rules import center_path
from rewards.network.types import Node
from rewards.pages.trees import nest
from rewards.stock import queries, rules, service
from rewards.stock.errors import InvalidRewardError, RewardExistsError, SpaceNotFoundError
from rewards.stock.types import Offer, Reward, RewardId, RewardKind, Space
from rewards.web import requests, sentences, statuses

from . import frame, item_form, price_chart, safety, seen, spaces, verdicts
from .frame import Post
from .item_form import Filled

blueprint = Blueprint("console_items", __name__)

# The photograph, and the rest of the form.
FORM_BYTES_MAX = pictures.BYTES_MAX + 1024 * 1024


@blueprint.get("/console/stock/new")
def ask_new() -> ResponseReturnValue:
    """Ask for a new reward item."""
    post, space = _enter_space()
    return _form(post, space, item_form.USUAL)


@blueprint.post("/console/stock/new")
@requests.takes(FORM_BYTES_MAX)
def create() -> ResponseReturnValue:
    """Add a reward item to the space; the form sent twice adds it once."""
    post, space = _enter_space()
    safety.require_key()
    filled = item_form.read(request.form, _ids(_list_nodes(space.node_path)))
    try:
        picture = _read_photo()
        if filled.errors:
            return _form(post, space, request.form, filled=filled), 422
        answer = safety.run_once(
            service.create_reward,
            post=post,
            route="console new item",
            render=lambda reward: {"id": str(reward.id)},
            space_id=space.id,
            **_without(filled, "is_listed"),
        )
        reward_id = RewardId(UUID(answer.body["id"]))
        if picture is not None:
            service.set_picture(
                actor=post.actor, reward_id=reward_id, picture=picture, now=post.now
            )
    except RewardsError as error:
        return _form(post, space, request.form, filled=filled, error=error), _status(error)
    return redirect(f"/console/stock/{reward_id}?done=new", code=303)


@blueprint.post("/console/stock/usual")
def create_usual() -> ResponseReturnValue:
    """Add the items that many stations offer."""
    post, space = _enter_space()
    service.create_usual_rewards(actor=post.actor, space_id=space.id, now=post.now)
    return redirect(f"/console/stock?space={space.id}&done=usual", code=303)


@blueprint.get("/console/stock/<uuid:reward_id>/edit")
def ask_change(reward_id: UUID) -> ResponseReturnValue:
    """Ask what is to change of a reward item."""
    post, offer = enter_offer(reward_id)
    space = queries.get_space(offer.reward.space_id)
    shown = item_form.show(offer.reward)
    typed = {**shown, seen.FIELD: seen.note(shown)}
    return _form(post, space, typed, reward=offer.reward)


@blueprint.post("/console/stock/<uuid:reward_id>/edit")
@requests.takes(FORM_BYTES_MAX)
def change(reward_id: UUID) -> ResponseReturnValue:
    """Change what is told of a reward item."""
    post, offer = enter_offer(reward_id)
    reward, space = offer.reward, queries.get_space(offer.reward.space_id)
    nodes = _ids(_list_nodes(space.node_path))
    filled = item_form.read(request.form, nodes)
    try:
        picture = _read_photo()
        if filled.errors:
            return _form(post, space, request.form, reward=reward, filled=filled), 422
        changes = seen.list_changes(
            filled.values, request.form, lambda shown: item_form.read(shown, nodes).values
        )
        service.update_reward(actor=post.actor, reward_id=reward.id, now=post.now, **changes)
        _change_photo(post, reward, picture)
    except RewardsError as error:
        page = _form(post, space, request.form, reward=reward, filled=filled, error=error)
        return page, _status(error)
    return redirect(f"/console/stock/{reward.id}?done=changed", code=303)


@blueprint.get("/console/stock/<uuid:reward_id>/prices")
def show_prices(reward_id: UUID) -> ResponseReturnValue:
    """Show what a reward item cost over time, and who changed it."""
    post, offer = enter_offer(reward_id)
    prices = queries.list_prices(offer.reward.id)
    return frame.show(
        "stock_prices.html",
        post=post,
        current="stock",
        reward=offer.reward,
        space_name=offer.space_name,
        prices=[(price, verdicts.name_of(price.changed_by)) for price in prices],
        chart=price_chart.draw(prices, until=post.now),
    )


def enter_offer(reward_id: UUID) -> tuple[Post, Offer]:
    """Return who is at work and the reward item, if they keep its stock.

    :raises RewardNotFoundError: if there is no such item.
    :raises NotAllowedError: if they do not.
    """
    post = frame.enter()
    offer = queries.get_offer(RewardId(reward_id))
    access.authorize(post.actor, Verb.MANAGE_STOCK, offer.node_path)
    return post, offer


def _enter_space() -> tuple[Post, Space]:
    post = frame.enter(Verb.MANAGE_STOCK)
    space, _choices = spaces.choose(post, Verb.MANAGE_STOCK)
    if space is None:
        raise SpaceNotFoundError
    return post, space


def _read_photo() -> Picture | None:
    sent = request.files.get("photo")
    if sent is None or not sent.filename:
        return None
    return pictures.encode_anew(sent.stream.read(pictures.BYTES_MAX + 1))


def _change_photo(post: Post, reward: Reward, picture: Picture | None) -> None:
    if picture is not None:
        service.set_picture(actor=post.actor, reward_id=reward.id, picture=picture, now=post.now)
    elif request.form.get("unphoto") == "yes":
        service.remove_picture(actor=post.actor, reward_id=reward.id, now=post.now)


def _list_nodes(node_path: str) -> list[Node]:
    """Return the nodes that an item of a space may be for, as people read a tree."""
    nodes = network.list_branch(center_path(node_path))
    return nest(node for node in nodes if node.closed_at is None)


def _ids(nodes: list[Node]) -> frozenset[UUID]:
    return frozenset(node.id for node in nodes)


def _without(filled: Filled, name: str) -> dict[str, Any]:
    return {each: value for each, value in filled.values.items() if each != name}


def _status(error: RewardsError) -> int:
    return statuses.status_of(error)


def _form(
    post: Post,
    space: Space,
    typed: Mapping[str, str],
    *,
    reward: Reward | None = None,
    filled: Filled | None = None,
    error: RewardsError | None = None,
) -> str:
    errors = dict(filled.errors) if filled else {}
    sentence = None
    match error:
        case None:
            pass
        case InvalidRewardError():
            errors |= item_form.tell([str(error.members["field"])])
        case pictures.NotAPictureError() | pictures.PictureTooLargeError():
            errors["photo"] = _tell(error)
        case RewardExistsError():
            errors["name"] = _tell(error)
        case _:
            sentence = sentences.explain(error, to_staff=True)
    return frame.show(
        "stock_item.html",
        post=post,
        current="stock",
        space=space,
        reward=reward,
        typed=typed,
        seen=typed.get("seen", ""),
        errors=errors,
        sentence=sentence,
        key=safety.new_key(),
        kinds=[each for each in RewardKind if reward is None or rules.keeps_shelf(reward, each)],
        periods=item_form.PERIODS,
        drawings=item_form.DRAWINGS,
        nodes=_list_nodes(space.node_path),
    )


def _tell(error: RewardsError) -> str:
    sentence = sentences.explain(error, to_staff=True)
    return str(_("%(detail)s。%(next)s", detail=sentence.detail, next=sentence.next_step))

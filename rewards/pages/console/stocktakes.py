"""Counting a shelf on a tablet: one item at a time, without being told what should be there."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from rewards.access import rules as access
from rewards.access.types import Verb
from rewards.core.errors import RewardsError
from rewards.stock.errors import SpaceNotFoundError
from rewards.stock.types import RewardId
from rewards.stockroom import queries, service
from rewards.stockroom.errors import StocktakeOpenError
from rewards.stockroom.types import Change, CountedItem, Stocktake, StocktakeId
from rewards.web import sentences, statuses

from . import frame, numbers, safety, spaces
from .frame import Post

blueprint = Blueprint("console_stocktakes", __name__)

ADDRESS = "/console/stock/stocktakes"
CHANGES_SHOWN = 500


@blueprint.get("/console/stock/stocktakes")
def show_all() -> ResponseReturnValue:
    """Show the stocktakes of the space, and begin one."""
    return _list_page(frame.enter(Verb.FULFIL))


@blueprint.post("/console/stock/stocktakes")
def start() -> ResponseReturnValue:
    """Begin to count the shelf of the space."""
    post = frame.enter(Verb.FULFIL)
    space, _choices = spaces.choose(post, Verb.FULFIL)
    if space is None:
        raise SpaceNotFoundError
    try:
        stocktake = service.start(actor=post.actor, space_id=space.id, now=post.now)
    except StocktakeOpenError:
        # Sent twice, or begun by somebody else a moment ago: they count together.
        return redirect(f"{ADDRESS}/{queries.find_open(space.id)}", code=303)
    except RewardsError as error:
        return _list_page(post, error=error), statuses.status_of(error)
    return redirect(f"{ADDRESS}/{stocktake.id}", code=303)


@blueprint.get("/console/stock/stocktakes/<uuid:stocktake_id>")
def show(stocktake_id: UUID) -> ResponseReturnValue:
    """Show the item to count next, or what the counts came to."""
    post, stocktake = _enter(stocktake_id)
    return _page(post, stocktake)


@blueprint.post("/console/stock/stocktakes/<uuid:stocktake_id>/counts")
def count(stocktake_id: UUID) -> ResponseReturnValue:
    """Write down how many pieces of an item are there; the form sent twice counts once."""
    post, stocktake = _enter(stocktake_id)
    safety.require_key()
    counted = numbers.read_count(request.form.get("counted", ""))
    if counted is None:
        return _page(post, stocktake, said=_("请填数到的数，没有就填 0")), 422
    return _write(
        post,
        stocktake,
        service.count,
        reward_id=RewardId(safety.read_id(request.form.get("item", ""))),
        counted=counted,
    )


@blueprint.post("/console/stock/stocktakes/<uuid:stocktake_id>/closing")
def close(stocktake_id: UUID) -> ResponseReturnValue:
    """Draw the counts up."""
    post, stocktake = _enter(stocktake_id)
    safety.require_key()
    return _write(post, stocktake, service.close, leaves_uncounted=_leaves_rest())


@blueprint.post("/console/stock/stocktakes/<uuid:stocktake_id>/cancellation")
def abandon(stocktake_id: UUID) -> ResponseReturnValue:
    """End it without drawing it up."""
    post, stocktake = _enter(stocktake_id)
    safety.require_key()
    return _write(post, stocktake, service.abandon)


def _enter(stocktake_id: UUID) -> tuple[Post, Stocktake]:
    post = frame.enter()
    stocktake = queries.get_stocktake(StocktakeId(stocktake_id))
    access.authorize(post.actor, Verb.FULFIL, stocktake.node_path)
    return post, stocktake


def _write(
    post: Post, stocktake: Stocktake, use_case: Callable[..., Stocktake], **arguments: Any
) -> ResponseReturnValue:
    try:
        safety.run_once(
            use_case,
            post=post,
            route=f"console stocktake {use_case.__name__}",
            render=lambda done: {"status": done.status.value},
            stocktake_id=stocktake.id,
            **arguments,
        )
    except RewardsError as error:
        stocktake = queries.get_stocktake(stocktake.id)
        return _page(post, stocktake, error=error), statuses.status_of(error)
    query = "?leave=yes" if stocktake.is_open and _leaves_rest() else ""
    return redirect(f"{ADDRESS}/{stocktake.id}{query}", code=303)


def _leaves_rest() -> bool:
    """Tell whether what was not counted is to be left as it is."""
    return request.values.get("leave") == "yes"


def _list_page(post: Post, *, error: RewardsError | None = None) -> str:
    space, choices = spaces.choose(post, Verb.FULFIL)
    if space is None:
        return frame.show("stock_none.html", post=post, current="stock")
    cursor = request.args.get("cursor")
    page = queries.page_stocktakes(node_paths=[space.node_path], space_id=space.id, cursor=cursor)
    return frame.show(
        "stocktakes.html",
        post=post,
        current="stock",
        space=space,
        spaces=choices,
        stocktakes=page.items,
        following=page.next,
        is_first=cursor is None,
        open_id=queries.find_open(space.id),
        sentence=None if error is None else sentences.explain(error, to_staff=True),
    )


def _page(
    post: Post, stocktake: Stocktake, *, said: str = "", error: RewardsError | None = None
) -> str:
    values: dict[str, Any] = {
        "post": post,
        "current": "stock",
        "stocktake": stocktake,
        "said": said,
        "sentence": None if error is None else sentences.explain(error, to_staff=True),
        "key": safety.new_key(),
    }
    if not stocktake.is_open:
        return frame.show("stocktake_result.html", changes=_map_changes(stocktake), **values)
    # Nothing of the levels goes into the page: neither a number nor whether a count agrees
    # before everything was counted that will be.
    return frame.show(
        "stocktake.html",
        item=_choose_item(stocktake),
        again={item.reward_id for item in _list_again(stocktake)},
        leaves_rest=_leaves_rest(),
        may_abandon=stocktake.started_by == post.actor.principal
        or access.may(post.actor, Verb.MANAGE_STOCK, stocktake.node_path),
        **values,
    )


def _choose_item(stocktake: Stocktake) -> CountedItem | None:
    asked = request.args.get("item", "")
    chosen = (item for item in stocktake.items if str(item.reward_id) == asked)
    rest = () if _leaves_rest() else stocktake.uncounted
    return next(chosen, next(iter((*rest, *_list_again(stocktake))), None))


def _list_again(stocktake: Stocktake) -> tuple[CountedItem, ...]:
    return () if stocktake.uncounted and not _leaves_rest() else stocktake.to_recount


def _map_changes(stocktake: Stocktake) -> dict[RewardId, Change]:
    page = queries.page_changes(
        node_paths=[stocktake.node_path], stocktake_id=stocktake.id, limit=CHANGES_SHOWN
    )
    return {change.reward_id: change for change in page.items}

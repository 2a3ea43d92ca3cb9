"""Stocktakes: what is there is written down before anybody is told what should be."""

from dataclasses import asdict
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Response, url_for

from rewards.access import rules as access
from rewards.access.types import StaffActor, Verb
from rewards.core import clock
from rewards.stock import queries as stock
from rewards.stock.errors import SpaceNotFoundError
from rewards.stock.types import SpaceId
from rewards.stockroom import queries, service
from rewards.stockroom.errors import StocktakeNotFoundError
from rewards.stockroom.types import CountedItem, Stocktake, StocktakeId, StocktakeStatus
from rewards.web import sessions

from .resources import Resource, answer_once, answer_page, instance_of
from .resources import answer as answer_with
from .schemas.stockroom import (
    ClosingRequest,
    CountRequest,
    StocktakeRequest,
    StocktakeResponse,
    StocktakesPage,
    StocktakesQuery,
    StocktakeSummary,
)
from .stock_changes import branches
from .visibility import check_visible

stocktakes = Resource("stocktakes", description="Counts of what stands on a shelf.")

REFUSALS = (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)
WRITE_REFUSALS = (*REFUSALS, HTTPStatus.CONFLICT)


@stocktakes.call(
    "GET",
    "/stocktakes",
    query=StocktakesQuery,
    answers={HTTPStatus.OK: StocktakesPage},
    refusals=(HTTPStatus.FORBIDDEN,),
)
def list_stocktakes(query: dict[str, Any]) -> Response:
    """List the stocktakes where you work at the desk, newest first."""
    paths = branches(sessions.require_staff(), Verb.FULFIL)
    return answer_page(StocktakeSummary, queries.page_stocktakes(node_paths=paths, **query))


@stocktakes.call(
    "POST",
    "/stocktakes",
    body=StocktakeRequest,
    answers={HTTPStatus.CREATED: StocktakeResponse},
    refusals=WRITE_REFUSALS,
    is_keyed=True,
)
def start(body: dict[str, Any]) -> Response:
    """Begin to count the shelf of a space; the desk goes on meanwhile."""
    actor = sessions.require_staff()
    space = stock.get_space(SpaceId(body["space_id"]))
    check_visible(actor, space.node_path, SpaceNotFoundError)
    return answer_once(
        service.start,
        render=lambda stocktake: (HTTPStatus.CREATED, _dump(stocktake)),
        location=lambda begun: url_for("stocktakes.get_stocktake", stocktake_id=begun["id"]),
        actor=actor,
        now=clock.now(),
        **body,
    )


@stocktakes.call(
    "GET",
    "/stocktakes/<uuid:stocktake_id>",
    answers={HTTPStatus.OK: StocktakeResponse},
    refusals=REFUSALS,
)
def get_stocktake(stocktake_id: UUID) -> Response:
    """Show a stocktake; while it is open, without what should be there."""
    actor = sessions.require_staff()
    stocktake = _get_visible(actor, stocktake_id)
    access.authorize(actor, Verb.FULFIL, stocktake.node_path)
    return answer_with(StocktakeResponse, _tell(stocktake))


@stocktakes.call(
    "POST",
    "/stocktakes/<uuid:stocktake_id>/counts",
    body=CountRequest,
    answers={HTTPStatus.OK: StocktakeResponse},
    refusals=WRITE_REFUSALS,
    is_keyed=True,
)
def count(body: dict[str, Any], stocktake_id: UUID) -> Response:
    """Write down how many pieces of an item are there; the last count stands."""
    return _write(service.count, stocktake_id, **body)


@stocktakes.call(
    "POST",
    "/stocktakes/<uuid:stocktake_id>/closing",
    body=ClosingRequest,
    answers={HTTPStatus.OK: StocktakeResponse},
    refusals=WRITE_REFUSALS,
    is_keyed=True,
)
def close(body: dict[str, Any], stocktake_id: UUID) -> Response:
    """Draw the counts up: each difference waits as a change for a second person."""
    return _write(service.close, stocktake_id, **body)


@stocktakes.call(
    "POST",
    "/stocktakes/<uuid:stocktake_id>/cancellation",
    answers={HTTPStatus.OK: StocktakeResponse},
    refusals=WRITE_REFUSALS,
    is_keyed=True,
)
def abandon(stocktake_id: UUID) -> Response:
    """End a stocktake without drawing it up."""
    return _write(service.abandon, stocktake_id)


def _write(use_case: Any, stocktake_id: UUID, **arguments: Any) -> Response:
    actor = sessions.require_staff()
    return answer_once(
        use_case,
        render=lambda stocktake: (HTTPStatus.OK, _dump(stocktake)),
        actor=actor,
        now=clock.now(),
        stocktake_id=_get_visible(actor, stocktake_id).id,
        **arguments,
    )


def _get_visible(actor: StaffActor, stocktake_id: UUID) -> Stocktake:
    stocktake = queries.get_stocktake(StocktakeId(stocktake_id))
    check_visible(actor, stocktake.node_path, StocktakeNotFoundError)
    return stocktake


def _dump(stocktake: Stocktake) -> dict[str, Any]:
    dumped: dict[str, Any] = instance_of(StocktakeResponse).dump(_tell(stocktake))
    return dumped


def _tell(stocktake: Stocktake) -> dict[str, Any]:
    return {
        **asdict(stocktake),
        "items": [_tell_item(stocktake, item) for item in stocktake.items],
    }


def _tell_item(stocktake: Stocktake, item: CountedItem) -> dict[str, Any]:
    last = item.last
    # Of one that was abandoned no difference was ever drawn up.
    is_told = last is not None and stocktake.status is StocktakeStatus.CLOSED
    return {
        "reward_id": item.reward_id,
        "name": item.name,
        "unit": item.unit,
        "counted": None if last is None else last.counted,
        # Earlier it would tell of each count at once whether it agrees.
        "needs_recount": not stocktake.uncounted and item.needs_recount,
        "on_hand": last.on_hand if last and is_told else None,
        "difference": last.difference if last and is_told else None,
    }

"""Offline spaces, and what comes onto their shelves."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Response, url_for

from rewards.core import clock
from rewards.core.paging import Page
from rewards.network.errors import NodeNotFoundError
from rewards.stock import queries as stock
from rewards.stock import service
from rewards.stock.types import Space, Zone
from rewards.web import sessions

from .resources import Resource, answer, answer_once, answer_page
from .rewards import get_visible_reward, get_visible_space, render_reward, reward_address
from .schemas.rewards import RewardResponse
from .schemas.spaces import (
    SpaceRequest,
    SpaceResponse,
    SpacesPage,
    SpacesQuery,
    StockMovementRequest,
)
from .visibility import find_listed_path, get_visible_node

spaces = Resource("spaces", description="Offline spaces 线下空间, their reward items and stock.")

REFUSALS = (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)
WRITE_REFUSALS = (*REFUSALS, HTTPStatus.CONFLICT)


@spaces.call(
    "GET",
    "/spaces",
    query=SpacesQuery,
    answers={HTTPStatus.OK: SpacesPage},
    refusals=REFUSALS,
)
def list_spaces(query: dict[str, Any]) -> Response:
    """List the offline spaces of a branch of the network, on one page."""
    path = find_listed_path(sessions.current_actor(), query["node_id"])
    return answer_page(SpaceResponse, Page(items=stock.list_spaces(path), next=None))


@spaces.call(
    "POST",
    "/spaces",
    body=SpaceRequest,
    answers={HTTPStatus.CREATED: SpaceResponse},
    refusals=WRITE_REFUSALS,
    is_keyed=True,
)
def create_space(body: dict[str, Any]) -> Response:
    """Open an offline space at a node."""
    actor = sessions.require_staff()
    get_visible_node(actor, body["node_id"], NodeNotFoundError)
    zones = [Zone(**zone) for zone in body.pop("zones", ())]
    return answer_once(
        service.create_space,
        render=_render_space,
        location=lambda space: url_for("spaces.get_space", space_id=space["id"]),
        actor=actor,
        now=clock.now(),
        zones=zones,
        **body,
    )


@spaces.call(
    "GET",
    "/spaces/<uuid:space_id>",
    answers={HTTPStatus.OK: SpaceResponse},
    refusals=REFUSALS,
)
def get_space(space_id: UUID) -> Response:
    """Show an offline space."""
    return answer(SpaceResponse, get_visible_space(space_id))


@spaces.call(
    "POST",
    "/stock-movements",
    body=StockMovementRequest,
    answers={HTTPStatus.CREATED: RewardResponse},
    refusals=WRITE_REFUSALS,
    is_keyed=True,
)
def record_movement(body: dict[str, Any]) -> Response:
    """Record pieces that came in; answers with the new level. Corrections: `/stock-changes`."""
    actor = sessions.require_staff()
    get_visible_reward(actor, body["reward_id"])
    return answer_once(
        service.record_movement,
        render=render_reward,
        location=reward_address,
        actor=actor,
        now=clock.now(),
        **body,
    )


def _render_space(space: Space) -> tuple[int, dict[str, Any]]:
    return HTTPStatus.CREATED, SpaceResponse().dump(space)

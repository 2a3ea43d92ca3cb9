"""Offline spaces, their reward items, and what comes onto the shelf."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Response, url_for

from rewards.access import rules as access
from rewards.access.types import Verb
from rewards.core import clock
from rewards.core.paging import Page
from rewards.network.errors import NodeNotFoundError
from rewards.stock import queries as stock
from rewards.stock import service
from rewards.stock.errors import RewardNotFoundError, SpaceNotFoundError
from rewards.stock.types import Reward, RewardId, Space, SpaceId, Zone
from rewards.web import sessions

from .resources import Resource, answer, answer_once, answer_page
from .schemas.spaces import (
    RewardChange,
    RewardRequest,
    RewardResponse,
    RewardsPage,
    SpaceRequest,
    SpaceResponse,
    SpacesPage,
    SpacesQuery,
    StockMovementRequest,
)
from .visibility import check_visible, get_visible_node, home_path

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
    actor = sessions.current_actor()
    node_id = query["node_id"]
    path = (
        home_path(actor)
        if node_id is None
        else get_visible_node(actor, node_id, NodeNotFoundError).path
    )
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
    return answer(SpaceResponse, _get_visible_space(space_id))


@spaces.call(
    "GET",
    "/spaces/<uuid:space_id>/rewards",
    answers={HTTPStatus.OK: RewardsPage},
    refusals=REFUSALS,
)
def list_rewards(space_id: UUID) -> Response:
    """List the reward items of a space, on one page; staff of its stock see unlisted ones too."""
    space = _get_visible_space(space_id)
    keeps_stock = access.may(sessions.current_actor(), Verb.MANAGE_STOCK, space.node_path)
    rewards = stock.list_rewards(space.id, listed_only=not keeps_stock)
    return answer_page(RewardResponse, Page(items=rewards, next=None))


@spaces.call(
    "POST",
    "/spaces/<uuid:space_id>/rewards",
    body=RewardRequest,
    answers={HTTPStatus.CREATED: RewardResponse},
    refusals=WRITE_REFUSALS,
    is_keyed=True,
)
def create_reward(body: dict[str, Any], space_id: UUID) -> Response:
    """Add a reward item to a space, with an empty shelf."""
    actor = sessions.require_staff()
    space = _get_visible_space(space_id)
    return answer_once(
        service.create_reward,
        render=_render_reward,
        location=_reward_address,
        actor=actor,
        now=clock.now(),
        space_id=space.id,
        **body,
    )


@spaces.call(
    "GET",
    "/rewards/<uuid:reward_id>",
    answers={HTTPStatus.OK: RewardResponse},
    refusals=REFUSALS,
)
def get_reward(reward_id: UUID) -> Response:
    """Show a reward item and its stock."""
    return answer(RewardResponse, _get_visible_reward(reward_id))


@spaces.call(
    "PATCH",
    "/rewards/<uuid:reward_id>",
    body=RewardChange,
    answers={HTTPStatus.OK: RewardResponse},
    refusals=REFUSALS,
)
def change_reward(body: dict[str, Any], reward_id: UUID) -> Response:
    """Change the price of a reward item, or whether it is listed."""
    actor = sessions.require_staff()
    reward = _get_visible_reward(reward_id)
    changed = service.update_reward(actor=actor, reward_id=reward.id, now=clock.now(), **body)
    return answer(RewardResponse, changed)


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
    _get_visible_reward(body["reward_id"])
    return answer_once(
        service.record_movement,
        render=_render_reward,
        location=_reward_address,
        actor=actor,
        now=clock.now(),
        **body,
    )


def _get_visible_space(space_id: UUID) -> Space:
    space = stock.get_space(SpaceId(space_id))
    check_visible(sessions.current_actor(), space.node_path, SpaceNotFoundError)
    return space


def _get_visible_reward(reward_id: UUID) -> Reward:
    actor = sessions.current_actor()
    offer = stock.get_offer(RewardId(reward_id))
    check_visible(actor, offer.node_path, RewardNotFoundError)
    if not (offer.reward.is_listed or access.may(actor, Verb.MANAGE_STOCK, offer.node_path)):
        raise RewardNotFoundError
    return offer.reward


def _render_space(space: Space) -> tuple[int, dict[str, Any]]:
    return HTTPStatus.CREATED, SpaceResponse().dump(space)


def _render_reward(reward: Reward) -> tuple[int, dict[str, Any]]:
    return HTTPStatus.CREATED, RewardResponse().dump(reward)


def _reward_address(reward: dict[str, Any]) -> str:
    return url_for("spaces.get_reward", reward_id=reward["id"])

"""Reward items: what is told of them, their photographs, and what they cost over time."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Response, request, url_for

from rewards.access import rules as access
from rewards.access.types import ParticipantActor, Verb
from rewards.core import clock, pictures
from rewards.core.paging import Page
from rewards.stock import queries as stock
from rewards.stock import rules, service
from rewards.stock.errors import RewardNotFoundError, SpaceNotFoundError
from rewards.stock.types import Offer, Reward, RewardId, Space, SpaceId
from rewards.web import requests, sessions
from rewards.web.sessions import SignedInActor

from .resources import Resource, answer, answer_once, answer_page
from .schemas.rewards import (
    PriceResponse,
    PricesPage,
    RewardChange,
    RewardRequest,
    RewardResponse,
    RewardsPage,
)
from .visibility import check_visible, find_home_path

rewards = Resource("catalogue", description="Reward items 兑换品, their photographs and prices.")

REFUSALS = (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)
WRITE_REFUSALS = (*REFUSALS, HTTPStatus.CONFLICT)
PICTURE_TYPES = ("image/jpeg", "image/png", "image/webp")


@rewards.call(
    "GET",
    "/spaces/<uuid:space_id>/rewards",
    answers={HTTPStatus.OK: RewardsPage},
    refusals=REFUSALS,
)
def list_rewards(space_id: UUID) -> Response:
    """List the reward items of a space, on one page; staff of its stock see unlisted ones too."""
    actor = sessions.current_actor()
    space = get_visible_space(space_id)
    keeps_stock = access.may(actor, Verb.MANAGE_STOCK, space.node_path)
    items = stock.list_rewards(space.id, listed_only=not keeps_stock)
    shown = tuple(each for each in items if _is_shown(actor, each))
    return answer_page(RewardResponse, Page(items=shown, next=None))


@rewards.call(
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
    space = get_visible_space(space_id)
    return answer_once(
        service.create_reward,
        render=render_reward,
        location=reward_address,
        actor=actor,
        now=clock.now(),
        space_id=space.id,
        **body,
    )


@rewards.call(
    "GET",
    "/rewards/<uuid:reward_id>",
    answers={HTTPStatus.OK: RewardResponse},
    refusals=REFUSALS,
)
def get_reward(reward_id: UUID) -> Response:
    """Show a reward item and its stock."""
    return answer(RewardResponse, get_visible_reward(sessions.current_actor(), reward_id).reward)


@rewards.call(
    "PATCH",
    "/rewards/<uuid:reward_id>",
    body=RewardChange,
    answers={HTTPStatus.OK: RewardResponse},
    refusals=WRITE_REFUSALS,
)
def change_reward(body: dict[str, Any], reward_id: UUID) -> Response:
    """Change what is told of a reward item; what is not named stays as it is."""
    actor = sessions.require_staff()
    reward = get_visible_reward(actor, reward_id).reward
    changed = service.update_reward(actor=actor, reward_id=reward.id, now=clock.now(), **body)
    return answer(RewardResponse, changed)


@rewards.call(
    "PUT",
    "/rewards/<uuid:reward_id>/picture",
    takes=PICTURE_TYPES,
    answers={HTTPStatus.OK: RewardResponse},
    refusals=(
        *REFUSALS,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNPROCESSABLE_ENTITY,
    ),
)
@requests.takes(pictures.BYTES_MAX + 1)
def set_picture(reward_id: UUID) -> Response:
    """Show a reward item by a photograph, which is encoded anew without what came with it."""
    actor = sessions.require_staff()
    offer = get_visible_reward(actor, reward_id)
    # Before a picture is decoded for somebody who may not set it.
    access.authorize(actor, Verb.MANAGE_STOCK, offer.node_path)
    changed = service.set_picture(
        actor=actor,
        reward_id=offer.reward.id,
        picture=pictures.encode_anew(request.get_data(cache=False)),
        now=clock.now(),
    )
    return answer(RewardResponse, changed)


@rewards.call(
    "DELETE",
    "/rewards/<uuid:reward_id>/picture",
    answers={HTTPStatus.OK: RewardResponse},
    refusals=REFUSALS,
)
def remove_picture(reward_id: UUID) -> Response:
    """Show a reward item by its drawing again, and delete the photograph."""
    actor = sessions.require_staff()
    reward = get_visible_reward(actor, reward_id).reward
    changed = service.remove_picture(actor=actor, reward_id=reward.id, now=clock.now())
    return answer(RewardResponse, changed)


@rewards.call(
    "GET",
    "/rewards/<uuid:reward_id>/prices",
    answers={HTTPStatus.OK: PricesPage},
    refusals=REFUSALS,
)
def list_prices(reward_id: UUID) -> Response:
    """List what a reward item cost from when on, the newest price first, on one page."""
    actor = sessions.require_staff()
    offer = get_visible_reward(actor, reward_id)
    access.authorize(actor, Verb.MANAGE_STOCK, offer.node_path)
    prices = stock.list_prices(offer.reward.id)
    return answer_page(PriceResponse, Page(items=prices, next=None))


def get_visible_space(space_id: UUID) -> Space:
    """Return a space of a center that the actor belongs to.

    :raises SpaceNotFoundError: if there is none.
    """
    space = stock.get_space(SpaceId(space_id))
    check_visible(sessions.current_actor(), space.node_path, SpaceNotFoundError)
    return space


def get_visible_reward(actor: SignedInActor, reward_id: UUID) -> Offer:
    """Return an item of a center that the actor belongs to, if they are shown it.

    :raises RewardNotFoundError: if there is none.
    """
    offer = stock.get_offer(RewardId(reward_id))
    check_visible(actor, offer.node_path, RewardNotFoundError)
    keeps_stock = access.may(actor, Verb.MANAGE_STOCK, offer.node_path)
    if not (offer.reward.is_listed or keeps_stock) or not _is_shown(actor, offer.reward):
        raise RewardNotFoundError
    return offer


def render_reward(reward: Reward) -> tuple[int, dict[str, Any]]:
    """Return the answer that tells of an item that was made."""
    return HTTPStatus.CREATED, RewardResponse().dump(reward)


def reward_address(reward: dict[str, Any]) -> str:
    """Return where an item that was answered can be found."""
    return url_for("catalogue.get_reward", reward_id=reward["id"])


def _is_shown(actor: SignedInActor, reward: Reward) -> bool:
    # Staff see what they hand over; residents what is for where they live.
    if not isinstance(actor, ParticipantActor):
        return True
    return rules.is_shown_to(reward, find_home_path(actor))

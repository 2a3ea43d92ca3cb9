"""Wishes, and points that are given to them."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Response, url_for

from rewards.core import clock
from rewards.network.errors import NodeNotFoundError
from rewards.redemptions import service as redemptions
from rewards.redemptions.types import Redemption
from rewards.web import sessions
from rewards.web.sessions import SignedInActor
from rewards.wishes import queries, service
from rewards.wishes.errors import WishNotFoundError
from rewards.wishes.types import Wish, WishId

from .resources import (
    Resource,
    answer,
    answer_once,
    answer_page,
    instance_of,
)
from .schemas.wishes import (
    OPEN,
    GiftRequest,
    GiftResponse,
    WishesPage,
    WishesQuery,
    WishRequest,
    WishResponse,
)
from .visibility import check_visible, find_listed_path, get_visible_node

wishes = Resource("wishes", description="Wishes 微心愿 that people give points to.")

REFUSALS = (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)
WRITE_REFUSALS = (*REFUSALS, HTTPStatus.CONFLICT, HTTPStatus.GONE)


@wishes.call(
    "GET",
    "/wishes",
    query=WishesQuery,
    answers={HTTPStatus.OK: WishesPage},
    refusals=REFUSALS,
)
def list_wishes(query: dict[str, Any]) -> Response:
    """List the wishes of a branch of the network, the newest first."""
    path = find_listed_path(sessions.current_actor(), query.pop("node_id"))
    state = query.pop("state")
    is_open = None if state is None else state == OPEN
    return answer_page(WishResponse, queries.page_wishes(path, is_open=is_open, **query))


@wishes.call(
    "POST",
    "/wishes",
    body=WishRequest,
    answers={HTTPStatus.CREATED: WishResponse},
    refusals=(*REFUSALS, HTTPStatus.CONFLICT),
    is_keyed=True,
)
def open_wish(body: dict[str, Any]) -> Response:
    """Open a wish at a node."""
    actor = sessions.require_staff()
    get_visible_node(actor, body["node_id"], NodeNotFoundError)
    return answer_once(
        service.open_wish,
        render=lambda wish: (HTTPStatus.CREATED, _dump(wish)),
        location=lambda wish: url_for("wishes.get_wish", wish_id=wish["id"]),
        actor=actor,
        now=clock.now(),
        **body,
    )


@wishes.call(
    "GET",
    "/wishes/<uuid:wish_id>",
    answers={HTTPStatus.OK: WishResponse},
    refusals=REFUSALS,
)
def get_wish(wish_id: UUID) -> Response:
    """Show a wish."""
    return answer(WishResponse, _get_visible(sessions.current_actor(), wish_id))


@wishes.call(
    "POST",
    "/wishes/<uuid:wish_id>/closing",
    answers={HTTPStatus.OK: WishResponse},
    refusals=WRITE_REFUSALS,
    is_keyed=True,
)
def close_wish(wish_id: UUID) -> Response:
    """Take no more points for a wish; what was given stays given."""
    actor = sessions.require_staff()
    wish = _get_visible(actor, wish_id)
    return answer_once(
        service.close_wish,
        render=lambda closed: (HTTPStatus.OK, _dump(closed)),
        actor=actor,
        now=clock.now(),
        wish_id=wish.id,
    )


@wishes.call(
    "POST",
    "/wishes/<uuid:wish_id>/gifts",
    body=GiftRequest,
    answers={HTTPStatus.CREATED: GiftResponse},
    refusals=WRITE_REFUSALS,
    is_keyed=True,
)
def give(body: dict[str, Any], wish_id: UUID) -> Response:
    """Give points of your own to a wish, for good."""
    actor = sessions.require_participant()
    wish = _get_visible(actor, wish_id)
    return answer_once(
        redemptions.give,
        render=_render_gift,
        actor=actor,
        now=clock.now(),
        participant_id=actor.participant_id,
        wish_id=wish.id,
        points=body["points"],
    )


def _get_visible(actor: SignedInActor, wish_id: UUID) -> Wish:
    wish = queries.get_wish(WishId(wish_id))
    check_visible(actor, wish.node_path, WishNotFoundError)
    return wish


def _dump(wish: Wish) -> dict[str, Any]:
    dumped: dict[str, Any] = instance_of(WishResponse).dump(wish)
    return dumped


def _render_gift(gift: Redemption) -> tuple[int, dict[str, Any]]:
    return HTTPStatus.CREATED, instance_of(GiftResponse).dump(gift)

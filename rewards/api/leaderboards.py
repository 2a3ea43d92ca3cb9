"""Leaderboards."""

import json
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Response, request

from rewards.access.types import ParticipantId
from rewards.core import clock
from rewards.leaderboards import queries as boards
from rewards.leaderboards.types import Board, Change, Standing
from rewards.network import queries as network
from rewards.network.errors import NodeNotFoundError
from rewards.network.types import Node, NodeId
from rewards.participants.rules import HIDDEN_NAME
from rewards.web import sessions
from rewards.web.sessions import SignedInActor

from .resources import Resource, instance_of
from .schemas.leaderboards import LeaderboardQuery, LeaderboardResponse
from .visibility import check_visible, get_visible_participant, home_path

leaderboards = Resource("leaderboards", description="Who earned most, where and when.")

ME = "me"


@leaderboards.call(
    "GET",
    "/leaderboards",
    query=LeaderboardQuery,
    answers={HTTPStatus.OK: LeaderboardResponse},
    refusals=(HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND),
    has_etag=True,
)
def show_leaderboard(query: dict[str, Any]) -> Response:
    """Show a leaderboard from the top, or around one participant."""
    actor = sessions.current_actor()
    node_id = query.pop("node_id")
    node = _home_center(actor) if node_id is None else _get_node(actor, node_id)
    now = clock.now()
    day = query.pop("date") or clock.local_date(now, clock.zone())
    around = _find_participant_id(actor, query.pop("around"))
    cursor = query.pop("cursor")
    if around is None and cursor is None:
        prepared = boards.prepare_board(node=node, day=day, now=now, render=_render, **query)
        return _send(prepared.body, etag=prepared.etag)
    board = boards.get_board(node=node, day=day, around=around, cursor=cursor, now=now, **query)
    return _send(_render(board), etag=None)


def _send(body: bytes, *, etag: str | None) -> Response:
    response = Response(body, mimetype="application/json")
    if etag is None:
        response.add_etag()
    else:
        response.set_etag(etag)
    # Kept, but never shown unasked: who withdraws is gone from it at the next question.
    response.headers["Cache-Control"] = "private, no-cache"
    response.make_conditional(request)
    return response


def _get_node(actor: SignedInActor, node_id: NodeId) -> Node:
    # Many ask for the same few boards, whose nodes hardly ever change.
    node = network.find_node_lately(node_id)
    if node is None:
        raise NodeNotFoundError
    check_visible(actor, node.path, NodeNotFoundError)
    return node


def _home_center(actor: SignedInActor) -> Node:
    label = home_path(actor).rstrip("/")
    node = network.find_node_by_label(label)
    if node is None:
        raise NodeNotFoundError
    return node


def _find_participant_id(actor: SignedInActor, around: str | None) -> ParticipantId | None:
    if around is None:
        return None
    if around == ME:
        return sessions.require_participant().participant_id
    participant_id = ParticipantId(UUID(around))
    return get_visible_participant(actor, participant_id).id


def _render(board: Board) -> bytes:
    return json.dumps(
        instance_of(LeaderboardResponse).dump(_facts(board)), ensure_ascii=False
    ).encode()


def _facts(board: Board) -> dict[str, Any]:
    return {
        "items": [
            {
                "id": standing.entity_id,
                "rank": standing.rank,
                "display_name": _show_name(standing),
                "value": standing.value,
                "change": _places(standing.change),
                "is_new": standing.change is not None and standing.change.is_new,
            }
            for standing in board.items
        ],
        "me": board.me,
        "as_of": board.as_of,
        "source": board.source,
        "next": board.next,
        "closed_at": board.closed_at,
        "later_entries": board.later_entries,
    }


def _show_name(standing: Standing) -> str:
    if standing.name is None:
        return HIDDEN_NAME
    return f"{standing.name} 尾号{standing.ending}" if standing.ending else standing.name


def _places(change: Change | None) -> int | None:
    return None if change is None or change.is_new else change.places

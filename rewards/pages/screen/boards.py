"""Leaderboards on a wall: the page, and what it is renewed from."""

from enum import StrEnum
from typing import TypeVar

import flask_babel
from flask import Blueprint, Response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from rewards.core import clock
from rewards.leaderboards.types import Kind, Period
from rewards.network import queries as network
from rewards.network.errors import NodeNotFoundError
from rewards.pages import assets
from rewards.pages.trees import nest
from rewards.web import addresses, preferences, qr, security

from . import snapshots
from .snapshots import Kept, Snapshot, Wanted

blueprint = Blueprint("screen_boards", __name__)

# A script of another origin tells in which language its page is.
LANGUAGE = "in"

E = TypeVar("E", bound=StrEnum)

_kept = Kept()


@blueprint.get("/screen")
def choose() -> ResponseReturnValue:
    """Show the nodes whose board a screen can show."""
    return render_template(
        "screen/choose.html",
        centers=[
            [node for node in nest(network.list_branch(center.path)) if not node.closed_at]
            for center in network.list_centers()
        ],
    )


@blueprint.get("/screen/board/<label>")
def show(label: str) -> ResponseReturnValue:
    """Show the board of a node."""
    wanted = read_wanted(label)
    now = clock.now()
    snapshot = _take(wanted)
    query = f"kind={wanted.kind}&period={wanted.period}&{LANGUAGE}={flask_babel.get_locale()}"
    streams = security.streams_origin() or ""
    return render_template(
        "screen/board.html",
        node=wanted.node,
        title=snapshots.name_board(wanted.kind, wanted.period, now),
        snapshot=snapshot,
        moment=now,
        json_address=f"/screen/board/{wanted.node.label}.json?{query}",
        stream_address=f"{streams}/streams/boards/{wanted.node.label}?{query}",
        build=assets.asset_address("board.js"),
        join=qr.qr_svg(addresses.page_link("/board"), flask_babel.gettext("扫码看自己的名次")),
    )


@blueprint.get("/screen/board/<label>.json")
def renew(label: str) -> ResponseReturnValue:
    """Return the parts of the page that change, for screens without a stream."""
    snapshot = _take(read_wanted(label))
    response = Response(snapshot.body, mimetype="application/json")
    response.set_etag(snapshot.etag)
    response.headers["Cache-Control"] = "no-cache"
    response.make_conditional(request)
    return response


@blueprint.get("/BOARD")
def join() -> ResponseReturnValue:
    """Lead from the symbol on the wall, which is all in capitals, to the board on the phone."""
    return redirect("/board")


def read_wanted(label: str) -> Wanted:
    """Return which board the request is for.

    :raises NodeNotFoundError: if there is no such node.
    """
    node = network.find_node_by_label(label)
    if node is None or node.closed_at is not None:
        raise NodeNotFoundError
    locale = request.args.get(LANGUAGE, "")
    if locale not in preferences.LOCALES.values():
        locale = str(flask_babel.get_locale())
    return Wanted(
        node=node,
        kind=_choose(Kind, "kind", Kind.STUDY),
        period=_choose(Period, "period", Period.MONTH),
        locale=locale,
    )


def _take(wanted: Wanted) -> Snapshot:
    return _kept.get(wanted.key, lambda: snapshots.make(wanted, now=clock.now()))


def _choose(members: type[E], name: str, usual: E) -> E:
    try:
        return members(request.args.get(name, usual))
    except ValueError:
        return usual

"""The leaderboard on a phone, and whether I am shown on it."""

from functools import partial
from typing import TypeVar

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from rewards.core import clock
from rewards.identity import service as identity
from rewards.leaderboards import queries as leaderboards
from rewards.leaderboards.types import Board, Kind, Period, Standing
from rewards.network import queries as network
from rewards.network.types import Node
from rewards.participants import rules as participant_rules
from rewards.participants.types import BoardDisplay, Participant

from . import frame

blueprint = Blueprint("board", __name__)

Choice = TypeVar("Choice", Period, Kind)

TOP = 3
NEIGHBOURS = 2
LENGTH_SIGNED_OUT = 20


@blueprint.get("/board")
def board() -> ResponseReturnValue:
    """Show the top, and me with my neighbours; this month unless asked otherwise."""
    me = frame.find_me()
    period = _choice(Period.MONTH, "period")
    kind = _choice(Kind.ALL, "kind")
    nodes = _list_nodes(me)
    label = request.args.get("node", "")
    node = next((each for each in nodes if each.label == label), nodes[-1] if nodes else None)
    if node is None:
        return frame.show("board_empty.html", me=me)
    now = clock.now()
    read = partial(
        leaderboards.get_board,
        node=node,
        kind=kind,
        period=period,
        day=clock.local_date(now, clock.zone()),
        now=now,
    )
    top = read(limit=LENGTH_SIGNED_OUT)
    mine = read(around=me.id) if me else None
    return frame.show(
        "board.html",
        me=me,
        board=top,
        lines=_lines(top, mine),
        mine=mine.me if mine else None,
        nodes=nodes,
        node_shown=node,
        shown_lines=frame.split_name(node.name),
        period=period,
        kind=kind,
        day=now,
        shown_as=participant_rules.find_public_name(me),
    )


@blueprint.post("/board/display")
def choose_display() -> ResponseReturnValue:
    """Show me on public boards from now on, or take me off them."""
    actor, me = frame.get_me()
    wanted = request.form.get("display")
    display = BoardDisplay.MASKED if wanted == "masked" else BoardDisplay.HIDDEN
    identity.set_board_display(actor=actor, participant_id=me.id, display=display, now=clock.now())
    return redirect(url_for("board.board"), code=303)


def _lines(top: Board, mine: Board | None) -> list[Standing | None]:
    """Return the lines to show; None stands for those left out between."""
    if mine is None or mine.me is None or mine.me.rank is None:
        return list(top.items)
    me_at = next(
        place
        for place, line in enumerate(mine.items)
        if line.member_id == str(mine.me.participant_id)
    )
    around = mine.items[max(0, me_at - NEIGHBOURS) : me_at + NEIGHBOURS + 1]
    first = [line for line in top.items[:TOP] if line not in around]
    if not first:
        return list(around)
    # Only a real gap is shown as one.
    gap = [None] if top.items[len(first)] not in around else []
    return [*first, *gap, *around]


def _list_nodes(me: Participant | None) -> list[Node]:
    """Return the nodes whose boards are offered, the widest first."""
    home = frame.find_home(me)
    return list(network.list_ancestors(home.path)) if home else list(network.list_centers())


def _choice(usual: Choice, name: str) -> Choice:
    try:
        return type(usual)(request.args.get(name, usual.value))
    except ValueError:
        return usual

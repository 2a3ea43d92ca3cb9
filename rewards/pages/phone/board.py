"""The leaderboard on a phone: the top, and me among my neighbours."""

from dataclasses import replace
from datetime import date
from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from rewards.core import clock
from rewards.leaderboards import queries as leaderboards
from rewards.leaderboards.queries import OwnPart
from rewards.leaderboards.types import Subject
from rewards.participants import queries as participants
from rewards.participants.types import Participant

from . import choosing, frame, progress, showing, standings
from .choosing import Wanted, read_wanted
from .standings import Row

blueprint = Blueprint("board", __name__)

TOP = 3
NEIGHBOURS = 2
LENGTH = 20


@blueprint.get("/board")
def board() -> ResponseReturnValue:
    """Show the top, and me with my neighbours; this month unless asked otherwise."""
    me = frame.find_me()
    now = clock.now()
    wanted = read_wanted(request.args, home=frame.find_home(me), now=now)
    if wanted is None:
        return frame.show("board_empty.html", me=me)
    part, own = _read(wanted, me), standings.list_own(wanted, me)
    return frame.show(
        "board.html",
        me=me,
        wanted=wanted,
        board=part.board,
        rows=_list_rows(wanted, part, own, is_linked=me is not None),
        risen=standings.find_rise(part, own),
        mine=part.board.me if part.around else None,
        words=standings.encourage(wanted, part),
        title=standings.name_board(wanted),
        before=_name_span(wanted, wanted.before) if standings.has_before(wanted) else None,
        after=None if wanted.is_current else _name_span(wanted, wanted.after),
        is_settling=standings.is_settling(wanted),
        nodes=choosing.list_nodes(wanted, frame.find_home(me)),
        place_shown=frame.split_name(wanted.node.name)[0],
        is_done=request.args.get("done") == "display",
        **_describe_showing(wanted, me),
    )


def _read(wanted: Wanted, me: Participant | None) -> OwnPart:
    if me is not None and wanted.subject is Subject.PARTICIPANT:
        return leaderboards.get_own_part(
            participant_id=me.id,
            node=wanted.node,
            kind=wanted.counted.kind,
            asset=wanted.counted.asset,
            period=wanted.period,
            day=wanted.day,
            length=LENGTH,
            top=TOP,
            neighbours=NEIGHBOURS,
            now=wanted.now,
        )
    read = leaderboards.get_board(
        node=wanted.node,
        subject=wanted.subject,
        kind=wanted.counted.kind,
        asset=wanted.counted.asset,
        period=wanted.period,
        day=wanted.day,
        limit=LENGTH,
        now=wanted.now,
    )
    return OwnPart(board=read, top=read.items, around=(), goal=None)


def _name_span(wanted: Wanted, day: date) -> str:
    return standings.name_span(replace(wanted, day=day))


def _list_rows(
    wanted: Wanted, part: OwnPart, own: frozenset[str], *, is_linked: bool
) -> list[Row | None]:
    """Return the lines to show; None stands for those left out between."""
    gap = [None] if part.is_gapped else []
    top, around = (
        [standings.build_row(line, wanted=wanted, own=own, is_linked=is_linked) for line in lines]
        for lines in (part.top, part.around)
    )
    return [*top, *gap, *around]


def _describe_showing(wanted: Wanted, me: Participant | None) -> dict[str, Any]:
    if me is None:
        return {"asks": False, "shown_as": None, "standing": None, "removal": None}
    asks = wanted.is_usual and showing.may_ask(me)
    return {
        "asks": asks,
        **showing.describe_ask(me),
        "standing": progress.find_standing(me) if asks else None,
        "removal": participants.find_open_removal(me.id),
    }

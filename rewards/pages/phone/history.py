"""Every line of my points and hours, with its why and what became of it."""

from datetime import date
from itertools import groupby
from uuid import UUID

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from rewards.access.types import ParticipantId
from rewards.appeals import rules as appeal_rules
from rewards.checkins import queries as checkins
from rewards.checkins.types import StarLevel
from rewards.core import clock
from rewards.corrections import queries as corrections
from rewards.ledger import queries as ledger
from rewards.ledger.types import Asset
from rewards.network import queries as network
from rewards.web import history as lines
from rewards.web.history import Line

from . import expiring, frame

blueprint = Blueprint("history", __name__)

DECIDED_SHOWN = 5
TABS = ("all", "in", "out", "hours")


@blueprint.get("/history")
def history() -> ResponseReturnValue:
    """Show my entries and what earned nothing, newest first."""
    _, me = frame.get_me()
    tab = request.args.get("tab", "all")
    tab = tab if tab in TABS else "all"
    asset = Asset.SERVICE_MINUTES if tab == "hours" else Asset.POINTS
    page = lines.page_lines(
        participant_id=me.id,
        asset=asset,
        direction="in" if tab == "in" else "out" if tab == "out" else None,
        cursor=request.args.get("cursor"),
    )
    return frame.show(
        "history.html",
        me=me,
        tab=tab,
        hours=checkins.list_own_hours(me.id, now=clock.now()) if tab == "hours" else (),
        back_fills=checkins.list_back_fills_of(me.id, limit=DECIDED_SHOWN)
        if tab == "hours"
        else (),
        reviews=checkins.list_reviews_of(me.id, limit=DECIDED_SHOWN) if tab == "hours" else (),
        level=_find_level(me.id) if tab == "hours" else None,
        balance=ledger.get_balance(me.id, asset=asset),
        days=[(day, list(found)) for day, found in groupby(page.items, key=_local_day)],
        expiring=() if tab == "hours" else expiring.list_mine(me),
        next_cursor=page.next,
        is_first=request.args.get("cursor") is None,
    )


@blueprint.get("/history/<uuid:line_id>")
def line(line_id: UUID) -> ResponseReturnValue:
    """Show one line with everything that is known about it, and the way to ask."""
    _, me = frame.get_me()
    found = lines.get_line(line_id, participant_id=me.id)
    entry = found.entry
    until = appeal_rules.find_end(found.at)
    return frame.show(
        "line.html",
        me=me,
        node=network.find_node(found.node_id),
        line=found,
        original=lines.get_line(entry.reverses_id, participant_id=me.id)
        if entry is not None and entry.reverses_id is not None
        else None,
        correction=None if entry is None else corrections.list_by_entries([entry.id]).get(entry.id),
        ask_until=until if clock.now() < until else None,
    )


def _find_level(participant_id: ParticipantId) -> StarLevel:
    minutes = ledger.get_balance(participant_id, asset=Asset.SERVICE_MINUTES).earned
    return checkins.get_star_level(minutes)


def _local_day(found: Line) -> date:
    return clock.local_date(found.at, clock.zone())

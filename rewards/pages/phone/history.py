"""Every line of my points and hours, with its why."""

from datetime import date
from itertools import groupby

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from rewards.access.types import ParticipantId
from rewards.checkins import queries as checkins
from rewards.checkins.types import StarLevel
from rewards.core import clock
from rewards.ledger import queries as ledger
from rewards.ledger.types import Asset, Entry

from . import frame

blueprint = Blueprint("history", __name__)

TABS = ("all", "in", "out", "hours")


@blueprint.get("/history")
def history() -> ResponseReturnValue:
    """Show my entries, newest first."""
    _, me = frame.get_me()
    tab = request.args.get("tab", "all")
    tab = tab if tab in TABS else "all"
    asset = Asset.SERVICE_MINUTES if tab == "hours" else Asset.POINTS
    page = ledger.page_entries(
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
        level=_find_level(me.id) if tab == "hours" else None,
        balance=ledger.get_balance(me.id, asset=asset),
        days=[(day, list(lines)) for day, lines in groupby(page.items, key=_local_day)],
        next_cursor=page.next,
        is_first=request.args.get("cursor") is None,
    )


def _find_level(participant_id: ParticipantId) -> StarLevel:
    minutes = ledger.get_balance(participant_id, asset=Asset.SERVICE_MINUTES).earned
    return checkins.get_star_level(minutes)


def _local_day(entry: Entry) -> date:
    return clock.local_date(entry.posted_at, clock.zone())

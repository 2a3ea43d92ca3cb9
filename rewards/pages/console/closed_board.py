"""A board of a closed period, to its last place."""

from datetime import date
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from werkzeug.exceptions import NotFound

from rewards.access.types import Verb
from rewards.leaderboards import queries as leaderboards
from rewards.leaderboards.rules import period_bounds
from rewards.leaderboards.types import Measure, Period, Source, Subject
from rewards.pages.board_names import MEASURES, name_period

from . import frame
from .boards import PERIODS

blueprint = Blueprint("console_closed_board", __name__)

LINES_SHOWN = 50
# There are no boards beyond; a period at the end of the calendar has no next one.
FIRST_DAY = date(2000, 1, 1)
LAST_DAY = date(2099, 12, 31)
SUBJECTS = {
    Subject.PARTICIPANT: lazy_gettext("个人"),
    Subject.TEAM: lazy_gettext("团队"),
    Subject.NODE: lazy_gettext("站点"),
}


E = TypeVar("E", bound=StrEnum)


@blueprint.get("/console/boards/<period>/<start>")
def show(period: str, start: str) -> ResponseReturnValue:
    """Show a closed board of the node at which the staff member works."""
    post = frame.enter(Verb.VIEW_BOOKS)
    kind, first = _choose(Period, period), _read_day(start)
    if kind not in PERIODS or first is None or period_bounds(kind, first)[0] != first:
        raise NotFound
    subject = _choose(Subject, request.args.get("subject", "")) or Subject.PARTICIPANT
    counted = _choose(Measure, request.args.get("counted", "")) or Measure.ALL
    board = leaderboards.get_board(
        node=post.node,
        subject=subject,
        kind=counted.kind,
        asset=counted.asset,
        period=kind,
        day=first,
        limit=LINES_SHOWN,
        cursor=request.args.get("cursor") or None,
        now=post.now,
    )
    if board.source is not Source.SNAPSHOT:
        raise NotFound
    address = f"/console/boards/{kind.value}/{first.isoformat()}"
    here = f"{address}?{urlencode({'counted': counted.value, 'subject': subject.value})}"
    return frame.show(
        "closed_board.html",
        post=post,
        current="books",
        board=board,
        name=name_period(kind, first, period_bounds(kind, first)[1] or first),
        address=address,
        here=here,
        is_first="cursor" not in request.args,
        subject=subject,
        subjects=SUBJECTS,
        counted=counted,
        all_counted=MEASURES,
        is_time=counted.is_time,
        period=kind,
    )


def _choose(members: type[E], value: str) -> E | None:
    return next((member for member in members if member.value == value), None)


def _read_day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_DAY <= day <= LAST_DAY else None

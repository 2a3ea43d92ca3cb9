"""A leaderboard as a screen shows it."""

from datetime import datetime
from typing import Any

from flask import render_template
from flask_babel import gettext as _

from rewards.core import clock
from rewards.leaderboards import queries as leaderboards
from rewards.leaderboards.types import Board, Period, Source, Standing, Subject
from rewards.pages.board_names import MEASURES
from rewards.screens.types import SlidePlan
from rewards.web import formats, public

from . import today
from .shown import Picture, Slide

ROWS = 10
TOP_RANK = 3


def draw(slide: Slide, *, now: datetime) -> Picture:
    """Return how the leaderboard of *slide* looks at *now*."""
    plan = slide.plan
    is_time = plan.measure.is_time
    board = leaderboards.get_board(
        node=slide.node,
        subject=plan.subject,
        kind=plan.measure.kind,
        asset=plan.measure.asset,
        period=plan.span,
        day=clock.local_date(now, clock.zone()),
        limit=ROWS,
        now=now,
    )
    rows = _list_rows(board)
    parts = {
        "ten": render_template("screen/_ten.html", rows=rows, is_time=is_time),
        "tiles": render_template("screen/_tiles.html", tiles=today.list_tiles(slide.node, now)),
        "live": render_template("screen/_live.html", lines=today.list_live(slide.node, now)),
        "rule": render_template(
            "screen/_rule.html",
            plan=plan,
            is_small=board.is_small,
            is_updating=board.source is Source.DATABASE,
            as_of=board.as_of,
        ),
    }
    return Picture(title=name_board(plan, now), parts=parts, as_of=board.as_of)


def name_board(plan: SlidePlan, now: datetime) -> str:
    """Return what a board is called: 11月学习榜."""
    spans = {
        Period.DAY: _("今天"),
        Period.WEEK: _("本周"),
        Period.MONTH: formats.month(now),
        Period.YEAR: _("今年"),
        Period.ALL: _("累计"),
    }
    title = _("%(period)s%(kind)s", period=spans[plan.span], kind=MEASURES[plan.measure])
    groups = {Subject.TEAM: _("队伍"), Subject.NODE: _("站点")}
    group = groups.get(plan.subject)
    return str(_("%(title)s · %(group)s", title=title, group=group) if group else title)


def _list_rows(board: Board) -> list[dict[str, Any]]:
    return [public.only(public.SCREEN_ROW, _row(standing)) for standing in board.items[:ROWS]]


def _row(standing: Standing) -> dict[str, Any]:
    return {
        "rank": standing.rank,
        "name": standing.name,
        "ending": standing.ending,
        "value": standing.value,
        "change": standing.change,
        "is_top": standing.rank <= TOP_RANK,
    }

"""A board as a screen shows it: parts of the page, made once for all who look."""

import hashlib
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import flask_babel
from flask import render_template
from flask_babel import gettext as _

from rewards.activities import queries as activities
from rewards.checkins import queries as checkins
from rewards.core import clock
from rewards.leaderboards import queries as leaderboards
from rewards.leaderboards.types import Board, Kind, Period, Standing
from rewards.ledger import queries as ledger
from rewards.ledger.types import Asset
from rewards.network.types import Node
from rewards.pages import assets
from rewards.redemptions import queries as redemptions
from rewards.stock import queries as stock
from rewards.stock.types import SpaceId
from rewards.web import formats

ROWS = 10
LIVE_LINES = 3
TOP_RANK = 3
# The moment a board is as of moves on by itself; sending it more often tells nothing.
FRESH_STEP_SECONDS = 30
KEPT_SECONDS = 2.0
KEPT_MAX = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which board a screen shows, and in which language."""

    node: Node
    kind: Kind
    period: Period
    locale: str

    @property
    def key(self) -> str:
        """Name the board among those of this process."""
        return f"{self.node.label} {self.kind} {self.period} {self.locale}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What goes to the screens, and a tag that changes with it."""

    parts: dict[str, str]
    body: str
    etag: str
    as_of: datetime


def make(wanted: Wanted, *, now: datetime) -> Snapshot:
    """Return what *wanted* looks like at *now*."""
    with flask_babel.force_locale(wanted.locale):
        return _make(wanted, now)


def name_board(kind: Kind, period: Period, now: datetime) -> str:
    """Return what a board is called: 11月学习榜."""
    kinds = {Kind.ALL: _("积分榜"), Kind.STUDY: _("学习榜"), Kind.SERVICE: _("服务榜")}
    periods = {
        Period.DAY: _("今天"),
        Period.WEEK: _("本周"),
        Period.MONTH: formats.month(now),
        Period.YEAR: _("今年"),
        Period.ALL: _("累计"),
    }
    return str(_("%(period)s%(kind)s", period=periods[period], kind=kinds[kind]))


class Kept:
    """Keeps what was made for a moment, so that many screens cost what one does."""

    def __init__(self, *, seconds: float = KEPT_SECONDS) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._made: dict[str, tuple[float, Snapshot]] = {}

    def get(self, key: str, make_it: Callable[[], Snapshot]) -> Snapshot:
        """Return what is kept under *key*, or what *make_it* returns."""
        kept = self._made.get(key)
        if kept is not None and time.monotonic() < kept[0]:
            return kept[1]
        made = make_it()
        with self._lock:
            if len(self._made) >= KEPT_MAX:
                self._made.clear()
            self._made[key] = (time.monotonic() + self._seconds, made)
        return made


def _make(wanted: Wanted, now: datetime) -> Snapshot:
    today = clock.local_date(now, clock.zone())
    board = leaderboards.get_board(
        node=wanted.node,
        kind=wanted.kind,
        period=wanted.period,
        day=today,
        limit=ROWS,
        now=now,
    )
    parts = {
        "ten": render_template("screen/_ten.html", rows=_list_rows(board)),
        "tiles": render_template("screen/_tiles.html", tiles=_list_tiles(wanted.node, now)),
        "live": render_template("screen/_live.html", lines=_list_live(wanted.node, now)),
    }
    seconds = int(board.as_of.timestamp())
    as_of = datetime.fromtimestamp(seconds - seconds % FRESH_STEP_SECONDS, board.as_of.tzinfo)
    body = json.dumps(
        {
            "parts": parts,
            "as_of": int(as_of.timestamp()),
            "title": name_board(wanted.kind, wanted.period, now),
            "fresh": formats.updated(as_of),
            "stale": formats.as_of(as_of),
            "build": assets.asset_address("board.js"),
        },
        ensure_ascii=False,
    )
    etag = hashlib.sha256(body.encode()).hexdigest()[:32]
    return Snapshot(parts=parts, body=body, etag=etag, as_of=as_of)


def _list_rows(board: Board) -> list[dict[str, Any]]:
    return [_row(standing) for standing in board.items[:ROWS]]


def _row(standing: Standing) -> dict[str, Any]:
    # Of a person nothing but these may reach a screen.
    return {
        "rank": standing.rank,
        "name": standing.name,
        "ending": standing.ending,
        "points": standing.value,
        "is_top": standing.rank <= TOP_RANK,
    }


def _list_tiles(node: Node, now: datetime) -> list[tuple[str, str]]:
    today = clock.local_date(now, clock.zone())
    month = clock.month_start(today)
    start = clock.day_bounds(month, clock.zone())[0]
    center_path = node.path.partition("/")[0] + "/"
    visits = sum(each.people for each in _turnouts(node, now).values())
    served = ledger.sum_earned(node_path=node.path, asset=Asset.SERVICE_MINUTES, start=month)
    district = ledger.sum_earned(node_path=center_path, asset=Asset.SERVICE_MINUTES)
    pieces = redemptions.sum_handed_over(_spaces(node), since=start)
    return [
        (_("今天签到"), formats.visits(visits)),
        (_("本月换走"), formats.pieces(pieces)),
        (_("本站%(month)s服务", month=formats.month(now)), formats.hours(served)),
        (_("全区累计服务"), formats.hours(district)),
    ]


def _list_live(node: Node, now: datetime) -> list[tuple[datetime, str]]:
    start = clock.day_bounds(clock.local_date(now, clock.zone()), clock.zone())[0]
    turnouts = _turnouts(node, now)
    occasions = activities.list_by_ids(list(turnouts))
    lines = [
        (
            turnout.last_at,
            _("%(title)s 第%(n)s位到场", title=occasions[each].title, n=turnout.people),
        )
        for each, turnout in turnouts.items()
    ]
    lines += [
        (
            each.at,
            _(
                "兑换台 送出%(name)s%(pieces)s",
                name=each.reward_name,
                pieces=formats.pieces(each.quantity, each.unit),
            ),
        )
        for each in redemptions.list_handed_over(_spaces(node), since=start, limit=LIVE_LINES)
    ]
    return sorted(lines, reverse=True)[:LIVE_LINES]


def _turnouts(node: Node, now: datetime) -> dict[Any, Any]:
    start, end = clock.day_bounds(clock.local_date(now, clock.zone()), clock.zone())
    occasions = activities.list_occasions(node_path=node.path, starts_from=start, starts_before=end)
    return checkins.list_turnouts([occasion.id for occasion in occasions])


def _spaces(node: Node) -> list[SpaceId]:
    return [space.id for space in stock.list_spaces(node.path)]

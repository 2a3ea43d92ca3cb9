"""What happened today in a branch: the figures of the tiles, and the latest lines."""

from collections.abc import Mapping
from datetime import datetime

from flask_babel import gettext as _

from rewards.activities import queries as activities
from rewards.activities.types import Occasion, OccasionId
from rewards.checkins import queries as checkins
from rewards.checkins.types import Turnout
from rewards.core import clock
from rewards.ledger import queries as ledger
from rewards.ledger.types import Asset
from rewards.network.types import Node
from rewards.redemptions import queries as redemptions
from rewards.stock import queries as stock
from rewards.stock.types import SpaceId
from rewards.web import formats

LIVE_LINES = 3

Tile = tuple[str, str]
Line = tuple[datetime, str]


def list_tiles(node: Node, now: datetime) -> list[Tile]:
    """Return the four figures beside a leaderboard."""
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


def list_live(node: Node, now: datetime, *, limit: int = LIVE_LINES) -> list[Line]:
    """Return the latest of what happened today, newest first; nobody is named."""
    turnouts = _turnouts(node, now)
    occasions = activities.list_by_ids(list(turnouts))
    lines = [
        (
            turnout.last_at,
            _("%(title)s 第%(n)s位到场", title=occasions[each].title, n=turnout.people),
        )
        for each, turnout in turnouts.items()
    ]
    return sorted(lines + _list_handed_over(node, now, limit), reverse=True)[:limit]


def list_occasions(node: Node, now: datetime) -> tuple[Occasion, ...]:
    """Return the occasions of a branch that start today."""
    start, end = clock.day_bounds(clock.local_date(now, clock.zone()), clock.zone())
    return activities.list_occasions(node_path=node.path, starts_from=start, starts_before=end)


def _list_handed_over(node: Node, now: datetime, limit: int) -> list[Line]:
    start = clock.day_bounds(clock.local_date(now, clock.zone()), clock.zone())[0]
    return [
        (
            each.at,
            _(
                "兑换台 送出%(name)s%(pieces)s",
                name=each.reward_name,
                pieces=formats.pieces(each.quantity, each.unit),
            ),
        )
        for each in redemptions.list_handed_over(_spaces(node), since=start, limit=limit)
    ]


def _turnouts(node: Node, now: datetime) -> Mapping[OccasionId, Turnout]:
    return checkins.list_turnouts([occasion.id for occasion in list_occasions(node, now)])


def _spaces(node: Node) -> list[SpaceId]:
    return [space.id for space in stock.list_spaces(node.path)]

"""What the exchange took in and handed out in a month, by nodes and items, without names."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from flask import Blueprint
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from rewards.access import rules as access
from rewards.access.types import Verb
from rewards.reports import queries
from rewards.reports.types import NodeFlow
from rewards.stock.types import RewardId
from rewards.stockroom import queries as stockroom
from rewards.stockroom.types import Coming
from rewards.web import spreadsheets
from rewards.web.spreadsheets import Cell, TableForm

from . import frame, periods
from .frame import Post
from .periods import Shown

blueprint = Blueprint("console_flow", __name__)

BARS_SHOWN = 20
BAR_WIDTH = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A line of the chart: pieces that came and were handed over, and the widths of their bars."""

    label: str
    came: int
    went: int
    came_width: int
    went_width: int


@blueprint.get("/console/stock/flow")
def show() -> ResponseReturnValue:
    """Show what came, was handed over and was left in a month, a quarter or a year."""
    post = frame.enter(Verb.VIEW_CONSOLE)
    shown = periods.read(post.now)
    coming = _list_coming(post, shown)
    flows = _list(post, shown, coming)
    return frame.show(
        "stock_flow.html",
        post=post,
        current="stock",
        shown=shown,
        neighbour=partial(periods.query_of, shown.span),
        spans=[(span, periods.query_of(span, shown.period)) for span in periods.SPANS],
        flows=flows,
        bars=_draw(flows),
        came=sum(flow.gained for flow in flows),
        handed_over=sum(flow.handed_over for flow in flows),
        returned=sum(flow.returned for flow in flows),
        returned_points=sum(flow.returned_points for flow in flows),
        closing=sum(flow.closing for flow in flows),
        points=sum(flow.points for flow in flows),
        given=sum(flow.given for flow in flows),
        on_the_way=sum(each.quantity for each in coming),
    )


@blueprint.get("/console/stock/flow.<any(csv, xlsx):form>")
def download(form: str) -> ResponseReturnValue:
    """Return the items of every node as a file."""
    post = frame.enter(Verb.VIEW_CONSOLE)
    shown = periods.read(post.now)
    coming = _list_coming(post, shown)
    return spreadsheets.answer_table(
        _write(_list(post, shown, coming), coming),
        name=f"stock-{shown.span.value}-{shown.period.first:%Y-%m}",
        form=TableForm(form),
    )


def _list(post: Post, shown: Shown, coming: Sequence[Coming]) -> tuple[NodeFlow, ...]:
    since, before = shown.bounds
    # The shelf from or to which all pieces of an item are on their way may be empty.
    moving = {side for each in coming for side in (each.reward_id, each.to_reward_id)}
    flows = queries.list_node_flows(
        node_path=post.node.path, since=since, before=before, always=moving
    )
    if shown.after is not None:
        return flows
    # What stands there now is not told to whoever counts it.
    counted = stockroom.list_counted(post.node.path)
    return tuple(
        flow if access.may(post.actor, Verb.MANAGE_STOCK, flow.node.path) else flow.hide(counted)
        for flow in flows
    )


def _list_coming(post: Post, shown: Shown) -> tuple[Coming, ...]:
    # Of a period that is over, what was on its way when it ended.
    at = min(shown.bounds[1], post.now)
    return stockroom.list_coming(post.node.path, at=at)


def _draw(flows: Sequence[NodeFlow]) -> list[Bar]:
    """Return the bars of the nodes, or of the items where there is but one node."""
    counted = (
        [(item.reward_name, item.gained, item.handed_over) for item in flows[0].lines]
        if len(flows) == 1
        else [(flow.node.name, flow.gained, flow.handed_over) for flow in flows]
    )
    moved = sorted((each for each in counted if each[1] or each[2]), key=lambda each: -each[2])
    most = max((max(came, went) for _label, came, went in moved), default=1)
    return [
        Bar(
            label=label,
            came=came,
            went=went,
            came_width=came * BAR_WIDTH // most,
            went_width=went * BAR_WIDTH // most,
        )
        for label, came, went in moved[:BARS_SHOWN]
    ]


def _write(flows: Sequence[NodeFlow], coming: Sequence[Coming]) -> Iterator[Sequence[Cell]]:
    yield [
        *(_("站点"), _("兑换点"), _("物品"), _("单位"), _("期初")),
        *(_("进"), _("换走"), _("退回"), _("其他出"), _("期末")),
        *(_("在途（发出）"), _("在途（要来）")),
    ]
    sent: Counter[RewardId] = Counter()
    due: Counter[RewardId] = Counter()
    for each in coming:
        sent[each.reward_id] += each.quantity
        due[each.to_reward_id] += each.quantity
    for flow in flows:
        for item in flow.lines:
            yield [
                *(flow.node.name, item.space_name, item.reward_name, item.unit, item.opening),
                *(item.gained, item.handed_over, item.returned, item.lost, item.closing),
                *(sent[item.reward_id], due[item.reward_id]),
            ]
        for item in flow.hidden:
            yield [
                *(flow.node.name, item.space_name, item.reward_name, item.unit),
                *("",) * 6,
                *(sent[item.reward_id], due[item.reward_id]),
            ]

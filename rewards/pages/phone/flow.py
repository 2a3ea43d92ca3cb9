"""What the exchange of a node took in and handed out in a month: for everybody, without names."""

from datetime import date, timedelta
from uuid import UUID

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from rewards.core import clock
from rewards.core.periods import Period, period_bounds
from rewards.network import queries as network
from rewards.reports import queries
from rewards.stockroom import queries as stockroom

from . import frame

blueprint = Blueprint("flow", __name__)

_FIRST = date(2000, 1, 1)
_DAY = timedelta(days=1)


@blueprint.get("/nodes/<uuid:node_id>/flow")
def show(node_id: UUID) -> ResponseReturnValue:
    """Show the shelves of a branch in one month; the running one unless another is asked for."""
    node = network.get_node(node_id)
    today = clock.local_date(clock.now(), clock.zone())
    first, last = period_bounds(Period.MONTH, _read_month(today))
    is_running = first <= today <= last
    flows = queries.list_node_flows(
        node_path=node.path,
        since=clock.day_bounds(first, clock.zone())[0],
        before=clock.day_bounds(last, clock.zone())[1],
    )
    if is_running:
        # Whoever counts a shelf can open this page too.
        counted = stockroom.list_counted(node.path)
        flows = tuple(flow.hide(counted) for flow in flows)
    return frame.show(
        "flow.html",
        me=frame.find_me(),
        node=node,
        first=first,
        flows=flows,
        before=first - _DAY,
        after=last + _DAY if last < today else None,
        is_running=is_running,
    )


def _read_month(today: date) -> date:
    try:
        day = date.fromisoformat(f"{request.args.get('month', '')}-01")
    except ValueError:
        return today
    return day if _FIRST <= day <= today else today

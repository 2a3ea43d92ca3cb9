"""The shelf of a space and what a count of it came to, as tables to keep."""

from collections.abc import Iterator
from uuid import UUID

from flask import Blueprint
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from rewards.access import rules as access
from rewards.access.types import Verb
from rewards.core import clock
from rewards.stock import queries as stock
from rewards.stock.errors import SpaceNotFoundError
from rewards.stock.types import Space, SpaceId
from rewards.stockroom import queries
from rewards.stockroom.errors import StocktakeNotFoundError
from rewards.stockroom.types import Stocktake, StocktakeId, StocktakeStatus
from rewards.web import spreadsheets
from rewards.web.spreadsheets import Cell, TableForm

from . import frame, spaces
from .frame import Post

blueprint = Blueprint("console_stock_tables", __name__)


def hides_levels(post: Post, space_id: SpaceId, node_path: str) -> bool:
    """Tell whether a shelf is being counted by whoever is not to be led by what should be there."""
    may_manage = access.may(post.actor, Verb.MANAGE_STOCK, node_path)
    return not may_manage and queries.find_open(space_id) is not None


@blueprint.get("/console/stock/shelf.xlsx", defaults={"form": TableForm.XLSX})
@blueprint.get("/console/stock/shelf.csv", defaults={"form": TableForm.CSV})
def download_shelf(form: TableForm) -> ResponseReturnValue:
    """Download what stands on the shelf, and what came and went this month."""
    post = frame.enter(Verb.FULFIL)
    space, _choices = spaces.choose(post, Verb.FULFIL)
    if space is None:
        raise SpaceNotFoundError
    return spreadsheets.answer_table(_list_shelf(post, space), name="shelf", form=form)


@blueprint.get(
    "/console/stock/stocktakes/<uuid:stocktake_id>.xlsx", defaults={"form": TableForm.XLSX}
)
@blueprint.get(
    "/console/stock/stocktakes/<uuid:stocktake_id>.csv", defaults={"form": TableForm.CSV}
)
def download_result(form: TableForm, stocktake_id: UUID) -> ResponseReturnValue:
    """Download what a stocktake that is closed came to."""
    post = frame.enter()
    stocktake = queries.get_stocktake(StocktakeId(stocktake_id))
    access.authorize(post.actor, Verb.FULFIL, stocktake.node_path)
    if stocktake.status is not StocktakeStatus.CLOSED:
        raise StocktakeNotFoundError
    return spreadsheets.answer_table(_list_result(stocktake), name="stocktake", form=form)


def _list_shelf(post: Post, space: Space) -> Iterator[tuple[Cell, ...]]:
    yield (
        _("物品"),
        _("单位"),
        _("积分"),
        _("架上"),
        _("已预留"),
        _("可换"),
        _("本月进"),
        _("本月出"),
    )
    is_blind = hides_levels(post, space.id, space.node_path)
    month = clock.month_start(clock.local_date(post.now, clock.zone()))
    moved = stock.sum_movements(space.id, since=clock.day_bounds(month, clock.zone())[0])
    for each in stock.list_rewards(space.id, listed_only=False):
        told: tuple[Cell, ...] = ("",) * 5
        if each.has_shelf and not is_blind:
            came, went = moved.get(each.id, (0, 0))
            told = (each.on_hand, each.reserved, each.available, came, went)
        yield (each.name, each.unit, each.points, *told)


def _list_result(stocktake: Stocktake) -> Iterator[tuple[Cell, ...]]:
    yield (_("物品"), _("单位"), _("账上"), _("数到"), _("差"), _("谁数的"), _("什么时候"))
    for item in stocktake.items:
        # A closed one has those items that were counted.
        if (last := item.last) is not None:
            moment = last.counted_at.astimezone(clock.zone())
            yield (
                item.name,
                item.unit,
                last.on_hand,
                last.counted,
                last.difference,
                last.counted_by_name or _("系统"),
                moment.strftime("%Y-%m-%d %H:%M"),
            )

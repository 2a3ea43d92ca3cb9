"""The history of a shelf: every piece that came, went or was set aside, and who moved it."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from rewards.access.types import Verb
from rewards.core import clock
from rewards.stock import queries
from rewards.stock.errors import SpaceNotFoundError
from rewards.stock.types import Movement, MovementKind, RewardId, Space
from rewards.web import spreadsheets
from rewards.web.spreadsheets import Cell, TableForm

from . import frame, spaces

blueprint = Blueprint("console_movements", __name__)

SHOWN = 50
# A download has so many parts at most, each read by one query: a busy shelf of a year.
PART = 1_000
PARTS_MAX = 100
# Every movement lies between; the first and the last day of the calendar have no bounds.
DAY_MIN = date(2000, 1, 1)
DAY_MAX = date(2099, 12, 31)
NAMES = {
    MovementKind.RECEIVE: _("入库"),
    MovementKind.RESERVE: _("预留"),
    MovementKind.RELEASE: _("取消预留"),
    MovementKind.FULFIL: _("兑换交付"),
    MovementKind.RETURN: _("退回上架"),
    MovementKind.REPLACE: _("换货"),
    MovementKind.DAMAGE: _("报损"),
    MovementKind.TRANSFER_OUT: _("调出"),
    MovementKind.TRANSFER_IN: _("调入"),
    MovementKind.STOCKTAKE: _("盘点差数"),
    MovementKind.ADJUST: _("更正"),
}
# Where the reason of a movement is told.
REASONS = {
    MovementKind.TRANSFER_OUT: "/console/stock/transfers/",
    MovementKind.TRANSFER_IN: "/console/stock/transfers/",
}


@blueprint.get("/console/stock/movements")
def show() -> ResponseReturnValue:
    """Show what moved, newest first, by item, kind and days."""
    post = frame.enter(Verb.VIEW_BOOKS)
    space, choices = spaces.choose(post, Verb.VIEW_BOOKS)
    if space is None:
        return frame.show("stock_none.html", post=post, current="stock")
    asked = _read_filter()
    page = queries.page_movements(
        node_paths=[space.node_path],
        space_id=space.id,
        cursor=request.args.get("cursor"),
        limit=SHOWN,
        **_bounds(asked),
    )
    query = {name: str(value) for name, value in asked.items() if value}
    return frame.show(
        "movements.html",
        post=post,
        current="stock",
        space=space,
        spaces=choices,
        rewards=queries.list_rewards(space.id, listed_only=False),
        kinds=NAMES,
        reasons=REASONS,
        name_actor=name_actor,
        asked=asked,
        movements=page.items,
        is_first="cursor" not in request.args,
        first=f"/console/stock/movements?{urlencode(query)}",
        query=urlencode({**query, "space": str(space.id)}),
        following=page.next
        and f"/console/stock/movements?{urlencode({**query, 'cursor': page.next})}",
    )


@blueprint.get("/console/stock/movements.xlsx", defaults={"form": TableForm.XLSX})
@blueprint.get("/console/stock/movements.csv", defaults={"form": TableForm.CSV})
def download(form: TableForm) -> ResponseReturnValue:
    """Download what the page shows, all of its parts together."""
    post = frame.enter(Verb.VIEW_BOOKS)
    space, _choices = spaces.choose(post, Verb.VIEW_BOOKS)
    if space is None:
        raise SpaceNotFoundError
    return spreadsheets.answer_table(_list_rows(space), name="movements", form=form)


def _list_rows(space: Space) -> Iterator[tuple[Cell, ...]]:
    yield (
        str(gettext("时间")),
        str(gettext("物品")),
        str(gettext("怎么动的")),
        str(gettext("架上")),
        str(gettext("已预留")),
        str(gettext("经办")),
        str(gettext("说明")),
    )
    bounds, cursor = _bounds(_read_filter()), None
    for _part in range(PARTS_MAX):
        page = queries.page_movements(
            node_paths=[space.node_path],
            space_id=space.id,
            cursor=cursor,
            limit=PART,
            **bounds,
        )
        for each in page.items:
            moment = each.moved_at.astimezone(clock.zone())
            yield (
                moment.strftime("%Y-%m-%d %H:%M"),
                each.reward_name,
                str(NAMES[each.kind]),
                each.on_hand,
                each.reserved,
                name_actor(each),
                each.note,
            )
        cursor = page.next
        if cursor is None:
            return
    yield (str(gettext("还有更早的没有列进来，请按日期分几次下载")),)


def name_actor(movement: Movement) -> str:
    """Return who moved it; of residents, that it was one."""
    if movement.actor_name:
        return movement.actor_name
    is_resident = movement.actor.startswith("participant:")
    return str(gettext("居民") if is_resident else gettext("系统"))


def _read_filter() -> dict[str, Any]:
    return {
        "reward": _read(UUID, "reward"),
        "kind": _read(MovementKind, "kind"),
        "since": _read(_parse_day, "since"),
        "until": _read(_parse_day, "until"),
    }


def _parse_day(text: str) -> date:
    return min(max(date.fromisoformat(text), DAY_MIN), DAY_MAX)


def _read(parse: Any, name: str) -> Any:
    try:
        return parse(request.args[name])
    except (KeyError, ValueError):
        return None


def _bounds(asked: dict[str, Any]) -> dict[str, Any]:
    zone = clock.zone()
    since, until = asked["since"], asked["until"]
    reward = asked["reward"]
    return {
        "reward_id": None if reward is None else RewardId(reward),
        "kind": asked["kind"],
        "since": None if since is None else clock.day_bounds(since, zone)[0],
        "before": None if until is None else clock.day_bounds(until, zone)[1],
    }

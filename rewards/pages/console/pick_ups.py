"""What waits to be collected, and what nobody came for: people to call, lists to print."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from rewards.access.types import Verb
from rewards.core import clock
from rewards.core.paging import Page
from rewards.redemptions import queries, rules, service
from rewards.redemptions.types import Redemption, RedemptionId
from rewards.stock import queries as stock
from rewards.stock.types import Slot, SlotId, Space, SpaceId
from rewards.web import spreadsheets
from rewards.web.spreadsheets import Cell, TableForm

from . import frame, spaces
from .frame import Post

blueprint = Blueprint("console_pick_ups", __name__)

LINES_SHOWN = 60
FILE_BATCH = 500
FILE_LINES_MAX = 20_000
MISSED_KEPT = rules.CALLED_WITHIN
SOON = timedelta(days=2)


@blueprint.get("/console/pick-ups")
def show() -> ResponseReturnValue:
    """Show what waits to be collected, the first to expire first; or what nobody came for."""
    post, choices = _enter()
    wanted, is_missed = _read_space(choices), request.args.get("list") == "missed"
    ids = [space.id for space in choices if wanted in {None, space.id}]
    page = _list(post, ids, is_missed=is_missed, limit=LINES_SHOWN)
    proxies, slots = _look_up(page.items)
    return frame.show(
        "pick_ups.html",
        post=post,
        current="desk",
        spaces=choices,
        wanted=wanted,
        is_missed=is_missed,
        rows=[
            (each, latest, each.id in proxies, latest - post.now < SOON)
            for each, latest in queries.list_with_last_moments(page.items)
        ],
        slots={each.id: slots.get(each.slot_id) for each in page.items},
        waiting=queries.count_due(ids),
        kept_days=MISSED_KEPT.days,
        next_cursor=page.next,
        is_first=request.args.get("cursor") is None,
        query=f"list={'missed' if is_missed else 'waiting'}&space={wanted or ''}",
    )


@blueprint.get("/console/pick-ups.<any(csv, xlsx):form>")
def download(form: str) -> ResponseReturnValue:
    """Return the list as a file."""
    post, choices = _enter()
    wanted, is_missed = _read_space(choices), request.args.get("list") == "missed"
    ids = [space.id for space in choices if wanted in {None, space.id}]
    day = clock.local_date(post.now, clock.zone())
    name = f"{'missed' if is_missed else 'pick-ups'}-{day.isoformat()}"
    rows = _write(post, ids, is_missed=is_missed)
    return spreadsheets.answer_table(rows, name=name, form=TableForm(form))


@blueprint.post("/console/pick-ups/<uuid:redemption_id>/owner")
def show_owner(redemption_id: UUID) -> ResponseReturnValue:
    """Show whom to call about a redemption; that somebody looked is written down."""
    post = frame.enter(Verb.FULFIL)
    person = service.show_owner(
        actor=post.actor, redemption_id=RedemptionId(redemption_id), now=post.now
    )
    redemption = queries.get_redemption(RedemptionId(redemption_id))
    return frame.show(
        "pick_up_owner.html",
        post=post,
        current="desk",
        person=person,
        redemption=redemption,
        latest=queries.get_last_moment(redemption.space_id, redemption.expires_at),
    )


def _enter() -> tuple[Post, tuple[Space, ...]]:
    post = frame.enter(Verb.FULFIL)
    return post, spaces.list_of(post, Verb.FULFIL)


def _read_space(choices: Sequence[Space]) -> SpaceId | None:
    asked = request.args.get("space", "")
    return next((space.id for space in choices if str(space.id) == asked), None)


def _list(
    post: Post,
    ids: Sequence[SpaceId],
    *,
    is_missed: bool,
    limit: int,
    cursor: str | None = None,
) -> Page[Redemption]:
    after = cursor or request.args.get("cursor")
    if is_missed:
        since = post.now - MISSED_KEPT
        return queries.page_missed(ids, since=since, cursor=after, limit=limit)
    return queries.page_waiting(ids, cursor=after, limit=limit)


def _look_up(
    items: Sequence[Redemption],
) -> tuple[Collection[RedemptionId], dict[SlotId | None, Slot]]:
    """Return which of these somebody else may collect, and the slots they have."""
    proxies = queries.list_proxies([each.id for each in items])
    return proxies, stock.list_slots_by_ids({each.slot_id for each in items})


def _tell_moment(moment: datetime | None) -> str:
    return f"{moment.astimezone(clock.zone()):%Y-%m-%d %H:%M}" if moment else ""


def _write(post: Post, ids: Sequence[SpaceId], *, is_missed: bool) -> Iterator[Sequence[Cell]]:
    yield [
        *(_("居民"), _("志愿者号"), _("手机"), _("物品"), _("数量"), _("积分"), _("兑换点")),
        *((_("没领，退回的时间"),) if is_missed else (_("最晚"), _("约的时段"), _("请人代领"))),
    ]
    cursor, count = None, 0
    while count < FILE_LINES_MAX:
        page = _list(post, ids, is_missed=is_missed, limit=FILE_BATCH, cursor=cursor)
        proxies, slots = _look_up(() if is_missed else page.items)
        for each, latest in queries.list_with_last_moments(page.items):
            row: list[Cell] = [
                *(each.masked_name, each.number, each.masked_phone, each.reward_name),
                *(each.quantity, each.points, each.space_name),
                _tell_moment(each.closed_at if is_missed else latest),
            ]
            if not is_missed:
                slot = slots.get(each.slot_id)
                row += [
                    _tell_moment(slot.starts_at if slot else None),
                    _("是") if each.id in proxies else "",
                ]
            yield row
        cursor, count = page.next, count + len(page.items)
        if cursor is None:
            return

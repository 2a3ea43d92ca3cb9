"""What waits for me and what I collected: the pick-up page, who collects, by when, and when."""

from contextlib import suppress
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from rewards.core import clock
from rewards.core.errors import RewardsError
from rewards.network import queries as network
from rewards.pages import opening
from rewards.redemptions import queries, rules, service
from rewards.redemptions.errors import (
    InvalidProxyError,
    RedemptionAlreadyExtendedError,
    RedemptionNotFoundError,
)
from rewards.redemptions.types import Redemption, RedemptionId, RedemptionStatus
from rewards.stock import queries as stock
from rewards.stock.types import Desk, Slot, SpaceId
from rewards.web import preferences, sentences, statuses
from rewards.web.qr import qr_svg
from rewards.web.sentences import Sentence

from . import frame, telling

blueprint = Blueprint("pickups", __name__)


@blueprint.get("/redemptions")
def list_mine() -> ResponseReturnValue:
    """Show what waits for me, and what became of all that I reserved before."""
    _, me = frame.get_me()
    cursor = request.args.get("cursor")
    page = queries.page_redemptions(participant_id=me.id, cursor=cursor)
    waiting = queries.list_open(me.id) if cursor is None else ()
    return frame.show(
        "pickups.html",
        me=me,
        waiting=queries.list_with_last_moments(waiting),
        past=[each for each in page.items if each.status is not RedemptionStatus.RESERVED],
        is_first=cursor is None,
        next_cursor=page.next,
    )


def show(redemption: Redemption) -> ResponseReturnValue:
    """Return the page of a redemption: its code, or what became of it."""
    if redemption.wish_id is not None:
        return redirect(url_for("phone_wishes.thank", redemption_id=redemption.id))
    now = clock.now()
    space = stock.get_space(redemption.space_id)
    return frame.show(
        "pickup.html",
        me=frame.find_me(),
        node=network.find_node(space.node_id),
        redemption=redemption,
        space=space,
        opening=opening.look(space, Desk.EXCHANGE, now),
        latest=queries.get_last_moment(space.id, redemption.expires_at),
        code=qr_svg(redemption.code, redemption.code),
        is_over=rules.is_overdue(redemption, now),
        proxy=queries.find_proxy(redemption.id),
        slot=stock.find_slot(redemption.slot_id),
        has_slots=space.slot_minutes is not None,
        rest=queries.find_rest(redemption.id),
        returned=queries.find_return(redemption.id),
        return_day=_find_return_day(redemption, now),
    )


@blueprint.get("/redemptions/<uuid:redemption_id>/proxy")
def ask_proxy(redemption_id: UUID) -> ResponseReturnValue:
    """Ask who collects for me."""
    return _ask_proxy(get_mine(redemption_id))


@blueprint.post("/redemptions/<uuid:redemption_id>/proxy")
def name_proxy(redemption_id: UUID) -> ResponseReturnValue:
    """Keep who collects for me; sent twice it is kept once."""
    actor, _ = frame.get_me()
    found = get_mine(redemption_id)
    typed = {name: request.form.get(name, "") for name in ("name", "phone_tail")}
    if preferences.switch_size():
        return _ask_proxy(found, typed=typed)
    try:
        service.name_proxy(actor=actor, redemption_id=found.id, now=clock.now(), **typed)
    except InvalidProxyError as error:
        return _ask_proxy(found, typed=typed, error=error), statuses.status_of(error)
    return _back(found)


@blueprint.post("/redemptions/<uuid:redemption_id>/proxy/removal")
def forget_proxy(redemption_id: UUID) -> ResponseReturnValue:
    """Let me collect myself after all."""
    actor, _ = frame.get_me()
    found = get_mine(redemption_id)
    service.forget_proxy(actor=actor, redemption_id=found.id, now=clock.now())
    return _back(found)


@blueprint.get("/redemptions/<uuid:redemption_id>/extension")
def ask_extension(redemption_id: UUID) -> ResponseReturnValue:
    """Ask once more before the only time that more time can be had."""
    return _ask_extension(get_mine(redemption_id))


@blueprint.post("/redemptions/<uuid:redemption_id>/extension")
def extend(redemption_id: UUID) -> ResponseReturnValue:
    """Keep the goods for me seven days longer."""
    actor, _ = frame.get_me()
    found = get_mine(redemption_id)
    if preferences.switch_size():
        return _ask_extension(found)
    # Whoever taps twice has what they wanted.
    with suppress(RedemptionAlreadyExtendedError):
        service.extend(actor=actor, redemption_id=found.id, now=clock.now())
    return _back(found)


@blueprint.get("/redemptions/<uuid:redemption_id>/slot")
def ask_slot(redemption_id: UUID) -> ResponseReturnValue:
    """Show when I can come."""
    return _ask_slot(get_mine(redemption_id))


@blueprint.post("/redemptions/<uuid:redemption_id>/slot")
def choose_slot(redemption_id: UUID) -> ResponseReturnValue:
    """Keep a place for me at the time that I chose."""
    actor, _ = frame.get_me()
    found = get_mine(redemption_id)
    if preferences.switch_size():
        return _ask_slot(found, telling.read_sentence(telling.read()))
    try:
        service.choose_slot(
            actor=actor,
            redemption_id=found.id,
            starts_at=read_slot(request.form.get("slot", "")),
            now=clock.now(),
        )
    except RewardsError as error:
        return _ask_slot(found, sentences.explain(error)), statuses.status_of(error)
    return _back(found)


def get_mine(redemption_id: UUID) -> Redemption:
    """Return the redemption if it is the asking participant's; others' do not exist here.

    :raises RedemptionNotFoundError: if there is none, or it is somebody else's.
    """
    _, me = frame.get_me()
    found = queries.get_redemption(RedemptionId(redemption_id))
    if found.participant_id != me.id:
        raise RedemptionNotFoundError
    return found


def read_slot(text: str) -> datetime | None:
    """Return when the slot begins that a form names, or None if it names none."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadRequest from error
    if moment.tzinfo is None:
        raise BadRequest
    return moment


def list_slots(
    space_id: SpaceId, *, until: datetime, now: datetime
) -> list[tuple[datetime, list[Slot]]]:
    """Return the slots that begin before *until*, by day: its first moment, and those of it."""
    zone = clock.zone()
    offered = [each for each in stock.list_slots(space_id, now) if each.starts_at < until]
    by_day = groupby(offered, key=lambda each: clock.local_date(each.starts_at, zone))
    return [(clock.day_bounds(day, zone)[0], list(slots)) for day, slots in by_day]


def _ask_proxy(
    redemption: Redemption,
    *,
    typed: dict[str, str] | None = None,
    error: InvalidProxyError | None = None,
) -> str:
    proxy = queries.find_proxy(redemption.id)
    known = {"name": proxy.name, "phone_tail": proxy.phone_tail} if proxy else {}
    return _show(
        "pickup_proxy.html",
        redemption,
        named=proxy is not None,
        typed=known if typed is None else typed,
        wrong=error.members["field"] if error else "",
    )


def _ask_extension(redemption: Redemption) -> str:
    zone = clock.zone()
    hours = stock.get_hours(redemption.space_id, since=clock.local_date(clock.now(), zone))
    later = rules.extended_until(redemption.expires_at, zone, hours=hours)
    space = stock.get_space(redemption.space_id)
    return _show(
        "pickup_extend.html",
        redemption,
        latest=queries.get_last_moment(space.id, redemption.expires_at),
        later=queries.get_last_moment(space.id, later),
    )


def _ask_slot(redemption: Redemption, sentence: Sentence | None = None) -> str:
    return _show(
        "pickup_slot.html",
        redemption,
        slot=stock.find_slot(redemption.slot_id),
        days=list_slots(redemption.space_id, until=redemption.expires_at, now=clock.now()),
        sentence=sentence,
    )


def _show(template: str, redemption: Redemption, **values: Any) -> str:
    rules.check_is_collectable(redemption, clock.now())
    space = stock.get_space(redemption.space_id)
    return frame.show(
        template,
        me=frame.find_me(),
        node=network.find_node(space.node_id),
        redemption=redemption,
        space=space,
        **values,
    )


def _back(redemption: Redemption) -> ResponseReturnValue:
    return redirect(url_for("rewards.redemption", redemption_id=redemption.id), code=303)


def _find_return_day(redemption: Redemption, now: datetime) -> date | None:
    if redemption.wish_id is not None or queries.find_return(redemption.id) is not None:
        return None
    until = rules.returnable_until(redemption, clock.zone())
    return _last_day(until) if until is not None and now < until else None


def _last_day(until: datetime) -> date:
    # It is the midnight at which that day is over.
    return clock.local_date(until - timedelta(microseconds=1), clock.zone())

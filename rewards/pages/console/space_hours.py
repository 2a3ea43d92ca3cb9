"""When a space is open, on which days it is not, and the slots to collect in."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _

from rewards.access import rules as access
from rewards.access.types import Verb
from rewards.core import clock
from rewards.core.errors import RewardsError
from rewards.pages import opening
from rewards.stock import queries as stock
from rewards.stock import rules, service
from rewards.stock.errors import InvalidHoursError
from rewards.stock.types import Desk, Hours, Space, SpaceId, SpecialDay
from rewards.web import formats, sentences, statuses

from . import frame, safety, seen
from .frame import Post

blueprint = Blueprint("console_space_hours", __name__)

DESK_NAMES = {Desk.SPACE: _("线下空间"), Desk.EXCHANGE: _("兑换台")}
ADDRESS = "/console/spaces/<uuid:space_id>/hours"


@blueprint.get(ADDRESS)
def show(space_id: UUID) -> ResponseReturnValue:
    """Show the hours of a space, and the forms to change them."""
    post, space = _enter(space_id)
    return _page(post, space)


@blueprint.post(f"{ADDRESS}/week")
def set_week(space_id: UUID) -> ResponseReturnValue:
    """Set the hours of the weekdays of a desk, or let the exchange desk be open as the space is."""
    post, space = _enter(space_id)
    desk = _read_desk()
    if request.form.get("same") == "yes" and desk is Desk.EXCHANGE:
        return _change(post, space, service.set_week, desk=desk, week=None)
    try:
        week = tuple(rules.read_spans(request.form.get(f"day-{n}", "")) for n in range(7))
    except InvalidHoursError as error:
        return _page(post, space, error=error, form="week"), statuses.status_of(error)
    if desk is Desk.SPACE and not any(week):
        # Nobody is closed on every day: what was written is taken back.
        return _change(post, space, service.set_week, desk=desk, week=None)
    return _change(post, space, service.set_week, desk=desk, week=week)


@blueprint.post(f"{ADDRESS}/days")
def set_days(space_id: UUID) -> ResponseReturnValue:
    """Give a desk other hours on some days; without any it is closed on them."""
    post, space = _enter(space_id)
    try:
        first = _read_day("first")
        last = _read_day("last") if request.form.get("last") else first
        spans = rules.read_spans(request.form.get("spans", ""))
    except InvalidHoursError as error:
        return _page(post, space, error=error, form="days"), statuses.status_of(error)
    return _change(
        post,
        space,
        service.set_special_days,
        form="days",
        desk=_read_desk(),
        first=first,
        last=last,
        spans=spans,
        reason=request.form.get("reason", ""),
    )


@blueprint.post(f"{ADDRESS}/days/drop")
def drop_days(space_id: UUID) -> ResponseReturnValue:
    """Let days be like others again."""
    post, space = _enter(space_id)
    try:
        first, last = _read_day("first"), _read_day("last")
    except InvalidHoursError as error:
        return _page(post, space, error=error), statuses.status_of(error)
    return _change(
        post,
        space,
        service.drop_special_days,
        form="days",
        desk=_read_desk(),
        first=first,
        last=last,
    )


@blueprint.post(f"{ADDRESS}/slots")
def set_slots(space_id: UUID) -> ResponseReturnValue:
    """Set how long slots are and how many come in each."""
    post, space = _enter(space_id)
    minutes = _read_number("minutes")
    capacity = _read_number("capacity") if minutes else None
    return _change(
        post, space, service.set_slots, form="slots", minutes=minutes or None, capacity=capacity
    )


@blueprint.post(f"{ADDRESS}/words")
def describe(space_id: UUID) -> ResponseReturnValue:
    """Set the address, the phone and what is said besides the hours."""
    post, space = _enter(space_id)
    return _change(
        post,
        space,
        service.describe_space,
        form="words",
        **seen.list_changes(_read_words(request.form), request.form, _read_words),
    )


def _read_words(typed: Mapping[str, str]) -> dict[str, str]:
    return {name: typed.get(name, "") for name in ("address", "hours", "phone")}


def _enter(space_id: UUID) -> tuple[Post, Space]:
    post = frame.enter()
    space = stock.get_space(SpaceId(space_id))
    access.authorize(post.actor, Verb.MANAGE_STOCK, space.node_path)
    return post, space


def _change(
    post: Post, space: Space, change: Callable[..., Any], *, form: str = "week", **values: Any
) -> ResponseReturnValue:
    safety.require_key()
    try:
        safety.run_once(
            change,
            post=post,
            route=f"console {change.__name__}",
            render=lambda _changed: {"space": space.id.hex},
            space_id=space.id,
            **values,
        )
    except RewardsError as error:
        return _page(post, space, error=error, form=form), statuses.status_of(error)
    return redirect(f"/console/spaces/{space.id}/hours?done={form}#{form}", code=303)


def _page(post: Post, space: Space, *, error: RewardsError | None = None, form: str = "") -> str:
    today = clock.local_date(post.now, clock.zone())
    hours = stock.get_hours(space.id, since=today)
    return frame.show(
        "space_hours.html",
        post=post,
        current="stock",
        space=space,
        hours=hours,
        desks=DESK_NAMES,
        now_open={desk: opening.look(space, desk, post.now) for desk in Desk},
        weekdays=[formats.weekdays(n, n) for n in range(7)],
        weeks={desk: _write_week(hours, desk) for desk in Desk},
        runs=_tell_days(space, hours),
        slot_minutes=rules.SLOT_MINUTES,
        today=today,
        days_max=today + rules.SPECIAL_AHEAD_MAX,
        typed=request.form if error else {},
        form=form,
        seen=_tell_seen(space, form=form),
        key=safety.new_key(),
        done=request.args.get("done", ""),
        sentence=None if error is None else sentences.explain(error, to_staff=True),
    )


def _tell_seen(space: Space, *, form: str) -> str:
    # A form that comes back with its error is still the one that was opened then.
    opened_with = request.form.get(seen.FIELD, "") if form == "words" else ""
    return opened_with or seen.note(
        {"address": space.address, "hours": space.hours, "phone": space.phone}
    )


def _write_week(hours: Hours, desk: Desk) -> list[str]:
    week = hours.weeks.get(desk) or hours.weeks.get(Desk.SPACE)
    return [rules.write_spans(spans) for spans in week] if week else [""] * 7


def _join_days(hours: Hours) -> list[tuple[SpecialDay, SpecialDay]]:
    """Return the special days of a desk that are alike and follow each other as one."""
    runs: list[tuple[SpecialDay, SpecialDay]] = []
    days = sorted(hours.days.values(), key=lambda each: (each.desk, each.day))
    for each in days:
        before = runs[-1][1] if runs else None
        is_next = before is not None and (
            (before.desk, before.spans, before.reason) == (each.desk, each.spans, each.reason)
            and each.day - before.day == timedelta(days=1)
        )
        if is_next:
            runs[-1] = (runs[-1][0], each)
        else:
            runs.append((each, each))
    return sorted(runs, key=lambda run: run[0].day)


def _tell_days(space: Space, hours: Hours) -> list[tuple[SpecialDay, SpecialDay, object, int]]:
    return [
        (
            first,
            last,
            DESK_NAMES[first.desk],
            stock.count_booked(space.id, first=first.day, last=last.day),
        )
        for first, last in _join_days(hours)
    ]


def _read_desk() -> Desk:
    return Desk.EXCHANGE if request.form.get("desk") == Desk.EXCHANGE else Desk.SPACE


def _read_day(name: str) -> date:
    try:
        return date.fromisoformat(request.form.get(name, ""))
    except ValueError:
        raise InvalidHoursError(field=name) from None


def _read_number(name: str) -> int | None:
    text = request.form.get(name, "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else None

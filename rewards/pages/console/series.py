"""Series: what comes again at the node, its days to come, changing and ending it."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from rewards.access import rules as access
from rewards.access.types import Verb
from rewards.activities import queries as activities
from rewards.activities import rules as patterns
from rewards.activities import service
from rewards.activities.types import Occasion, Pattern, Series, SeriesId
from rewards.core import clock
from rewards.core.errors import RewardsError
from rewards.network import queries as network
from rewards.web import sentences, statuses

from . import (
    again_form,
    frame,
    occasion_form,
    occasions,
    safety,
    seen,
    series_plan,
    words,
)
from .frame import Post
from .occasion_form import Draft

blueprint = Blueprint("console_series", __name__)

DAY = timedelta(days=1)


@blueprint.get("/console/series")
def list_all() -> ResponseReturnValue:
    """Show everything that comes again at the node."""
    post = frame.enter()
    today = clock.local_date(post.now, clock.zone())
    listed = activities.list_series(node_path=post.node.path, day=today)
    return frame.show(
        "series_list.html",
        post=post,
        current="occasions",
        lines=[(each, _hours(each), network.get_node(each.node_id)) for each in listed],
        may_plan=post.may(Verb.MANAGE_OCCASION),
    )


@blueprint.get("/console/series/<uuid:series_id>")
def show(series_id: UUID) -> ResponseReturnValue:
    """Show a series with its days to come."""
    post, series = _get(series_id, Verb.VIEW_CONSOLE)
    return _page(post, series)


@blueprint.get("/console/series/<uuid:series_id>/edit")
def ask_changes(series_id: UUID) -> ResponseReturnValue:
    """Ask what is to be changed, and from which day on."""
    post, series = _get(series_id)
    return occasions.show_form(post, Draft(typed=_fill(post, series)), series=series)


@blueprint.post("/console/series/<uuid:series_id>/edit")
def change(series_id: UUID) -> ResponseReturnValue:
    """Change a series from a day on, after its dates were looked at."""
    post, series = _get(series_id)
    draft = occasion_form.read_changes(request.form, post.node.path)
    is_kept = request.form.get("again") == "other"
    again = again_form.read(request.form, has_end=False)
    if not is_kept:
        draft.errors |= again.errors
    if draft.errors or request.form.get("step") == "back":
        status = 422 if draft.errors else 200
        return occasions.show_form(post, draft, series=series), status
    times = series_plan.times_of(draft.values)
    rule = None if is_kept else _new_rule(series, again.rule, times)
    try:
        if rule is not None and request.form.get("step") != "plan":
            return _check(post, series, rule, times)
        answer = safety.run_once(
            service.change_series,
            post=post,
            route=f"console series {series.id.hex}",
            render=lambda after: {"id": str(after.id)},
            # What there is to be changed is nothing any more when the form comes again.
            asked=_asked(),
            series_id=series.id,
            slot_from=times["starts_on"],
            changes=series_plan.list_changes(series, draft, post),
            rule=rule,
            **series_plan.hours_of(series, times, post),
        )
    except RewardsError as error:
        form = occasions.show_form(post, draft, series=series, error=error)
        return form, statuses.status_of(error)
    return redirect(f"/console/series/{answer.body['id']}?done=changed", code=303)


@blueprint.post("/console/series/<uuid:series_id>/skips")
def skip(series_id: UUID) -> ResponseReturnValue:
    """Leave out the days that were ticked, and the one that was typed."""
    post, series = _get(series_id)
    days = series_plan.read_skips(request.form)
    if not days:
        return _page(post, series, skip_error=_("请勾上或填上不办的那一天")), 422
    try:
        for day in sorted(days):
            service.skip_day(actor=post.actor, series_id=series.id, slot=day, now=post.now)
    except RewardsError as error:
        again = activities.get_series(series.id)
        return _page(post, again, error=error), statuses.status_of(error)
    return redirect(f"/console/series/{series.id}?done=skipped", code=303)


@blueprint.post("/console/series/<uuid:series_id>/restored")
def restore(series_id: UUID) -> ResponseReturnValue:
    """Take back that a day is left out."""
    post, series = _get(series_id)
    try:
        slot = date.fromisoformat(request.form.get("day", ""))
        safety.run_once(
            service.restore_day,
            post=post,
            route="console series day",
            render=lambda _after: {},
            series_id=series.id,
            slot=slot,
        )
    except ValueError:
        return _page(post, series), 422
    except RewardsError as error:
        return _page(post, series, error=error), statuses.status_of(error)
    return redirect(f"/console/series/{series.id}?done=changed", code=303)


@blueprint.post("/console/series/<uuid:series_id>/end")
def end(series_id: UUID) -> ResponseReturnValue:
    """Say until which day it goes on, after what that cancels was looked at; or for ever."""
    post, series = _get(series_id)
    if request.form.get("step") == "back":
        return redirect(f"/console/series/{series.id}", code=303)
    text = request.form.get("ends_on", "").strip()
    try:
        ends_on = date.fromisoformat(text) if text else None
    except ValueError:
        return _page(post, series, end_error=_("请选日期")), 422
    if ends_on is not None and request.form.get("step") != "plan":
        pattern = replace(series.pattern, ends_on=ends_on)
        planned = activities.list_of_series(series.id, slot_from=ends_on + DAY)
        if series_plan.list_cancelled(planned, pattern, post.now):
            return _check_end(post, series, pattern, planned)
    try:
        service.set_end(actor=post.actor, series_id=series.id, ends_on=ends_on, now=post.now)
    except RewardsError as error:
        return _page(post, series, error=error), statuses.status_of(error)
    return redirect(f"/console/series/{series.id}?done=changed", code=303)


def _check(post: Post, series: Series, rule: str, times: dict[str, Any]) -> str:
    pattern = patterns.read_pattern(rule, zone=clock.zone(), **times)
    return series_plan.show(
        post,
        pattern,
        title=request.form.get("title", ""),
        button=_("就这样改"),
        may_skip=False,
        leaving=activities.list_of_series(series.id, slot_from=times["starts_on"]),
    )


def _check_end(
    post: Post, series: Series, pattern: Pattern, planned: tuple[Occasion, ...]
) -> ResponseReturnValue:
    if not series_plan.list_days(pattern, post.now):
        return _page(post, series, end_error=_("这样选，一天也没有")), 422
    return series_plan.show(
        post,
        pattern,
        title=series.details.title,
        button=_("就办到这天"),
        may_skip=False,
        leaving=planned,
    )


def _asked() -> dict[str, list[str]]:
    return {
        name: request.form.getlist(name)
        for name in sorted(request.form)
        if name not in series_plan.OWN_FIELDS
    }


def _new_rule(series: Series, rule: str, times: dict[str, Any]) -> str | None:
    # What the form says in other words is no other rule.
    said = patterns.read_pattern(rule, zone=clock.zone(), **times).recurrence
    return None if said == series.pattern.recurrence else rule


def _fill(post: Post, series: Series) -> MultiDict[str, str]:
    coming = [each for each in _list_coming(post, series) if post.now < each.opens_at]
    today = clock.local_date(post.now, clock.zone())
    nearest = coming[0].series_slot if coming else today
    day = occasion_form.read_day(request.args.get("from", ""), nearest or today)
    shown = occasion_form.fill_details(
        series.details, day=day, start=series.pattern.start, minutes=series.pattern.minutes
    )
    typed = again_form.fill(series.pattern.recurrence)
    typed.update({**shown, "day": str(day), seen.FIELD: seen.note(shown)})
    return typed


def _list_coming(post: Post, series: Series) -> tuple[Occasion, ...]:
    start, _end = clock.day_bounds(clock.local_date(post.now, clock.zone()), clock.zone())
    return activities.list_of_series(series.id, starts_from=start)


def _hours(series: Series) -> str:
    return series_plan.tell_hours(series.pattern, series.pattern.starts_on)


def _page(
    post: Post,
    series: Series,
    *,
    error: RewardsError | None = None,
    skip_error: str = "",
    end_error: str = "",
) -> str:
    today = clock.local_date(post.now, clock.zone())
    return frame.show(
        "series.html",
        post=post,
        current="occasions",
        series=series,
        node=network.get_node(series.node_id),
        hours=_hours(series),
        lines=[
            (each, words.judge(each, post.now), _is_own(each, series), post.now < each.opens_at)
            for each in _list_coming(post, series)
        ],
        skips=[(day, safety.new_key()) for day in sorted(series.skips) if day >= today],
        is_over=series.pattern.ends_on is not None and series.pattern.ends_on < today,
        may_manage=access.may(post.actor, Verb.MANAGE_OCCASION, series.node_path),
        sentence=None if error is None else sentences.explain(error, to_staff=True),
        skip_error=skip_error,
        end_error=end_error,
    )


def _is_own(occasion: Occasion, series: Series) -> bool:
    """Tell whether an occasion is otherwise than its series says."""
    assert occasion.series_slot is not None
    usual = patterns.times_of(series.pattern, occasion.series_slot, clock.zone())
    details = series.details
    said = (details.title, details.place, details.capacity)
    is_moved = (occasion.starts_at, occasion.ends_at) != usual
    return is_moved or (occasion.title, occasion.place, occasion.capacity) != said


def _get(series_id: UUID, verb: Verb = Verb.MANAGE_OCCASION) -> tuple[Post, Series]:
    post = frame.enter()
    series = activities.get_series(SeriesId(series_id))
    access.authorize(post.actor, verb, series.node_path)
    return post, series

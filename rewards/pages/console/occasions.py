"""The occasions of a day, and planning, changing and cancelling one."""

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
from rewards.activities.types import Occasion, OccasionId, Series
from rewards.checkins import queries as checkins
from rewards.core import clock
from rewards.core.errors import RewardsError
from rewards.network import queries as network
from rewards.participants.types import Profession, Training
from rewards.signups import queries as sign_ups
from rewards.stock import queries as stock
from rewards.teams import queries as teams
from rewards.teams.types import Team
from rewards.web import sentences, statuses

from . import (
    again_form,
    frame,
    occasion_form,
    safety,
    seen,
    series_plan,
    templates,
    today,
    words,
)
from .frame import Post
from .occasion_form import Draft

blueprint = Blueprint("console_occasions", __name__)

DAY = timedelta(days=1)


@blueprint.get("/console/occasions")
def show_day() -> ResponseReturnValue:
    """Show the occasions of one day, with the days before and after."""
    post = frame.enter()
    day = _read_day(post)
    occasions = today.list_day(post.node.path, day)
    turnouts = checkins.list_turnouts([occasion.id for occasion in occasions])
    return frame.show(
        "occasions.html",
        post=post,
        current="occasions",
        day=day,
        before=day - DAY,
        after=day + DAY,
        today=clock.local_date(post.now, clock.zone()),
        occasions=words.judge_all(occasions, turnouts, post.now),
        tallies=sign_ups.tally([each.id for each in occasions if each.takes_sign_ups]),
        may_plan=post.may(Verb.MANAGE_OCCASION),
    )


@blueprint.get("/console/occasions/new")
def ask_new() -> ResponseReturnValue:
    """Ask what is planned."""
    post = frame.enter(Verb.MANAGE_OCCASION)
    day = _read_day(post)
    typed = {"day": day.isoformat(), "node": str(post.node.id), "what": "activity"}
    typed["again"] = request.args.get("again", again_form.ONCE)
    typed |= {name: request.args[name] for name in ("zone", "what") if name in request.args}
    typed |= templates.fill_asked(post, day)
    return show_form(post, Draft(typed=typed))


@blueprint.post("/console/occasions/new")
def create() -> ResponseReturnValue:
    """Plan an occasion; the form sent twice plans one."""
    post = frame.enter(Verb.MANAGE_OCCASION)
    draft = occasion_form.read_new(request.form, post.node.path)
    again = again_form.read(request.form)
    draft.errors |= again.errors
    if draft.errors or request.form.get("step") == "back":
        return show_form(post, draft), 422 if draft.errors else 200
    if again.rule:
        return _create_series(post, draft, again.rule)
    try:
        answer = safety.run_once(
            service.create_occasion,
            post=post,
            route="console occasion",
            render=lambda occasion: {"id": str(occasion.id)},
            **draft.values,
        )
    except RewardsError as error:
        return show_form(post, draft, error=error), statuses.status_of(error)
    return redirect(f"/console/occasions/{answer.body['id']}", code=303)


def _create_series(post: Post, draft: Draft, rule: str) -> ResponseReturnValue:
    times = series_plan.times_of(draft.values)
    error = None
    try:
        pattern = patterns.read_pattern(rule, zone=clock.zone(), **times)
    except RewardsError as refusal:
        return show_form(post, draft, error=refusal), statuses.status_of(refusal)
    if request.form.get("step") == "plan":
        try:
            answer = safety.run_once(
                service.create_series,
                post=post,
                route="console series",
                render=lambda series: {"id": str(series.id)},
                rule=rule,
                skips=sorted(series_plan.read_skips(request.form)),
                **times,
                **series_plan.details_of(draft.values),
            )
        except RewardsError as refusal:
            error = refusal
        else:
            return redirect(f"/console/series/{answer.body['id']}?done=planned", code=303)
    page = series_plan.show(
        post,
        pattern,
        title=draft.values["title"],
        button=_("就这样安排"),
        may_skip=True,
        error=error,
    )
    return page, 200 if error is None else statuses.status_of(error)


@blueprint.get("/console/occasions/<uuid:occasion_id>/edit")
def ask_changes(occasion_id: UUID) -> ResponseReturnValue:
    """Ask what is to be changed."""
    post, occasion = _get_managed(occasion_id)
    shown = occasion_form.fill(occasion)
    typed = {**shown, seen.FIELD: seen.note(shown)}
    return show_form(post, Draft(typed=typed), occasion=occasion)


@blueprint.post("/console/occasions/<uuid:occasion_id>/edit")
def change(occasion_id: UUID) -> ResponseReturnValue:
    """Change an occasion."""
    post, occasion = _get_managed(occasion_id)
    draft = occasion_form.read_changes(request.form, post.node.path)
    if draft.errors:
        return show_form(post, draft, occasion=occasion), 422
    try:
        service.update_occasion(
            actor=post.actor,
            occasion_id=occasion.id,
            changes=_list_changes(post, occasion, draft),
            now=post.now,
        )
    except RewardsError as error:
        return show_form(post, draft, occasion=occasion, error=error), statuses.status_of(error)
    return redirect(f"/console/occasions/{occasion.id}?done=changed", code=303)


@blueprint.get("/console/occasions/<uuid:occasion_id>/cancel")
def ask_cancel(occasion_id: UUID) -> ResponseReturnValue:
    """Ask whether the occasion is really to be cancelled."""
    post, occasion = _get_managed(occasion_id)
    return _ask_cancel(post, occasion)


@blueprint.post("/console/occasions/<uuid:occasion_id>/cancel")
def cancel(occasion_id: UUID) -> ResponseReturnValue:
    """Cancel an occasion."""
    post, occasion = _get_managed(occasion_id)
    try:
        service.cancel_occasion(actor=post.actor, occasion_id=occasion.id, now=post.now)
    except RewardsError as error:
        return _ask_cancel(post, occasion), statuses.status_of(error)
    return redirect(f"/console/occasions/{occasion.id}", code=303)


def _ask_cancel(post: Post, occasion: Occasion) -> str:
    return frame.show(
        "occasion_cancel.html",
        post=post,
        current="occasions",
        occasion=occasion,
        people=checkins.count_attendance([occasion.id])[occasion.id],
    )


def _get_managed(occasion_id: UUID) -> tuple[Post, Occasion]:
    post = frame.enter()
    occasion = activities.get_occasion(OccasionId(occasion_id))
    access.authorize(post.actor, Verb.MANAGE_OCCASION, occasion.node_path)
    return post, occasion


def _list_changes(post: Post, occasion: Occasion, draft: Draft) -> dict[str, Any]:
    changed = seen.list_changes(
        draft.values,
        request.form,
        lambda shown: occasion_form.read_changes(shown, post.node.path).values,
    )
    return {name: value for name, value in changed.items() if getattr(occasion, name) != value}


def show_form(
    post: Post,
    draft: Draft,
    *,
    occasion: Occasion | None = None,
    series: Series | None = None,
    error: RewardsError | None = None,
) -> str:
    """Return the form of an occasion, or of a series."""
    return frame.show(
        "occasion_form.html",
        post=post,
        current="occasions",
        occasion=occasion,
        series=series,
        typed=draft.typed,
        is_nameless=(occasion and occasion.counts_heads)
        or (series and series.details.counts_heads),
        templates=[] if occasion or series else activities.list_templates(node_path=post.node.path),
        picked=draft.typed.getlist("weekday") if isinstance(draft.typed, MultiDict) else [],
        errors=draft.errors,
        teams=_list_teams(post, occasion),
        spaces=[each for each in stock.list_spaces(post.node.path) if each.zones],
        sentence=None if error is None else sentences.explain(error, to_staff=True),
        places=[
            node
            for node in network.list_branch(post.node.path)
            if access.may(post.actor, Verb.MANAGE_OCCASION, node.path) and not node.closed_at
        ],
        professions=tuple(Profession),
        trainings=tuple(Training),
        name_qualification=sentences.name_qualification,
        key=request.form.get(safety.KEY_FIELD) or safety.new_key(),
    )


def _list_teams(post: Post, occasion: Occasion | None) -> tuple[list[Team], list[Team]] | None:
    """Return the teams of the branch and those of the rest of the center; None: it is fixed."""
    if occasion is not None and post.now >= occasion.opens_at:
        return None
    found = list(teams.list_open(post.center_path))
    if occasion is not None and occasion.team_id is not None:
        # One that was closed since is still the one it is of.
        found += [t for t in (teams.get_team(occasion.team_id),) if t.closed_at is not None]
    near = [team for team in found if team.home_node_path.startswith(post.node.path)]
    return near, [team for team in found if team not in near]


def _read_day(post: Post) -> date:
    today = clock.local_date(post.now, clock.zone())
    return occasion_form.read_day(request.args.get("day", ""), today)

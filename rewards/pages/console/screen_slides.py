"""What a screen shows: its slides in order, for how long each, and adding another one."""

import re
from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from http import HTTPStatus
from typing import TypeVar
from uuid import UUID

from flask import Blueprint, abort, redirect, request
from flask.typing import ResponseReturnValue

from rewards.access import rules as access
from rewards.access.types import Verb
from rewards.activities import queries as activities
from rewards.activities.types import Occasion, OccasionId, OccasionStatus
from rewards.core import clock
from rewards.core.errors import RewardsError
from rewards.leaderboards.types import Measure, Period, Subject
from rewards.network import queries as network
from rewards.network.types import Node, NodeId
from rewards.pages.trees import nest
from rewards.screens import queries, rules, service
from rewards.screens.errors import InvalidSlideSecondsError
from rewards.screens.types import Layout, Screen, SlidePlan
from rewards.web import sentences, statuses

from . import frame, safety, screen_words, screens
from .frame import Post

blueprint = Blueprint("console_screen_slides", __name__)

E = TypeVar("E", bound=StrEnum)


@blueprint.get("/console/screens/<uuid:screen_id>")
def show(screen_id: UUID) -> ResponseReturnValue:
    """Show what a screen shows, where it is, and the form that adds a slide."""
    post = frame.enter()
    return _page(post, _get(post, screen_id))


@blueprint.post("/console/screens/<uuid:screen_id>")
def change(screen_id: UUID) -> ResponseReturnValue:
    """Rename a screen, or move it to another node."""
    post = frame.enter()
    screen = _get(post, screen_id)
    try:
        service.change_screen(
            actor=post.actor,
            screen_id=screen.id,
            name=request.form.get("name", ""),
            node_id=safety.read_id(request.form.get("node", "")),
            now=post.now,
        )
    except RewardsError as error:
        return _page(post, screen, error=error), statuses.status_of(error)
    return _back(screen, "changed")


@blueprint.post("/console/screens/<uuid:screen_id>/slides")
def add(screen_id: UUID) -> ResponseReturnValue:
    """Put another slide behind those there are."""
    post = frame.enter()
    screen = _get(post, screen_id)
    try:
        slide = _read_slide()
    except InvalidSlideSecondsError as error:
        return _page(post, screen, error=error), statuses.status_of(error)
    return _set(post, screen, [*screen.slides, slide])


@blueprint.post("/console/screens/<uuid:screen_id>/slides/<int:place>")
def edit(screen_id: UUID, place: int) -> ResponseReturnValue:
    """Move a slide up or down, take it away, or show it for longer or shorter."""
    post = frame.enter()
    screen = _get(post, screen_id)
    slides = list(screen.slides)
    if not 0 <= place < len(slides):
        return _back(screen, "")
    slide = slides.pop(place)
    match request.form.get("act", ""):
        case "up":
            slides.insert(max(place - 1, 0), slide)
        case "down":
            slides.insert(place + 1, slide)
        case "seconds":
            try:
                seconds = rules.read_seconds(request.form.get("seconds", ""))
            except InvalidSlideSecondsError as error:
                return _page(post, screen, error=error), statuses.status_of(error)
            slides.insert(place, replace(slide, seconds=seconds))
        case "remove":
            pass
        case _:
            abort(HTTPStatus.BAD_REQUEST)
    return _set(post, screen, slides)


def _set(post: Post, screen: Screen, slides: Sequence[SlidePlan]) -> ResponseReturnValue:
    try:
        service.set_slides(
            actor=post.actor,
            screen_id=screen.id,
            slides=slides,
            version=_read_version(),
            now=post.now,
        )
    except RewardsError as error:
        return _page(post, _get(post, screen.id), error=error), statuses.status_of(error)
    return _back(screen, "slides")


def _read_version() -> int:
    # A form without it, or with another word, is of no version that there is.
    found = re.fullmatch(r"-?[0-9]{1,9}", request.form.get("version", ""))
    return int(found[0]) if found else 0


def _get(post: Post, screen_id: UUID) -> Screen:
    screen = queries.get_screen(screen_id)
    access.authorize(post.actor, Verb.MANAGE_SCREEN, screen.node_path)
    return screen


def _back(screen: Screen, done: str) -> ResponseReturnValue:
    return redirect(f"/console/screens/{screen.id}?done={done}", code=303)


def _read_slide() -> SlidePlan:
    form = request.form
    node, occasion = form.get("node", ""), form.get("occasion", "")
    layout = _choose(Layout, "layout", Layout.LEADERBOARD)
    is_check_in = layout is Layout.CHECK_IN
    return SlidePlan(
        layout=layout,
        seconds=rules.read_seconds(form.get("seconds", "")),
        node_id=NodeId(safety.read_id(node)) if node else None,
        subject=_choose(Subject, "subject", Subject.PARTICIPANT),
        measure=_choose(Measure, "measure", Measure.ALL),
        span=_choose(Period, "span", Period.MONTH),
        occasion_id=OccasionId(safety.read_id(occasion)) if is_check_in and occasion else None,
    )


def _choose(members: type[E], name: str, usual: E) -> E:
    try:
        return members(request.form.get(name, usual))
    except ValueError:
        return usual


def _page(post: Post, screen: Screen, *, error: RewardsError | None = None) -> str:
    home = network.get_node(screen.node_id)
    occasions = _list_occasions(post, home)
    below = [node for node in nest(network.list_branch(home.path)) if node.closed_at is None]
    above = [node for node in network.list_ancestors(home.path) if node.id != home.id]
    return frame.show(
        "screen.html",
        post=post,
        current="screens",
        screen=screen,
        home=home,
        is_online=rules.is_online(screen.seen_at, now=post.now),
        slides=[
            screen_words.describe(slide, {node.id: node.name for node in [*below, *above]})
            for slide in screen.slides
        ],
        own=below,
        above=above,
        places=_with_home(screens.list_nodes(post), home),
        occasions=occasions,
        words=screen_words,
        seconds=(rules.SECONDS_MIN, rules.SECONDS_USUAL, rules.SECONDS_MAX),
        can_add=len(screen.slides) < rules.SLIDES_MAX,
        sentence=None if error is None else sentences.explain(error, to_staff=True),
        done=request.args.get("done", ""),
        name_length_max=rules.NAME_LENGTH_MAX,
    )


def _with_home(nodes: list[Node], home: Node) -> list[Node]:
    return nodes if any(node.id == home.id for node in nodes) else [home, *nodes]


def _list_occasions(post: Post, home: Node) -> list[Occasion]:
    """Return what one may want to see the code of: what is on or comes today and tomorrow."""
    day = clock.local_date(post.now, clock.zone())
    start, end = clock.day_bounds(day, clock.zone())
    found = activities.list_occasions(
        node_path=home.path, starts_from=start, starts_before=end + (end - start)
    )
    return [
        each
        for each in found
        if each.ends_at > post.now
        and each.status is not OccasionStatus.CANCELLED
        and not each.counts_heads
    ]

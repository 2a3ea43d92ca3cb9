"""The zones and photo boards of an offline space: what there is, and what is on there today."""

from uuid import UUID

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _

from rewards.access import rules as access
from rewards.access.types import Verb
from rewards.activities import queries as activities
from rewards.core import clock
from rewards.core.errors import RewardsError
from rewards.pages import opening
from rewards.stock import queries as stock
from rewards.stock import service
from rewards.stock.types import Desk, Space, SpaceId, ZoneId, ZoneKind
from rewards.web import sentences, statuses

from . import frame, words
from .frame import Post

blueprint = Blueprint("console_zones", __name__)

KIND_NAMES = {
    ZoneKind.SIGN_IN: _("签到打卡区"),
    ZoneKind.READING: _("线下阅读区"),
    ZoneKind.AUDIOBOOK: _("有声书体验区"),
    ZoneKind.EXCHANGE: _("交流活动区"),
    ZoneKind.QUIZ: _("挑战答题区"),
    ZoneKind.PHOTO_BOARD: _("主题展板"),
}
# What is usually held there: the choice of the form of an occasion.
USUAL = {
    ZoneKind.SIGN_IN: "stamp",
    ZoneKind.AUDIOBOOK: "audio",
    ZoneKind.EXCHANGE: "study",
    ZoneKind.PHOTO_BOARD: "board",
}


@blueprint.get("/console/spaces")
def show_all() -> ResponseReturnValue:
    """Show the spaces of the branch; the only one at once."""
    post = frame.enter(Verb.MANAGE_OCCASION)
    spaces = stock.list_spaces(post.node.path)
    if len(spaces) == 1:
        return redirect(f"/console/spaces/{spaces[0].id}")
    return frame.show("spaces.html", post=post, current="occasions", spaces=spaces)


@blueprint.get("/console/spaces/<uuid:space_id>")
def show(space_id: UUID) -> ResponseReturnValue:
    """Show a space with its zones."""
    post, space = _enter(space_id)
    return _page(post, space)


@blueprint.post("/console/spaces/<uuid:space_id>/zones")
def add(space_id: UUID) -> ResponseReturnValue:
    """Open one more zone or board."""
    post, space = _enter(space_id)
    try:
        service.add_zone(
            actor=post.actor,
            space_id=space.id,
            kind=ZoneKind(request.form.get("kind", "")),
            name=request.form.get("name", ""),
            now=post.now,
        )
    except RewardsError as error:
        return _page(post, space, error=error), statuses.status_of(error)
    except ValueError:
        return _page(post, space), 422
    return redirect(f"/console/spaces/{space.id}?done=1", code=303)


@blueprint.post("/console/zones/<uuid:zone_id>")
def change(zone_id: UUID) -> ResponseReturnValue:
    """Rename a zone, close it, or open it again."""
    post = frame.enter()
    space = stock.get_space_of_zone(zone_id)
    try:
        service.change_zone(
            actor=post.actor,
            zone_id=ZoneId(zone_id),
            name=request.form.get("name"),
            is_closed=request.form.get("state") == "closed",
            now=post.now,
        )
    except RewardsError as error:
        return _page(post, space, error=error), statuses.status_of(error)
    return redirect(f"/console/spaces/{space.id}?done=1", code=303)


def _enter(space_id: UUID) -> tuple[Post, Space]:
    post = frame.enter()
    space = stock.get_space(SpaceId(space_id))
    access.authorize(post.actor, Verb.MANAGE_OCCASION, space.node_path)
    return post, space


def _page(post: Post, space: Space, *, error: RewardsError | None = None) -> str:
    start, end = clock.day_bounds(clock.local_date(post.now, clock.zone()), clock.zone())
    occasions = activities.list_occasions(
        node_path=space.node_path, starts_from=start, starts_before=end
    )
    return frame.show(
        "space.html",
        post=post,
        current="occasions",
        space=space,
        opening=opening.look(space, Desk.SPACE, post.now),
        may_set=access.may(post.actor, Verb.MANAGE_STOCK, space.node_path),
        kinds=KIND_NAMES,
        zones=[
            (
                zone,
                KIND_NAMES[zone.kind],
                USUAL.get(zone.kind, "activity"),
                [
                    (each, words.judge(each, post.now))
                    for each in occasions
                    if each.zone_id == zone.id
                ],
            )
            for zone in space.zones
        ],
        sentence=None if error is None else sentences.explain(error, to_staff=True),
    )

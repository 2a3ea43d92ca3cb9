"""What a screen shows, for staff to look at on their own desk."""

from functools import partial
from uuid import UUID

from flask import Blueprint
from flask.typing import ResponseReturnValue

from rewards.access import rules as access
from rewards.access.types import StaffActor, Verb
from rewards.network import queries as network
from rewards.network.errors import NodeNotFoundError
from rewards.network.types import Node
from rewards.screens import queries as screens
from rewards.screens import rules
from rewards.screens.types import Programme, Screen
from rewards.web import sessions

from . import pages, slides
from .shown import Slide

blueprint = Blueprint("screen_previews", __name__)

# What is shown of a node that has no screen yet never changes but by itself.
VERSION = 1


@blueprint.get("/screen/preview/<uuid:screen_id>")
def show(screen_id: UUID) -> ResponseReturnValue:
    """Show what a screen shows."""
    screen, shown = _list_shown(screen_id)
    return pages.render(
        shown,
        title=screen.name,
        version=screen.version,
        json_address=f"/screen/preview/{screen.id}.json",
        stream_address="",
    )


@blueprint.get("/screen/preview/<uuid:screen_id>.json")
def renew(screen_id: UUID) -> ResponseReturnValue:
    """Return what changes on the page; staff get no stream."""
    screen, shown = _list_shown(screen_id)
    return pages.answer(shown, version=screen.version)


@blueprint.get("/screen/example/<label>")
def show_example(label: str) -> ResponseReturnValue:
    """Show what a screen of a node shows if nobody changes anything."""
    return pages.render(
        _list_example(label),
        title=label,
        version=VERSION,
        json_address=f"/screen/example/{label}.json",
        stream_address="",
    )


@blueprint.get("/screen/example/<label>.json")
def renew_example(label: str) -> ResponseReturnValue:
    """Return what changes on the page of the example."""
    return pages.answer(_list_example(label), version=VERSION)


def _list_shown(screen_id: UUID) -> tuple[Screen, tuple[Slide, ...]]:
    staff = sessions.require_staff()
    screen = screens.get_screen(screen_id)
    access.authorize(staff, Verb.VIEW_CONSOLE, screen.node_path)
    shown = slides.list_slides(
        screen, locale=pages.read_locale(), may_have_code=partial(_may_have_code, staff)
    )
    return screen, shown


def _list_example(label: str) -> tuple[Slide, ...]:
    staff = sessions.require_staff()
    node = network.find_node_by_label(label)
    if node is None or node.closed_at is not None:
        raise NodeNotFoundError
    access.authorize(staff, Verb.VIEW_CONSOLE, node.path)
    plans = rules.PROGRAMMES[Programme.ROTATION]
    return slides.place(
        plans, node, locale=pages.read_locale(), may_have_code=partial(_may_have_code, staff)
    )


def _may_have_code(staff: StaffActor, node: Node) -> bool:
    # A code is worth something to those who are not there: looking on is not enough for it.
    return any(access.may(staff, verb, node.path) for verb in (Verb.SHOW_CODE, Verb.MANAGE_SCREEN))

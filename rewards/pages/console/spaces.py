"""Which offline space a page is about, when the branch has several."""

from uuid import UUID

from flask import request, session

from rewards.access import rules as access
from rewards.access.types import Verb
from rewards.stock import queries as stock
from rewards.stock.types import Space

from .frame import Post

SPACE_KEY = "space"


def list_of(post: Post, verb: Verb) -> tuple[Space, ...]:
    """Return the spaces of the branch at which the staff member may do *verb*."""
    return tuple(
        space
        for space in stock.list_spaces(post.node.path)
        if access.may(post.actor, verb, space.node_path)
    )


def choose(post: Post, verb: Verb) -> tuple[Space | None, tuple[Space, ...]]:
    """Return the space that this browser works at, and all there are to choose from.

    The one asked for is remembered; before that it is the first.
    """
    spaces = list_of(post, verb)
    by_id = {space.id.hex: space for space in spaces}
    asked = _hex(request.values.get("space", ""))
    if asked in by_id:
        session[SPACE_KEY] = asked
        return by_id[asked], spaces
    return by_id.get(session.get(SPACE_KEY, ""), spaces[0] if spaces else None), spaces


def _hex(text: str) -> str:
    try:
        return UUID(text).hex
    except ValueError:
        return ""

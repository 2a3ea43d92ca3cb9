"""Slides, made once for all who look: which ones a screen shows, and each of them drawn."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

import flask_babel

from rewards.network import queries as network
from rewards.network.types import Node, NodeId
from rewards.screens.types import Layout, Screen, SlidePlan
from rewards.web import addresses

from . import check_in, leaderboard, station
from .shown import Picture, Slide, Snapshot, freeze

_DRAWN: Mapping[Layout, Callable[..., Picture]] = {
    Layout.LEADERBOARD: leaderboard.draw,
    Layout.CHECK_IN: check_in.draw,
    Layout.STATION: station.draw,
}


def _may_have(_node: Node) -> bool:
    return True


def list_slides(
    screen: Screen, *, locale: str, may_have_code: Callable[[Node], bool] = _may_have
) -> tuple[Slide, ...]:
    """Return what *screen* shows, one after the other; each once; nothing at a closed node."""
    if screen.is_closed:
        return ()
    home = network.get_node(screen.node_id)
    return place(screen.slides, home, locale=locale, may_have_code=may_have_code)


def place(
    plans: Iterable[SlidePlan],
    home: Node,
    *,
    locale: str,
    may_have_code: Callable[[Node], bool] = _may_have,
) -> tuple[Slide, ...]:
    """Return the slides of *plans* on a screen at *home*.

    *may_have_code* tells of which nodes whoever looks may have check-in codes.
    """
    slides: dict[str, Slide] = {}
    origin = addresses.page_origin()
    for plan in plans:
        node = _find_open(plan.node_id, home)
        slide = Slide(
            plan=plan,
            node=node,
            locale=locale,
            origin=origin,
            has_code=plan.layout is not Layout.CHECK_IN or may_have_code(node),
        )
        slides.setdefault(slide.key, slide)
    return tuple(slides.values())


def make(slide: Slide, *, now: datetime) -> Snapshot:
    """Return what *slide* looks like at *now*, ready to be sent."""
    with flask_babel.force_locale(slide.locale):
        return freeze(slide, _DRAWN[slide.plan.layout](slide, now=now))


def _find_open(node_id: NodeId | None, home: Node) -> Node:
    node = network.find_node(node_id) if node_id else None
    return home if node is None or node.closed_at is not None else node

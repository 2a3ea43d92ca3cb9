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


def list_slides(screen: Screen, *, locale: str) -> tuple[Slide, ...]:
    """Return what *screen* shows, one after the other; each thing once."""
    return place(screen.slides, network.get_node(screen.node_id), locale=locale)


def place(plans: Iterable[SlidePlan], home: Node, *, locale: str) -> tuple[Slide, ...]:
    """Return the slides of *plans* on a screen at *home*."""
    slides: dict[str, Slide] = {}
    origin = addresses.page_origin()
    for plan in plans:
        slide = Slide(plan=plan, node=_find_open(plan.node_id, home), locale=locale, origin=origin)
        slides.setdefault(slide.key, slide)
    return tuple(slides.values())


def make(slide: Slide, *, now: datetime) -> Snapshot:
    """Return what *slide* looks like at *now*, ready to be sent."""
    with flask_babel.force_locale(slide.locale):
        return freeze(slide, _DRAWN[slide.plan.layout](slide, now=now))


def _find_open(node_id: NodeId | None, home: Node) -> Node:
    node = network.find_node(node_id) if node_id else None
    return home if node is None or node.closed_at is not None else node

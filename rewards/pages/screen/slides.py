"""Slides, made once for all who look: which ones a screen shows, and each of them drawn."""

import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime

import flask_babel

from rewards.network import queries as network
from rewards.network.types import Node, NodeId
from rewards.screens.types import Layout, Screen

from . import leaderboard
from .shown import Picture, Slide, Snapshot, freeze

KEPT_SECONDS = 2.0
KEPT_MAX = 512

_DRAWN: Mapping[Layout, Callable[..., Picture]] = {
    Layout.LEADERBOARD: leaderboard.draw,
}


class Kept:
    """Keeps what was made for a moment, so that many screens cost what one does."""

    def __init__(self, *, seconds: float = KEPT_SECONDS) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._made: dict[str, tuple[float, Snapshot]] = {}

    def get(self, key: str, make_it: Callable[[], Snapshot]) -> Snapshot:
        """Return what is kept under *key*, or what *make_it* returns."""
        kept = self._made.get(key)
        if kept is not None and time.monotonic() < kept[0]:
            return kept[1]
        made = make_it()
        with self._lock:
            if len(self._made) >= KEPT_MAX:
                self._made.clear()
            self._made[key] = (time.monotonic() + self._seconds, made)
        return made


def list_slides(screen: Screen, *, locale: str) -> tuple[Slide, ...]:
    """Return what *screen* shows, one after the other; each thing once."""
    home = network.get_node(screen.node_id)
    slides: dict[str, Slide] = {}
    for plan in screen.slides:
        node = _find_open(plan.node_id, home)
        slide = Slide(plan=plan, node=node, locale=locale)
        if plan.layout in _DRAWN:
            slides.setdefault(slide.key, slide)
    return tuple(slides.values())


def make(slide: Slide, *, now: datetime) -> Snapshot:
    """Return what *slide* looks like at *now*, ready to be sent."""
    with flask_babel.force_locale(slide.locale):
        return freeze(slide, _DRAWN[slide.plan.layout](slide, now=now))


def _find_open(node_id: NodeId | None, home: Node) -> Node:
    node = network.find_node(node_id) if node_id else None
    return home if node is None or node.closed_at is not None else node

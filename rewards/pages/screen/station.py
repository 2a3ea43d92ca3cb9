"""A node's day on a screen: its figures, what comes next, and what happened just now."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from flask import render_template
from flask_babel import lazy_gettext

from rewards.activities import queries as activities
from rewards.activities.types import Occasion, OccasionStatus
from rewards.network.types import Level, Node

from . import today
from .shown import Picture, Slide

OCCASIONS = 5
# What began hours ago is not what comes next.
RUNNING = 2
# Where nothing more happens today, what comes within a week is told.
AHEAD = timedelta(days=7)

_NAMES: Mapping[Level, Any] = {
    Level.CENTER: lazy_gettext("全区今天"),
    Level.INSTITUTE: lazy_gettext("本所今天"),
    Level.STATION: lazy_gettext("本站今天"),
    Level.POINT: lazy_gettext("本点今天"),
}


def draw(slide: Slide, *, now: datetime) -> Picture:
    """Return how the day of the node of *slide* looks at *now*."""
    parts = {
        "figures": render_template(
            "screen/_tiles.html", tiles=today.list_today_tiles(slide.node, now)
        ),
        "next": render_template(
            "screen/_next.html", occasions=_list_next(slide.node, now), now=now
        ),
        "ticker": render_template("screen/_live.html", lines=today.list_ticker(slide.node, now)),
    }
    return Picture(title=str(_NAMES[slide.node.level]), parts=parts, as_of=now)


def _list_next(node: Node, now: datetime) -> list[Occasion]:
    ahead = [each for each in today.list_occasions(node, now) if _is_ahead(each, now)]
    if sum(each.starts_at > now for each in ahead) < OCCASIONS:
        known = {each.id for each in ahead}
        later = activities.list_occasions(
            node_path=node.path, starts_from=now, starts_before=now + AHEAD
        )
        ahead += [each for each in later if each.id not in known and _is_ahead(each, now)]
    running = [each for each in ahead if each.starts_at <= now]
    coming = [each for each in ahead if each.starts_at > now]
    return (running[-RUNNING:] + coming)[:OCCASIONS]


def _is_ahead(occasion: Occasion, now: datetime) -> bool:
    return occasion.status is not OccasionStatus.CANCELLED and occasion.ends_at > now

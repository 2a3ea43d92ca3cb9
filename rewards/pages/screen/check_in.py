"""The check-in display of an occasion: of one that staff chose, or of the one that is on."""

from datetime import datetime, timedelta

from flask import render_template
from flask_babel import gettext as _

from rewards.activities import queries as activities
from rewards.activities.errors import OccasionNotFoundError
from rewards.activities.types import Occasion, OccasionStatus
from rewards.checkins import queries as checkins
from rewards.network import queries as network
from rewards.pages import codes
from rewards.signups import queries as sign_ups

from . import today
from .shown import Picture, Slide

# People are told this long ahead where they will be able to check in.
ANNOUNCED = timedelta(hours=1)
# People check out for an hour after the end.
KEPT_AFTER = timedelta(hours=1)
# Where there is nothing to check in to, what comes within a week is told.
AHEAD = timedelta(days=7)


def draw(slide: Slide, *, now: datetime) -> Picture:
    """Return how the check-in display of *slide* looks at *now*."""
    occasion = _find_chosen(slide, now) or _find_next(slide, now)
    is_on = occasion is not None and occasion.opens_at <= now
    code = (
        codes.draw(occasion, now=now, origin=slide.origin)
        if occasion is not None and is_on and slide.has_code
        else None
    )
    values = {
        "occasion": occasion,
        "node": slide.node,
        "code": code,
        "place": None if occasion is None else _name_place(occasion, slide),
        "is_veiled": is_on and not slide.has_code,
        "coming": _find_coming(slide, now) if occasion is None else None,
        "people": 0 if occasion is None else _count(occasion),
        "signed_up": None if occasion is None else sign_ups.count_signed_up(occasion),
    }
    parts = {
        name: render_template(f"screen/_code_{name}.html", **values)
        for name in ("symbol", "head", "digits", "count")
    }
    return Picture(
        title=_("签到") if occasion is None else occasion.title,
        parts=parts,
        as_of=now,
        expires_at=None if code is None else code.expires_at,
        is_idle=occasion is None,
    )


def _find_chosen(slide: Slide, now: datetime) -> Occasion | None:
    if slide.plan.occasion_id is None:
        return None
    try:
        occasion = activities.get_occasion(slide.plan.occasion_id)
    except OccasionNotFoundError:
        return None
    return occasion if _is_held(occasion) and now <= occasion.ends_at + KEPT_AFTER else None


def _find_next(slide: Slide, now: datetime) -> Occasion | None:
    if slide.plan.occasion_id is not None:
        return None
    # What is held at a point below is checked in to there, not in front of this screen.
    own = [
        occasion
        for occasion in today.list_occasions(slide.node, now)
        if occasion.node_id == slide.node.id
        and _is_held(occasion)
        and occasion.opens_at - ANNOUNCED <= now <= occasion.closes_at
    ]
    return min(own, key=lambda each: (each.opens_at > now, abs(each.starts_at - now)), default=None)


def _name_place(occasion: Occasion, slide: Slide) -> str:
    """Return where the occasion is, with its station where that is not the one of the slide."""
    is_here = occasion.node_id == slide.node.id
    station = "" if is_here else network.get_node(occasion.node_id).name
    return " · ".join(filter(None, (station, occasion.place)))


def _find_coming(slide: Slide, now: datetime) -> Occasion | None:
    own = [
        occasion
        for occasion in activities.list_occasions(
            node_path=slide.node.path, starts_from=now, starts_before=now + AHEAD
        )
        if occasion.node_id == slide.node.id and _is_held(occasion)
    ]
    return min(own, key=lambda each: each.starts_at, default=None)


def _is_held(occasion: Occasion) -> bool:
    return occasion.status is not OccasionStatus.CANCELLED and not occasion.counts_heads


def _count(occasion: Occasion) -> int:
    return checkins.count_attendance([occasion.id])[occasion.id]

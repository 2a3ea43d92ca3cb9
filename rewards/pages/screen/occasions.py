"""The check-in display of an occasion, opened by a signed address from the console."""

from flask import Blueprint, jsonify, render_template
from flask.typing import ResponseReturnValue

from rewards.activities.types import Occasion, OccasionStatus
from rewards.checkins import queries as checkins
from rewards.core import clock
from rewards.network import queries as network
from rewards.pages import assets, codes
from rewards.signups import queries as sign_ups

from . import links

blueprint = Blueprint("screen_occasions", __name__)

# How often the count of people is asked for between two codes.
RENEW_SECONDS = 6


@blueprint.get("/screen/occasions/<token>")
def show(token: str) -> ResponseReturnValue:
    """Show the code, the digits, and how many came."""
    now = clock.now()
    occasion = links.get_occasion(token, now=now)
    return render_template(
        "screen/occasion.html",
        occasion=occasion,
        node=network.get_node(occasion.node_id),
        moment=now,
        code=codes.draw(occasion, now=now) if _is_on(occasion) else None,
        people=_count(occasion),
        signed_up=sign_ups.count_signed_up(occasion),
        address=f"/screen/occasions/{token}.json",
        every=RENEW_SECONDS,
        build=assets.asset_address("code.js"),
    )


@blueprint.get("/screen/occasions/<token>.json")
def renew(token: str) -> ResponseReturnValue:
    """Return the code of now and the count."""
    now = clock.now()
    occasion = links.get_occasion(token, now=now)
    code = codes.draw(occasion, now=now)
    return jsonify(
        svg=code.svg,
        digits=code.digits,
        left=code.left,
        period=code.period,
        people=_count(occasion),
        is_over=not _is_on(occasion),
        build=assets.asset_address("code.js"),
    )


def _is_on(occasion: Occasion) -> bool:
    return occasion.status is not OccasionStatus.CANCELLED


def _count(occasion: Occasion) -> int:
    return checkins.count_attendance([occasion.id])[occasion.id]

"""My card: the code that staff scan, another one every half a minute."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from rewards.checkins import queries as checkins
from rewards.checkins.rules import MEMBER_STEP_SECONDS
from rewards.core import clock
from rewards.participants.types import Participant
from rewards.web import addresses
from rewards.web.qr import qr_svg

from . import frame

blueprint = Blueprint("card", __name__)


@dataclass(frozen=True, slots=True)
class Drawn:
    """The code of now, and for how many seconds it is the newest."""

    svg: Markup
    left: int


def draw(me: Participant, *, now: datetime) -> Drawn:
    """Return the code by which staff find *me* at *now*."""
    token = checkins.get_member_code(me, now=now)
    left = MEMBER_STEP_SECONDS - int(now.timestamp()) % MEMBER_STEP_SECONDS
    return Drawn(qr_svg(addresses.code_link(token), me.number), left)


@blueprint.get("/card")
def show() -> ResponseReturnValue:
    """Show my card large."""
    _, me = frame.get_me()
    return frame.show("card.html", me=me, card=draw(me, now=clock.now()))


@blueprint.get("/card/code")
def renew() -> ResponseReturnValue:
    """Return the code of now, for the script of the pages that show it."""
    _, me = frame.get_me()
    drawn = draw(me, now=clock.now())
    return jsonify(svg=drawn.svg, left=drawn.left)

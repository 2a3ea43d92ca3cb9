"""One leaderboard on a wall: of a node and of a kind, as its address says."""

from enum import StrEnum
from typing import TypeVar

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from rewards.core import clock
from rewards.leaderboards.types import Measure, Period, Subject
from rewards.screens.rules import SECONDS_USUAL
from rewards.screens.types import Layout, Screen, SlidePlan
from rewards.web import addresses

from . import access, leaderboard, pages
from .shown import Slide

blueprint = Blueprint("screen_boards", __name__)

# The page of one board never changes what it shows.
VERSION = 1

E = TypeVar("E", bound=StrEnum)


@blueprint.get("/screen/board/<label>")
def show(label: str) -> ResponseReturnValue:
    """Show the board of a node."""
    slide, _screen = read_slide(label)
    plan = slide.plan
    query = f"subject={plan.subject}&kind={plan.measure}&period={plan.span}"
    return pages.render(
        [slide],
        title=leaderboard.name_board(plan, clock.now()),
        version=VERSION,
        json_address=f"/screen/board/{label}.json?{query}",
        stream_address=f"/streams/boards/{label}?{query}",
    )


@blueprint.get("/screen/board/<label>.json")
def renew(label: str) -> ResponseReturnValue:
    """Return what changes on the page, for screens without a stream."""
    slide, _screen = read_slide(label)
    return pages.answer([slide], version=VERSION)


@blueprint.get("/BOARD")
def join() -> ResponseReturnValue:
    """Lead from the symbol on the wall, which is all in capitals, to the board on the phone."""
    return redirect("/board")


def read_slide(label: str) -> tuple[Slide, Screen | None]:
    """Return which board the request is for, and the screen that may see it; None: staff may.

    :raises ScreenNotPairedError: if nobody is signed in and the screen is not paired.
    :raises NodeNotFoundError: if there is no such node, or it is not in reach of the screen.
    :raises NotAllowedError: if the staff member may not see it.
    """
    plan = SlidePlan(
        layout=Layout.LEADERBOARD,
        seconds=SECONDS_USUAL,
        subject=_choose(Subject, "subject", Subject.PARTICIPANT),
        measure=_choose(Measure, "kind", Measure.STUDY),
        span=_choose(Period, "period", Period.MONTH),
    )
    admission = access.admit(label, plan.layout)
    slide = Slide(
        plan=plan,
        node=admission.node,
        locale=pages.read_locale(),
        origin=addresses.page_origin(),
    )
    return slide, admission.screen


def _choose(members: type[E], name: str, usual: E) -> E:
    try:
        return members(request.args.get(name, usual))
    except ValueError:
        return usual

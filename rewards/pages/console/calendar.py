"""A month of occasions at a glance, to plan the next one by."""

from datetime import date, timedelta

from flask import Blueprint
from flask.typing import ResponseReturnValue

from rewards.access.types import Verb
from rewards.activities import queries as activities
from rewards.activities.types import Occasion
from rewards.core import clock
from rewards.pages import months

from . import frame

blueprint = Blueprint("console_calendar", __name__)

DAY = timedelta(days=1)
LINES_MAX = 4


@blueprint.get("/console/calendar")
def show() -> ResponseReturnValue:
    """Show what is on each day of a month at the node and below it."""
    post = frame.enter()
    today = clock.local_date(post.now, clock.zone())
    month = months.read(today)
    following = months.shift(month, 1)
    start, _ = clock.day_bounds(month, clock.zone())
    end, _ = clock.day_bounds(following, clock.zone())
    days: dict[date, list[Occasion]] = {}
    for occasion in activities.list_occasions(
        node_path=post.node.path, starts_from=start, starts_before=end
    ):
        day = clock.local_date(occasion.starts_at, clock.zone())
        days.setdefault(day, []).append(occasion)
    return frame.show(
        "calendar.html",
        post=post,
        current="occasions",
        month=month,
        month_before=months.shift(month, -1),
        month_after=following,
        today=today,
        weeks=[
            [(day, _pick(days.get(day, [])) if day else ([], 0)) for day in week]
            for week in months.list_weeks(month)
        ],
        may_plan=post.may(Verb.MANAGE_OCCASION),
    )


def _pick(occasions: list[Occasion]) -> tuple[list[Occasion], int]:
    """Return as many as a day has room for, and how many more there are."""
    shown = occasions if len(occasions) <= LINES_MAX + 1 else occasions[:LINES_MAX]
    return shown, len(occasions) - len(shown)

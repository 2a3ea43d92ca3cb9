"""The code of an occasion on the leader's own phone: large, alone, and awake."""

from uuid import UUID

from flask import Blueprint
from flask.typing import ResponseReturnValue

from rewards.access import rules as access
from rewards.access.types import Verb
from rewards.activities import queries as activities
from rewards.activities.types import OccasionId
from rewards.checkins import queries as checkins
from rewards.network import queries as network
from rewards.pages import codes

from . import frame, words

blueprint = Blueprint("console_occasion_phone", __name__)

# How often the count of people is asked for between two codes.
RENEW_SECONDS = 6


@blueprint.get("/console/occasions/<uuid:occasion_id>/phone")
def show(occasion_id: UUID) -> ResponseReturnValue:
    """Show the code of now and its digits, for people to scan from the leader's hand."""
    post = frame.enter()
    occasion = activities.get_occasion(OccasionId(occasion_id))
    access.authorize(post.actor, Verb.SHOW_CODE, occasion.node_path)
    state = words.judge(occasion, post.now)
    return frame.show(
        "occasion_phone.html",
        post=post,
        current="",
        occasion=occasion,
        node=network.get_node(occasion.node_id),
        state=state,
        code=codes.draw(occasion, now=post.now) if state.has_code else None,
        people=checkins.count_attendance([occasion.id])[occasion.id],
        every=RENEW_SECONDS,
    )

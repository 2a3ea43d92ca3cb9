"""Refused scans of the branch: who may still be standing there."""

from datetime import timedelta

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from rewards.access.types import Verb
from rewards.activities import queries as activities
from rewards.signals import queries as signals

from . import attempts, frame

blueprint = Blueprint("console_refused", __name__)

DAY = timedelta(days=1)


@blueprint.get("/console/refused")
def show() -> ResponseReturnValue:
    """Show the refused scans of today and yesterday."""
    post = frame.enter(Verb.CHECK_IN)
    occasions = activities.list_occasions(
        node_path=post.node.path,
        starts_from=post.now - 2 * DAY,
        starts_before=post.now + DAY,
    )
    found = attempts.list_all(occasions, post=post)
    waiting = [attempt for attempt in found if attempt.is_waiting]
    shows_waiting = request.args.get("s") == "open"
    return frame.show(
        "refused.html",
        post=post,
        current="refused",
        signal_count=signals.count_open(post.node.path) if post.may(Verb.CORRECT) else None,
        attempts=waiting if shows_waiting else found,
        all_count=len(found),
        waiting_count=len(waiting),
        shows_waiting=shows_waiting,
    )

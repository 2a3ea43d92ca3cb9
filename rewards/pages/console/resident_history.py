"""A resident's whole history, for the staff who look after them."""

from uuid import UUID

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from rewards.access import rules as access
from rewards.access.types import Verb
from rewards.ledger.types import Asset
from rewards.network import queries as network
from rewards.participants import queries as participants
from rewards.web import history

from . import correcting, frame

blueprint = Blueprint("console_resident_history", __name__)

TABS = ("all", "in", "out", "hours")


@blueprint.get("/console/residents/<uuid:participant_id>/history")
def show(participant_id: UUID) -> ResponseReturnValue:
    """Show every line, newest first, with the staff by whose word it stands."""
    post = frame.enter()
    person = participants.get_participant(participant_id)
    home = network.get_node(person.home_node_id)
    access.authorize(post.actor, Verb.VIEW_PARTICIPANT, home.path)
    tab = request.args.get("tab", "all")
    tab = tab if tab in TABS else "all"
    page = history.page_lines(
        participant_id=person.id,
        asset=Asset.SERVICE_MINUTES if tab == "hours" else Asset.POINTS,
        direction="in" if tab == "in" else "out" if tab == "out" else None,
        cursor=request.args.get("cursor"),
    )
    return frame.show(
        "resident_history.html",
        post=post,
        current="residents",
        person=person,
        home=home,
        tab=tab,
        lines=page.items,
        staff_names=history.name_staff(page.items),
        reversible=correcting.list_reversible(post, page.items),
        askable=frozenset() if person.closed_at else history.list_askable(page.items, now=post.now),
        shows_appeals=True,
        next_cursor=page.next,
        is_first=request.args.get("cursor") is None,
    )

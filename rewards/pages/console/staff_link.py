"""What signs in as a resident or is one: staff accounts, and a WeChat account.

Which resident a staff member is: nobody gives points to their own account.
"""

from uuid import UUID

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from rewards.access import rules as access
from rewards.access.types import Verb
from rewards.core.errors import RewardsError
from rewards.identity import queries, service
from rewards.identity.errors import StaffNotFoundError
from rewards.network import queries as network
from rewards.participants import queries as participants
from rewards.web import statuses

from . import frame, residents

blueprint = Blueprint("console_staff_link", __name__)


@blueprint.post("/console/residents/<uuid:participant_id>/staff-link")
def link(participant_id: UUID) -> ResponseReturnValue:
    """Keep which staff account is the resident's own; without a name, none."""
    post = frame.enter()
    person = participants.get_participant(participant_id)
    home = network.get_node(person.home_node_id)
    access.authorize(post.actor, Verb.MANAGE_STAFF, home.path)
    name = request.form.get("staff", "").strip()
    linked = queries.find_linked_staff(person.id)
    try:
        staff = queries.find_staff(name) if name else linked
        if staff is None:
            raise StaffNotFoundError
        service.link_participant(
            actor=post.actor,
            staff_id=staff.id,
            participant_id=person.id if name else None,
            now=post.now,
        )
    except RewardsError as error:
        return residents.page(post, person, home, error=error), statuses.status_of(error)
    return redirect(f"/console/residents/{person.id}?done=link", code=303)


@blueprint.post("/console/residents/<uuid:participant_id>/wechat-unlinking")
def unlink_wechat(participant_id: UUID) -> ResponseReturnValue:
    """Have the WeChat account that was linked sign nobody in any more."""
    post = frame.enter()
    service.unlink_wechat(actor=post.actor, participant_id=participant_id, now=post.now)
    return redirect(f"/console/residents/{participant_id}?done=link", code=303)

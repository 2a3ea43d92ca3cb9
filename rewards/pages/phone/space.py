"""The offline space as a resident looks for it: where it is, and what is on today, by zone."""

from dataclasses import replace
from uuid import UUID

from flask import Blueprint
from flask.typing import ResponseReturnValue

from rewards.core import clock
from rewards.network import queries as network
from rewards.pages import opening
from rewards.stock import queries as stock
from rewards.stock.types import Desk, SpaceId

from . import frame, progress

blueprint = Blueprint("space", __name__)


@blueprint.get("/spaces/<uuid:space_id>")
def show(space_id: UUID) -> ResponseReturnValue:
    """Show a space with its zones and boards, and what takes place in each of them today."""
    me = frame.find_me()
    space = stock.get_space(SpaceId(space_id))
    node = network.get_node(space.node_id)
    lines = progress.list_today(node, me, has_boards=True)
    zones = [
        (zone, [line for line in lines if line.occasion.zone_id == zone.id])
        for zone in space.zones
        if not zone.is_closed
    ]
    now = clock.now()
    # What is said besides the hours stands with those of the space alone.
    exchange = replace(opening.look(space, Desk.EXCHANGE, now), note="")
    return frame.show(
        "space.html",
        me=me,
        space=space,
        node=node,
        zones=zones,
        opening=opening.look(space, Desk.SPACE, now),
        exchange=exchange if opening.has_own_hours(space, now) else None,
    )

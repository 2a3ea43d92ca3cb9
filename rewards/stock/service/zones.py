"""Use cases of staff: zones of a space, and photo boards on its walls."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from rewards.access import operations as audit_trail
from rewards.access import rules as access
from rewards.access.types import Actor, Verb
from rewards.core.db import db
from rewards.core.ids import new_id
from rewards.core.unit import use_case

from .. import queries, rules
from ..errors import InvalidSpaceError
from ..models import SpaceZoneRow
from ..types import Space, SpaceId, ZoneId, ZoneKind


@use_case
def add_zone(*, actor: Actor, space_id: SpaceId, kind: ZoneKind, name: str, now: datetime) -> Space:
    """Open one more zone or photo board in a space.

    :raises SpaceNotFoundError: if there is no such space.
    :raises NotAllowedError: if the actor may not manage occasions there.
    :raises InvalidSpaceError: if the name does not fit, or there are too many zones.
    """
    space = queries.get_space(space_id)
    access.authorize(actor, Verb.MANAGE_OCCASION, space.node_path)
    if len(space.zones) >= rules.ZONES_MAX:
        raise InvalidSpaceError(field="zones")
    zone_id = ZoneId(new_id())
    db.session.execute(
        sa.insert(SpaceZoneRow).values(
            id=zone_id,
            space_id=space_id,
            kind=kind,
            name=rules.check_zone_name(name),
            position=len(space.zones),
        )
    )
    _audit_zone(actor, "zone.opened", space, zone_id, {"kind": kind.value}, now=now)
    return queries.get_space(space_id)


@use_case
def change_zone(
    *, actor: Actor, zone_id: ZoneId, name: str | None = None, is_closed: bool, now: datetime
) -> Space:
    """Rename a zone, close it or open it again; what was held there keeps its name of then.

    :raises ZoneNotFoundError: if there is no such zone.
    :raises NotAllowedError: if the actor may not manage occasions there.
    :raises InvalidSpaceError: if the name does not fit.
    """
    space = queries.get_space_of_zone(zone_id)
    access.authorize(actor, Verb.MANAGE_OCCASION, space.node_path)
    values: dict[str, Any] = {"closed_at": now if is_closed else None}
    if name is not None:
        values["name"] = rules.check_zone_name(name)
    db.session.execute(sa.update(SpaceZoneRow).where(SpaceZoneRow.id == zone_id).values(**values))
    _audit_zone(actor, "zone.changed", space, zone_id, {"is_closed": is_closed}, now=now)
    return queries.get_space(space.id)


def _audit_zone(
    actor: Actor,
    action: str,
    space: Space,
    zone_id: ZoneId,
    details: dict[str, Any],
    *,
    now: datetime,
) -> None:
    audit_trail.audit(
        actor=actor,
        action=action,
        node_id=space.node_id,
        subject=f"zone:{zone_id.hex}",
        details=details,
        now=now,
    )

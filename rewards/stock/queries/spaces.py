"""Reads of spaces and their zones."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from rewards.core.db import db, table_of
from rewards.network.types import NodeId

from ..errors import SpaceNotFoundError, ZoneNotFoundError
from ..models import SpaceRow, SpaceZoneRow
from ..types import Space, SpaceId, Zone, ZoneId

_SPACES = table_of(SpaceRow)
_ZONES = table_of(SpaceZoneRow)
_spaces = sa.select(
    _SPACES.c.id,
    _SPACES.c.node_id,
    _SPACES.c.node_path,
    _SPACES.c.name,
    _SPACES.c.address,
    _SPACES.c.hours,
    _SPACES.c.phone,
    _SPACES.c.closed_at,
    _SPACES.c.slot_minutes,
    _SPACES.c.slot_capacity,
)
# Built once: on the path of a reservation, building a statement costs more than sending it.
_space = _spaces.where(_SPACES.c.id == sa.bindparam("wanted"))
_zones = (
    sa.select(_ZONES.c.space_id, _ZONES.c.id, _ZONES.c.kind, _ZONES.c.name, _ZONES.c.closed_at)
    .where(_ZONES.c.space_id.in_(sa.bindparam("wanted", expanding=True)))
    .order_by(_ZONES.c.space_id, _ZONES.c.position)
)


def get_space(space_id: SpaceId) -> Space:
    """Return a space with its zones.

    :raises SpaceNotFoundError: if there is none.
    """
    rows = db.session.execute(_space, {"wanted": space_id}).all()
    if not rows:
        raise SpaceNotFoundError
    return _with_zones(rows)[0]


def name_spaces(space_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the names of those spaces that exist."""
    rows = db.session.execute(
        sa.select(_SPACES.c.id, _SPACES.c.name).where(_SPACES.c.id.in_(list(space_ids)))
    )
    return {row.id: row.name for row in rows}


def is_zone_closed(zone_id: UUID) -> bool:
    """Tell whether nothing takes place in a zone any more: it is closed, or its whole space."""
    found = db.session.execute(
        sa.select(_ZONES.c.closed_at, _SPACES.c.closed_at.label("space_closed_at"))
        .join(_SPACES, _SPACES.c.id == _ZONES.c.space_id)
        .where(_ZONES.c.id == zone_id)
    ).one()
    return found.closed_at is not None or found.space_closed_at is not None


def get_space_of_zone(zone_id: UUID) -> Space:
    """Return the space that a zone is a part of.

    :raises ZoneNotFoundError: if there is no such zone.
    """
    space_id = db.session.scalar(sa.select(_ZONES.c.space_id).where(_ZONES.c.id == zone_id))
    if space_id is None:
        raise ZoneNotFoundError
    return get_space(SpaceId(space_id))


def list_spaces(node_path: str = "") -> tuple[Space, ...]:
    """Return the spaces of a branch of the network, or of all of it, closed ones too."""
    rows = db.session.execute(
        _spaces.where(_SPACES.c.node_path.startswith(node_path, autoescape=True)).order_by(
            _SPACES.c.node_path, _SPACES.c.name
        )
    ).all()
    return _with_zones(rows)


def _with_zones(rows: Sequence[sa.Row[*tuple[Any, ...]]]) -> tuple[Space, ...]:
    zones: dict[UUID, list[Zone]] = {row.id: [] for row in rows}
    found = db.session.execute(_zones, {"wanted": list(zones)})
    for zone in found:
        zones[zone.space_id].append(
            Zone(
                id=ZoneId(zone.id),
                kind=zone.kind,
                name=zone.name,
                is_closed=zone.closed_at is not None,
            )
        )
    return tuple(
        Space(
            id=SpaceId(row.id),
            node_id=NodeId(row.node_id),
            node_path=row.node_path,
            name=row.name,
            address=row.address,
            hours=row.hours,
            phone=row.phone,
            zones=tuple(zones[row.id]),
            closed_at=row.closed_at,
            slot_minutes=row.slot_minutes,
            slot_capacity=row.slot_capacity,
        )
        for row in rows
    )

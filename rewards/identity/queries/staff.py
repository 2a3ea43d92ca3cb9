"""Reads of staff accounts and their roles."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from rewards.access.types import (
    StaffId,
)
from rewards.core.db import db
from rewards.network.types import NodeId

from .. import rules
from ..errors import StaffNotFoundError
from ..models import RoleGrantRow, StaffRow
from ..types import Credentials, RoleGrant, Staff

_STAFF_COLUMNS = (StaffRow.id, StaffRow.name, StaffRow.totp_secret_sealed, StaffRow.disabled_at)

_every_grant = sa.select(
    RoleGrantRow.id,
    RoleGrantRow.staff_id,
    RoleGrantRow.role,
    RoleGrantRow.node_id,
    RoleGrantRow.node_path,
    RoleGrantRow.granted_at,
    RoleGrantRow.ended_at,
)


def find_staff(name: str) -> Staff | None:
    """Return the staff member of a sign-in name, if there is one."""
    return _find_staff(StaffRow.name == rules.normalize_staff_name(name))


def get_staff(staff_id: UUID) -> Staff:
    """Return the staff member of that id.

    :raises StaffNotFoundError: if there is none.
    """
    staff = _find_staff(StaffRow.id == staff_id)
    if staff is None:
        raise StaffNotFoundError
    return staff


def find_linked_staff(participant_id: UUID) -> Staff | None:
    """Return the staff member who is that participant, if there is one."""
    return _find_staff(StaffRow.participant_id == participant_id)


def list_staff_names(staff_ids: Collection[UUID]) -> dict[StaffId, str]:
    """Return the sign-in names of those of *staff_ids* that exist, disabled or not."""
    rows = db.session.execute(
        sa.select(StaffRow.id, StaffRow.name).where(StaffRow.id.in_(list(staff_ids)))
    )
    return {StaffId(row.id): row.name for row in rows}


def list_staff() -> tuple[Staff, ...]:
    """Return the staff, by name."""
    rows = db.session.execute(sa.select(*_STAFF_COLUMNS).order_by(StaffRow.name))
    return tuple(_to_staff(row) for row in rows)


def list_staff_by_ids(ids: Collection[UUID]) -> dict[StaffId, Staff]:
    """Return those of the staff that exist."""
    rows = db.session.execute(sa.select(*_STAFF_COLUMNS).where(StaffRow.id.in_(list(ids)))).all()
    return {StaffId(row.id): _to_staff(row) for row in rows}


def find_credentials(name: str) -> Credentials | None:
    """Return what a sign-in under *name* is judged by; None: no such account, or disabled."""
    row = db.session.execute(
        sa.select(
            StaffRow.id.label("staff_id"),
            StaffRow.password_hash,
            StaffRow.failures,
            StaffRow.failed_at,
        ).where(StaffRow.name == name, StaffRow.disabled_at.is_(None))
    ).one_or_none()
    return None if row is None else Credentials(**row._asdict())


def list_grants(staff_id: UUID) -> tuple[RoleGrant, ...]:
    """Return the roles a staff member holds now, oldest first."""
    grants = db.session.execute(
        _every_grant.where(
            RoleGrantRow.staff_id == staff_id, RoleGrantRow.ended_at.is_(None)
        ).order_by(RoleGrantRow.granted_at, RoleGrantRow.id)
    )
    return tuple(map(_to_grant, grants))


def list_all_grants(connection: sa.Connection) -> tuple[RoleGrant, ...]:
    """Return every role that anybody holds or ever held."""
    return tuple(map(_to_grant, connection.execute(_every_grant)))


def _find_staff(condition: sa.ColumnElement[bool]) -> Staff | None:
    row = db.session.execute(sa.select(*_STAFF_COLUMNS).where(condition)).one_or_none()
    return None if row is None else _to_staff(row)


def _to_staff(row: sa.Row[*tuple[Any, ...]]) -> Staff:
    return Staff(
        id=StaffId(row.id),
        name=row.name,
        has_totp=bool(row.totp_secret_sealed),
        disabled_at=row.disabled_at,
    )


def _to_grant(row: Any) -> RoleGrant:
    return RoleGrant(
        id=row.id,
        staff_id=StaffId(row.staff_id),
        role=row.role,
        node_id=NodeId(row.node_id),
        node_path=row.node_path,
        granted_at=row.granted_at,
        ended_at=row.ended_at,
    )

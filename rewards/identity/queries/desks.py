"""Reads of tablets that several clerks share."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from rewards.access.types import StaffId
from rewards.core.db import db
from rewards.core.secrecy import hash_token

from ..models import StaffPinRow, StaffRow
from ..types import Clerk, KeptPin


def list_clerks(tablet: str, *, now: datetime) -> tuple[Clerk, ...]:
    """Return who can take the desk of a tablet by digits, by name."""
    if not tablet:
        return ()
    rows = db.session.execute(
        sa.select(StaffRow.id, StaffRow.name)
        .join(StaffPinRow, StaffPinRow.staff_id == StaffRow.id)
        .where(
            StaffPinRow.tablet_hash == hash_token(tablet),
            StaffPinRow.ended_at.is_(None),
            StaffPinRow.expires_at > now,
            StaffRow.disabled_at.is_(None),
        )
        .order_by(StaffRow.name)
    )
    return tuple(Clerk(staff_id=StaffId(row.id), name=row.name) for row in rows)


def find_pin(tablet: str, staff_id: UUID) -> KeptPin | None:
    """Return what somebody's digits on a tablet are judged by, if they set any there."""
    row = db.session.execute(
        sa.select(StaffPinRow.id, StaffPinRow.pin_hash)
        .join(StaffRow, StaffRow.id == StaffPinRow.staff_id)
        .where(
            StaffPinRow.tablet_hash == hash_token(tablet),
            StaffPinRow.staff_id == staff_id,
            StaffRow.disabled_at.is_(None),
        )
    ).one_or_none()
    return None if row is None else KeptPin(id=row.id, pin_hash=row.pin_hash)

"""Reads of visits."""

from uuid import UUID

import sqlalchemy as sa

from rewards.access.types import ParticipantId
from rewards.core.db import db
from rewards.stock.types import SpaceId

from .models import DeskVisitRow
from .types import Visit, VisitId


def find_visit(visit_id: UUID) -> Visit | None:
    """Return the visit of that id, if there is one."""
    return _find(DeskVisitRow.id == visit_id)


def find_by_step(participant_id: ParticipantId, step: int) -> Visit | None:
    """Return the visit that a code of somebody's phone opened, if it opened one."""
    return _find(sa.and_(DeskVisitRow.participant_id == participant_id, DeskVisitRow.step == step))


def _find(condition: sa.ColumnElement[bool]) -> Visit | None:
    row = db.session.execute(
        sa.select(
            DeskVisitRow.id,
            DeskVisitRow.participant_id,
            DeskVisitRow.space_id,
            DeskVisitRow.proof,
            DeskVisitRow.opened_by,
            DeskVisitRow.opened_at,
            DeskVisitRow.ends_at,
        ).where(condition)
    ).one_or_none()
    if row is None:
        return None
    return Visit(
        id=VisitId(row.id),
        participant_id=ParticipantId(row.participant_id),
        space_id=SpaceId(row.space_id),
        proof=row.proof,
        opened_by=row.opened_by,
        opened_at=row.opened_at,
        ends_at=row.ends_at,
    )

"""Reads of visits."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from rewards.access.types import ParticipantId
from rewards.core.db import db
from rewards.stock.types import SpaceId

from . import rules
from .models import DeskVisitRow
from .types import Visit, VisitId


def find_visit(visit_id: UUID) -> Visit | None:
    """Return the visit of that id, if there is one."""
    return _find(DeskVisitRow.id == visit_id)


def find_present(
    visit_id: UUID | None,
    *,
    participant_id: ParticipantId,
    principal: str,
    space_id: SpaceId,
    now: datetime,
) -> Visit | None:
    """Return the visit of that id if it says that the participant stands there now."""
    visit = None if visit_id is None else find_visit(visit_id)
    if visit is None or visit.participant_id != participant_id:
        return None
    is_open = rules.counts_for(visit, principal=principal, space_id=space_id, now=now)
    return visit if is_open else None


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

"""Attendance whose credit waits for the books."""

from uuid import UUID

import sqlalchemy as sa

from rewards.access.types import ParticipantId
from rewards.core.db import db, table_of

from ..models import WithheldCreditRow
from ..types import Withheld

_withheld = table_of(WithheldCreditRow)
_due = sa.select(_withheld).where(_withheld.c.credited_at.is_(None))


def is_withheld(source_id: sa.ColumnElement[UUID]) -> sa.ColumnElement[bool]:
    """Return the condition that the attendance of that column waits for its credit."""
    return (
        sa.exists()
        .where(_withheld.c.source_id == source_id, _withheld.c.credited_at.is_(None))
        .correlate_except(_withheld)
    )


def list_withheld(*, limit: int) -> tuple[Withheld, ...]:
    """Return what was recorded while the books were frozen and is not credited, oldest first.

    What was tried before comes after the rest, or what is refused for good would stand in its way.
    """
    last = sa.func.coalesce(_withheld.c.tried_at, _withheld.c.withheld_at)
    is_tried = _withheld.c.tried_at.is_not(None)
    rows = db.session.execute(_due.order_by(is_tried, last, _withheld.c.source_id).limit(limit))
    return tuple(
        Withheld(
            source_id=row.source_id,
            participant_id=ParticipantId(row.participant_id),
            occasion_id=row.occasion_id,
            minutes=row.minutes,
            verified=frozenset(row.verified.split()),
            principal=row.actor,
            occurred_at=row.occurred_at,
        )
        for row in rows
    )


def find_verified(source_id: UUID) -> frozenset[str]:
    """Return what staff made sure of for an attendance whose credit waits or did."""
    query = sa.select(_withheld.c.verified).where(_withheld.c.source_id == source_id)
    return frozenset((db.session.scalar(query) or "").split())


def count_withheld() -> int:
    """Return how many attendances wait for their credit."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(_due.subquery())) or 0

"""Which acts were ever credited with points."""

from collections.abc import Collection, Iterable
from uuid import UUID

import sqlalchemy as sa

from rewards.access.types import ParticipantId
from rewards.core.db import db, table_of

from ..models import EntryRow
from ..types import Asset, Reason

LOOK_UP_SIZE = 500

_entries = table_of(EntryRow)


def list_credited(source_ids: Collection[UUID]) -> frozenset[UUID]:
    """Return those of the acts that were ever credited with points."""
    found = db.session.scalars(
        sa.select(_entries.c.source_id).where(
            _entries.c.source_id.in_(list(source_ids)), _entries.c.asset == Asset.POINTS
        )
    )
    return frozenset(found)


def has_credit(participant_id: ParticipantId, *, occasion_id: UUID) -> bool:
    """Tell whether a participant was ever credited with points for attending an occasion."""
    found = sa.select(_entries.c.id).where(
        _entries.c.participant_id == participant_id,
        _entries.c.occasion_id == occasion_id,
        _entries.c.asset == Asset.POINTS,
        _entries.c.reason == Reason.ATTENDANCE,
    )
    return db.session.scalar(found.limit(1)) is not None


def list_credited_by(connection: sa.Connection, sources: Iterable[UUID]) -> set[UUID]:
    """Return those of the attendances that the books credit with anything."""
    wanted = sorted(set(sources))
    found: set[UUID] = set()
    for start in range(0, len(wanted), LOOK_UP_SIZE):
        found.update(
            connection.scalars(
                sa.select(_entries.c.source_id).where(
                    _entries.c.source_id.in_(wanted[start : start + LOOK_UP_SIZE]),
                    _entries.c.reason == Reason.ATTENDANCE,
                )
            )
        )
    return found


def select_credited(participant_id: ParticipantId) -> sa.Select[tuple[UUID]]:
    """Return a sub-query of the acts for which a participant was ever credited with points."""
    return sa.select(_entries.c.source_id).where(
        _entries.c.participant_id == participant_id, _entries.c.asset == Asset.POINTS
    )

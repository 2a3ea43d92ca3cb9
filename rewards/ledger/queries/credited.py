"""Which acts were ever credited with points."""

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa

from rewards.access.types import ParticipantId
from rewards.core.db import db, table_of

from ..models import EntryRow
from ..types import Asset

_entries = table_of(EntryRow)


def list_credited(source_ids: Collection[UUID]) -> frozenset[UUID]:
    """Return those of the acts that were ever credited with points."""
    found = db.session.scalars(
        sa.select(_entries.c.source_id).where(
            _entries.c.source_id.in_(list(source_ids)), _entries.c.asset == Asset.POINTS
        )
    )
    return frozenset(found)


def select_credited(participant_id: ParticipantId) -> sa.Select[tuple[UUID]]:
    """Return a sub-query of the acts for which a participant was ever credited with points."""
    return sa.select(_entries.c.source_id).where(
        _entries.c.participant_id == participant_id, _entries.c.asset == Asset.POINTS
    )

"""Whose an entry is and by whose word it came, and what was ever credited."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa

from rewards.access.types import ParticipantId
from rewards.core.db import db, table_of
from rewards.network.types import NodeId

from ..models import EntryRow
from ..types import Asset, EntryId

_entries = table_of(EntryRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where an entry comes from."""

    entry_id: EntryId
    participant_id: ParticipantId
    node_id: NodeId
    node_path: str
    asset: Asset
    amount: int
    actor: str
    posted_at: datetime
    business_date: date


def find_origin(entry_id: UUID) -> Origin | None:
    """Return where an entry comes from, or None if there is no such entry."""
    row = (
        db.session.execute(
            sa.select(
                _entries.c.id.label("entry_id"),
                _entries.c.participant_id,
                _entries.c.node_id,
                _entries.c.node_path,
                _entries.c.asset,
                _entries.c.amount,
                _entries.c.actor,
                _entries.c.posted_at,
                _entries.c.business_date,
            ).where(_entries.c.id == entry_id)
        )
        .mappings()
        .one_or_none()
    )
    return None if row is None else Origin(**row)


def list_credited(source_ids: Collection[UUID]) -> frozenset[UUID]:
    """Return those of the acts that were ever credited with points."""
    found = db.session.scalars(
        sa.select(_entries.c.source_id).where(
            _entries.c.source_id.in_(list(source_ids)), _entries.c.asset == Asset.POINTS
        )
    )
    return frozenset(found)


def select_credited(participant_id: UUID) -> sa.Select[tuple[UUID]]:
    """Return a sub-query of the acts for which a participant was ever credited with points."""
    return sa.select(_entries.c.source_id).where(
        _entries.c.participant_id == participant_id, _entries.c.asset == Asset.POINTS
    )

"""Which acts were ever credited with points."""

from collections.abc import Collection, Iterable
from uuid import UUID

import sqlalchemy as sa

from rewards.access.types import ParticipantId
from rewards.core.db import db, table_of

from ..models import EntryRow
from ..types import Asset, Posted, Reason

LOOK_UP_SIZE = 500

_entries = table_of(EntryRow)
_reversals = sa.alias(_entries, "reversal")


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


def list_parts(participant_id: ParticipantId, occasion_id: UUID) -> tuple[Posted, ...]:
    """Return what the books hold of a participant's attendance of an occasion."""
    left = sa.case((_reversals.c.id.is_(None), _entries.c.amount), else_=0)
    rows = db.session.execute(
        sa.select(_entries.c.rule_code, _entries.c.asset, _entries.c.business_date, left)
        .select_from(_entries)
        .outerjoin(_reversals, _reversals.c.reverses_id == _entries.c.id)
        .where(
            _entries.c.participant_id == participant_id,
            _entries.c.occasion_id == occasion_id,
            _entries.c.reason == Reason.ATTENDANCE,
        )
    )
    return tuple(
        Posted(rule, asset, day, amount if asset is Asset.POINTS else 0)
        for rule, asset, day, amount in rows
    )

"""Which acts were ever credited with points."""

from collections.abc import Collection, Iterable
from uuid import UUID

import sqlalchemy as sa

from rewards.access.types import ParticipantId
from rewards.core.db import db, table_of

from ..models import EntryRow
from ..types import Asset, Entry, Posted, Reason
from .history import to_entry

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


def has_credit(participant_id: ParticipantId, *, occasion_id: UUID, renewal: int) -> bool:
    """Tell whether a participant was credited with points for attending an occasion.

    *renewal*: how often the attendance was undone; what it gave before does not count.
    """
    found = sa.select(_entries.c.id).where(
        _entries.c.participant_id == participant_id,
        _entries.c.occasion_id == occasion_id,
        _entries.c.asset == Asset.POINTS,
        _entries.c.reason == Reason.ATTENDANCE,
        _entries.c.renewal == renewal,
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


def list_standing(source_id: UUID, *, participant_id: ParticipantId) -> tuple[Entry, ...]:
    """Return what an attendance gave that nobody has taken back: points first, then minutes."""
    rows = db.session.execute(
        sa.select(_entries)
        .outerjoin(_reversals, _reversals.c.reverses_id == _entries.c.id)
        .where(
            _entries.c.source_id == source_id,
            _entries.c.participant_id == participant_id,
            _entries.c.reason == Reason.ATTENDANCE,
            _reversals.c.id.is_(None),
        )
        .order_by(_entries.c.asset, _entries.c.id)
    )
    return tuple(map(to_entry, rows))


def has_reversed(source_id: UUID, *, participant_id: ParticipantId) -> bool:
    """Tell whether something that an attendance gave was taken back."""
    found = (
        sa.select(_entries.c.id)
        .join(_reversals, _reversals.c.reverses_id == _entries.c.id)
        .where(
            _entries.c.source_id == source_id,
            _entries.c.participant_id == participant_id,
            _entries.c.reason == Reason.ATTENDANCE,
        )
    )
    return db.session.scalar(found.limit(1)) is not None


def list_standing_by(connection: sa.Connection, sources: Iterable[UUID]) -> set[UUID]:
    """Return those of the attendances of whose credit something was not taken back."""
    wanted = sorted(set(sources))
    found: set[UUID] = set()
    for start in range(0, len(wanted), LOOK_UP_SIZE):
        found.update(
            connection.scalars(
                sa.select(_entries.c.source_id)
                .outerjoin(_reversals, _reversals.c.reverses_id == _entries.c.id)
                .where(
                    _entries.c.source_id.in_(wanted[start : start + LOOK_UP_SIZE]),
                    _entries.c.reason == Reason.ATTENDANCE,
                    _reversals.c.id.is_(None),
                )
            )
        )
    return found


def select_credited(participant_id: ParticipantId) -> sa.Select[tuple[UUID]]:
    """Return a sub-query of the acts for which a participant was ever credited with points."""
    return sa.select(_entries.c.source_id).where(
        _entries.c.participant_id == participant_id, _entries.c.asset == Asset.POINTS
    )


def list_parts(
    participant_id: ParticipantId, occasion_id: UUID, *, renewal: int
) -> tuple[Posted, ...]:
    """Return what the books hold of an attendance that was undone *renewal* times before."""
    left = sa.case((_reversals.c.id.is_(None), _entries.c.amount), else_=0)
    rows = db.session.execute(
        sa.select(_entries.c.rule_code, _entries.c.asset, _entries.c.business_date, left)
        .select_from(_entries)
        .outerjoin(_reversals, _reversals.c.reverses_id == _entries.c.id)
        .where(
            _entries.c.participant_id == participant_id,
            _entries.c.occasion_id == occasion_id,
            _entries.c.reason == Reason.ATTENDANCE,
            _entries.c.renewal == renewal,
        )
    )
    return tuple(
        Posted(rule, asset, day, amount if asset is Asset.POINTS else 0)
        for rule, asset, day, amount in rows
    )

"""What the books hold about the acts of other features, for those to compare with theirs."""

from collections.abc import Collection, Iterator
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa

from rewards.access.types import ParticipantId
from rewards.core.checks import Scope
from rewards.core.db import table_of

from ..models import AccountRow, EntryRow, HoldRow
from ..types import (
    DecidedFact,
    EntryId,
    HoldFact,
    HoldId,
    Reason,
    RefundFact,
    SpendingFact,
)
from .verification import within

FETCH_ROWS = 2_000

_accounts = table_of(AccountRow)
_entries = table_of(EntryRow)
_holds = table_of(HoldRow)
_streamed = {"yield_per": FETCH_ROWS}


def stream_holds(connection: sa.Connection, *, since: UUID) -> Iterator[tuple[UUID, HoldFact]]:
    """Yield the holds whose source is *since* or later, in the order of their sources."""
    rows = connection.execute(
        sa.select(
            _holds.c.source_id,
            _holds.c.id,
            _holds.c.amount,
            _holds.c.status,
            _accounts.c.participant_id,
        )
        .join_from(_holds, _accounts, _accounts.c.id == _holds.c.account_id)
        .where(_holds.c.source_id >= since)
        .order_by(_holds.c.source_id),
        execution_options=_streamed,
    )
    for row in rows:
        yield (
            row.source_id,
            HoldFact(
                id=HoldId(row.id),
                participant_id=ParticipantId(row.participant_id),
                amount=row.amount,
                status=row.status,
            ),
        )


def stream_spending(
    connection: sa.Connection, *, since: UUID
) -> Iterator[tuple[UUID, SpendingFact]]:
    """Yield what was spent on redemptions from *since* on, in the order of their identifiers."""
    rows = connection.execute(
        sa.select(_entries.c.source_id, _entries.c.participant_id, _entries.c.amount)
        .where(_entries.c.reason == Reason.REDEMPTION, _entries.c.source_id >= since)
        .order_by(_entries.c.source_id),
        execution_options=_streamed,
    )
    for row in rows:
        yield (
            row.source_id,
            SpendingFact(participant_id=ParticipantId(row.participant_id), amount=row.amount),
        )


def stream_refunds(connection: sa.Connection, *, since: UUID) -> Iterator[tuple[UUID, RefundFact]]:
    """Yield what was given back of redemptions from *since* on, in the order of those."""
    spent = sa.alias(_entries, "spent")
    rows = connection.execute(
        sa.select(spent.c.source_id, _entries.c.id, _entries.c.participant_id, _entries.c.amount)
        .join_from(_entries, spent, spent.c.id == _entries.c.reverses_id)
        .where(
            _entries.c.reason == Reason.REFUND,
            spent.c.reason == Reason.REDEMPTION,
            spent.c.source_id >= since,
        )
        .order_by(spent.c.source_id),
        execution_options=_streamed,
    )
    for row in rows:
        yield (
            row.source_id,
            RefundFact(
                entry_id=EntryId(row.id),
                participant_id=ParticipantId(row.participant_id),
                amount=row.amount,
            ),
        )


def list_origins(
    connection: sa.Connection, entry_ids: Collection[UUID]
) -> dict[UUID, tuple[UUID, str]]:
    """Return of what each of those entries came, and whose word it was."""
    rows = connection.execute(
        sa.select(_entries.c.id, _entries.c.source_id, _entries.c.actor).where(
            _entries.c.id.in_(entry_ids)
        )
    )
    return {row.id: (row.source_id, row.actor) for row in rows}


def stream_decided(connection: sa.Connection, *, since: UUID) -> Iterator[tuple[UUID, DecidedFact]]:
    """Yield what may have been decided by hand from *since* on, each with what it was decided by.

    They come in the order of the identifiers of those decisions.
    """
    rows = connection.execute(
        sa.select(
            _entries.c.source_id,
            _entries.c.id,
            _entries.c.participant_id,
            _entries.c.asset,
            _entries.c.amount,
            _entries.c.reverses_id,
            _entries.c.reason,
        )
        .where(
            _entries.c.reason.in_((Reason.ADJUSTMENT, Reason.AWARD, Reason.REVERSAL)),
            _entries.c.source_id >= since,
        )
        .order_by(_entries.c.source_id),
        execution_options=_streamed,
    )
    for row in rows:
        yield (
            row.source_id,
            DecidedFact(
                entry_id=EntryId(row.id),
                participant_id=ParticipantId(row.participant_id),
                asset=row.asset,
                amount=row.amount,
                reverses_id=None if row.reverses_id is None else EntryId(row.reverses_id),
                is_adjustment=row.reason is Reason.ADJUSTMENT,
            ),
        )


def stream_entered(
    connection: sa.Connection, scope: Scope
) -> Iterator[tuple[UUID, str, str, datetime]]:
    """Yield the entries that staff brought about: each with who, the node's path, and when."""
    query = sa.select(
        _entries.c.id, _entries.c.actor, _entries.c.node_path, _entries.c.posted_at
    ).where(_entries.c.actor.like("staff:%"))
    for row in connection.execute(within(query, scope), execution_options=_streamed):
        yield row.id, row.actor, row.node_path, row.posted_at


def list_occasion_days(connection: sa.Connection, scope: Scope) -> tuple[tuple[UUID, date], ...]:
    """Return each occasion that was credited with each day it was credited for."""
    query = sa.select(_entries.c.occasion_id, _entries.c.business_date).distinct()
    rows = connection.execute(
        within(query, scope).where(
            _entries.c.reason == Reason.ATTENDANCE, _entries.c.occasion_id.is_not(None)
        )
    )
    return tuple((row.occasion_id, row.business_date) for row in rows)

"""What staff entered by hand, beside what the system proved itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from rewards.access.types import ParticipantId
from rewards.core.db import db, table_of
from rewards.network.types import NodeId

from ..models import EntryRow
from ..types import EARNING_REASONS, Asset, EntryId, Reason

_entries = table_of(EntryRow)
# As the index of such entries says it.
_is_entered = sa.text("actor LIKE 'staff:%'")
_gained = sa.func.sum(sa.case((_entries.c.amount > 0, _entries.c.amount), else_=0))
_taken = sa.func.sum(sa.case((_entries.c.amount < 0, _entries.c.amount), else_=0))


@dataclass(frozen=True, slots=True, kw_only=True)
class EnteredEntry:
    """An entry of points that staff made."""

    entry_id: EntryId
    actor: str
    participant_id: ParticipantId
    amount: int
    occasion_id: UUID | None
    posted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EnteredSum:
    """Points that one staff member gave to one person, and took back from them (below zero)."""

    actor: str
    participant_id: ParticipantId
    count: int
    gained: int
    taken: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeSum:
    """Points that came at one node: entered by staff, and proved by the system."""

    node_id: NodeId
    entered: int
    proved: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardedEntry:
    """Points that a rule gave for an act that staff entered, and that were not taken back."""

    participant_id: ParticipantId
    node_path: str
    business_date: date
    details: Mapping[str, Any]


def list_awarded(
    *, start: date, end: date, since: datetime, limit: int
) -> tuple[AwardedEntry, ...]:
    """Return what staff entered for acts of some days, posted since a moment, by person and day."""
    rows = db.session.execute(
        sa.select(
            _entries.c.participant_id,
            _entries.c.node_path,
            _entries.c.business_date,
            _entries.c.details,
        )
        .where(
            _is_entered,
            _entries.c.posted_at >= since,
            _entries.c.reason == Reason.AWARD,
            _entries.c.asset == Asset.POINTS,
            _entries.c.business_date.between(start, end),
            _entries.c.id.not_in(
                sa.select(_entries.c.reverses_id).where(_entries.c.reverses_id.is_not(None))
            ),
        )
        .order_by(_entries.c.participant_id, _entries.c.business_date, _entries.c.id)
        .limit(limit)
    )
    return tuple(
        AwardedEntry(
            participant_id=ParticipantId(row.participant_id),
            node_path=row.node_path,
            business_date=row.business_date,
            details=row.details,
        )
        for row in rows
    )


def list_entered(
    *, node_path: str, since: datetime, until: datetime, limit: int
) -> tuple[EnteredEntry, ...]:
    """Return points that staff gave in a branch since a moment and before another."""
    rows = db.session.execute(
        sa.select(
            _entries.c.id,
            _entries.c.actor,
            _entries.c.participant_id,
            _entries.c.amount,
            _entries.c.occasion_id,
            _entries.c.posted_at,
        )
        .where(_is_entered, _entries.c.amount > 0, *_earned(node_path, since, until))
        .order_by(_entries.c.posted_at, _entries.c.id)
        .limit(limit)
    ).all()
    return tuple(
        EnteredEntry(
            entry_id=EntryId(row.id),
            actor=row.actor,
            participant_id=ParticipantId(row.participant_id),
            amount=row.amount,
            occasion_id=row.occasion_id,
            posted_at=row.posted_at,
        )
        for row in rows
    )


def sum_entered(*, node_path: str, since: datetime, until: datetime) -> tuple[EnteredSum, ...]:
    """Return what staff gave and took back in a branch, by staff member and person."""
    rows = db.session.execute(
        sa.select(
            _entries.c.actor,
            _entries.c.participant_id,
            sa.func.count().label("entries"),
            _gained.label("gained"),
            _taken.label("taken"),
        )
        .where(_is_entered, *_earned(node_path, since, until))
        .group_by(_entries.c.actor, _entries.c.participant_id)
    ).all()
    return tuple(
        EnteredSum(
            actor=row.actor,
            participant_id=ParticipantId(row.participant_id),
            count=row.entries,
            gained=int(row.gained),
            taken=int(row.taken),
        )
        for row in rows
    )


def sum_by_node(*, node_path: str, since: datetime, until: datetime) -> tuple[NodeSum, ...]:
    """Return the points that came at each node of a branch, by how they were shown to be due."""
    by_staff = sa.case((_entries.c.actor.startswith("staff:"), _entries.c.amount), else_=0)
    rows = db.session.execute(
        sa.select(
            _entries.c.node_id,
            sa.func.sum(by_staff).label("entered"),
            sa.func.sum(_entries.c.amount - by_staff).label("proved"),
        )
        .where(_entries.c.amount > 0, *_earned(node_path, since, until))
        .group_by(_entries.c.node_id)
    ).all()
    return tuple(
        NodeSum(node_id=NodeId(row.node_id), entered=int(row.entered), proved=int(row.proved))
        for row in rows
    )


def _earned(node_path: str, since: datetime, until: datetime) -> tuple[Any, ...]:
    return (
        _entries.c.asset == Asset.POINTS,
        _entries.c.reason.in_(sorted(EARNING_REASONS)),
        _entries.c.posted_at >= since,
        _entries.c.posted_at < until,
        _entries.c.node_path.startswith(node_path, autoescape=True),
    )

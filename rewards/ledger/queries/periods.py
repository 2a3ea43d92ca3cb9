"""The entries of a participant over a period, and the minutes that count for one."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from rewards.access.types import ParticipantId
from rewards.core.db import db, table_of

from ..models import EntryRow, LotUseRow
from ..types import Asset, Entry, EntryId, Reason, Served
from .history import to_entry

_entries = table_of(EntryRow)
_uses = table_of(LotUseRow)
_originals = sa.alias(_entries, "originals")


def sum_posted(participant_id: ParticipantId, *, asset: Asset, before: datetime) -> int:
    """Return what was posted to the participant's account before a moment, in sum."""
    total = db.session.scalar(
        sa.select(sa.func.sum(_entries.c.amount)).where(
            *_of(participant_id, asset), _entries.c.posted_at < before
        )
    )
    return int(total or 0)


def list_posted(
    participant_id: ParticipantId, *, asset: Asset, start: datetime, end: datetime, limit: int
) -> tuple[Entry, ...]:
    """Return up to *limit* entries posted from *start* on and before *end*, the oldest first."""
    rows = db.session.connection().execute(
        sa.select(_entries)
        .where(
            *_of(participant_id, asset),
            _entries.c.posted_at >= start,
            _entries.c.posted_at < end,
        )
        .order_by(_entries.c.posted_at, _entries.c.id)
        .limit(limit)
    )
    return tuple(to_entry(row) for row in rows)


def list_served(
    participant_id: ParticipantId, *, first: date, last: date, limit: int
) -> tuple[Entry, ...]:
    """Return up to *limit* entries of minutes served from *first* to *last*, both included."""
    rows = db.session.connection().execute(
        sa.select(_entries)
        .where(*_of(participant_id, Asset.SERVICE_MINUTES), _between(first, last))
        .order_by(_entries.c.business_date, _entries.c.id)
        .limit(limit)
    )
    return tuple(to_entry(row) for row in rows)


def list_reversed(participant_id: ParticipantId) -> dict[EntryId, datetime]:
    """Return which entries of the participant were undone by another one, and when."""
    rows = db.session.connection().execute(
        sa.select(_entries.c.reverses_id, _entries.c.posted_at).where(
            _entries.c.participant_id == participant_id, _entries.c.reverses_id.is_not(None)
        )
    )
    return {EntryId(row.reverses_id): row.posted_at for row in rows}


def list_expired(participant_id: ParticipantId) -> dict[EntryId, int]:
    """Return how many points of each entry of the participant expired, where any did."""
    expired = sa.func.sum(_uses.c.amount)
    rows = db.session.connection().execute(
        sa.select(_uses.c.lot_id, expired.label("points"))
        .join_from(_entries, _uses, _uses.c.entry_id == _entries.c.id)
        .where(*_of(participant_id, Asset.POINTS), _entries.c.reason == Reason.EXPIRY)
        .group_by(_uses.c.lot_id)
        .having(expired > 0)
    )
    return {EntryId(row.lot_id): int(row.points) for row in rows}


def sum_served(participant_id: ParticipantId, *, first: date, last: date) -> Served:
    """Return the minutes served from *first* to *last*, both included, less what was reversed."""
    # A reversal takes back what its original was.
    reason = sa.func.coalesce(_originals.c.reason, _entries.c.reason)
    is_backfill = reason == Reason.BACKFILL.value
    is_service = reason.in_([Reason.ATTENDANCE.value, Reason.BACKFILL.value])
    step = sa.case((_entries.c.reverses_id.is_(None), 1), else_=-1)
    row = (
        db.session.connection()
        .execute(
            sa.select(
                _sum(sa.case((is_backfill, 0), else_=_entries.c.amount)).label("minutes"),
                _sum(sa.case((is_backfill, _entries.c.amount), else_=0)).label("backfilled"),
                _sum(sa.case((is_service, step), else_=0)).label("services"),
            )
            .select_from(_entries)
            .outerjoin(_originals, _originals.c.id == _entries.c.reverses_id)
            .where(*_of(participant_id, Asset.SERVICE_MINUTES), _between(first, last))
        )
        .one()
    )
    return Served(
        minutes=int(row.minutes), backfilled=int(row.backfilled), services=int(row.services)
    )


def _of(participant_id: ParticipantId, asset: Asset) -> tuple[sa.ColumnElement[bool], ...]:
    return (_entries.c.participant_id == participant_id, _entries.c.asset == asset)


def _between(first: date, last: date) -> sa.ColumnElement[bool]:
    return _entries.c.business_date.between(first, last)


def _sum(amount: sa.ColumnElement[Any]) -> sa.Function[Any]:
    return sa.func.coalesce(sa.func.sum(amount), 0)

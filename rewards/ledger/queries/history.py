"""A participant's balance and the lines that made it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

import sqlalchemy as sa

from rewards.access.types import ParticipantId
from rewards.core.db import db, table_of
from rewards.core.errors import InvalidCursorError
from rewards.core.paging import PAGE_SIZE, Page, decode_cursor, encode_cursor

from ..models import AccountRow, EntryRow
from ..types import AccountId, Asset, Balance, Entry, EntryId, Reason

Direction = Literal["in", "out"]

_accounts = table_of(AccountRow)
_entries = table_of(EntryRow)
_account = sa.select(
    _accounts.c.id, _accounts.c.balance, _accounts.c.held, _accounts.c.earned
).where(
    _accounts.c.participant_id == sa.bindparam("participant"),
    _accounts.c.asset == sa.bindparam("wanted", type_=_accounts.c.asset.type),
)
_usage = (
    sa.select(
        _entries.c.rule_code,
        _entries.c.business_date,
        sa.func.sum(_entries.c.amount).label("points"),
    )
    .where(
        _entries.c.participant_id == sa.bindparam("participant"),
        _entries.c.business_date.between(sa.bindparam("first"), sa.bindparam("last")),
        _entries.c.asset == Asset.POINTS,
        _entries.c.reason == Reason.ATTENDANCE,
    )
    .group_by(_entries.c.rule_code, _entries.c.business_date)
)

_NOTHING = AccountId(UUID(int=0))


@dataclass(frozen=True, slots=True)
class AttendanceUsage:
    """Points from attendance on one day by one rule."""

    rule_code: str
    business_date: date
    points: int


def get_balance(participant_id: ParticipantId, *, asset: Asset = Asset.POINTS) -> Balance:
    """Return the participant's account; one never used reads as zero."""
    wanted = {"participant": participant_id, "wanted": asset}
    row = db.session.connection().execute(_account, wanted).one_or_none()
    if row is None:
        return Balance(account_id=_NOTHING, balance=0, held=0, earned=0)
    return Balance(
        account_id=AccountId(row.id), balance=row.balance, held=row.held, earned=row.earned
    )


def list_attendance_usage(
    *, participant_id: ParticipantId, start: date, end: date
) -> tuple[AttendanceUsage, ...]:
    """Return the points attendance gave from *start* to *end*, both included, by rule and day."""
    rows = (
        db.session.connection()
        .execute(_usage, {"participant": participant_id, "first": start, "last": end})
        .all()
    )
    return tuple(AttendanceUsage(row.rule_code, row.business_date, int(row.points)) for row in rows)


def page_entries(
    *,
    participant_id: ParticipantId,
    asset: Asset = Asset.POINTS,
    direction: Direction | None = None,
    cursor: str | None = None,
    limit: int = PAGE_SIZE,
) -> Page[Entry]:
    """Return the participant's entries, newest first.

    :raises InvalidCursorError: if the cursor is not one of this list.
    """
    # Identifiers are ordered by time, so they alone are the order of the list.
    query = (
        sa.select(EntryRow)
        .where(EntryRow.participant_id == participant_id, EntryRow.asset == asset)
        .order_by(EntryRow.id.desc())
        .limit(limit + 1)
    )
    if direction is not None:
        query = query.where(EntryRow.amount > 0 if direction == "in" else EntryRow.amount < 0)
    if cursor is not None:
        query = query.where(EntryRow.id < _cursor_id(cursor))
    rows = db.session.scalars(query).all()
    return Page(items=tuple(_entry(row) for row in rows[:limit]), next=_next_cursor(rows, limit))


def _cursor_id(cursor: str) -> UUID:
    try:
        return UUID(decode_cursor(cursor, length=1)[0])
    except (AttributeError, TypeError, ValueError) as error:
        raise InvalidCursorError from error


def _next_cursor(rows: Sequence[EntryRow], limit: int) -> str | None:
    return encode_cursor([str(rows[limit - 1].id)]) if len(rows) > limit else None


def _entry(row: EntryRow) -> Entry:
    return Entry(
        id=EntryId(row.id),
        asset=row.asset,
        amount=row.amount,
        reason=row.reason,
        source_id=row.source_id,
        occasion_id=row.occasion_id,
        rule_code=row.rule_code,
        rule_version=row.rule_version,
        node_id=row.node_id,
        actor=row.actor,
        occurred_at=row.occurred_at,
        posted_at=row.posted_at,
        business_date=row.business_date,
        details=row.details,
    )

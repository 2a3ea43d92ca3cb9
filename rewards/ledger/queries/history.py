"""A participant's balance and the lines that made it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal
from uuid import UUID

import sqlalchemy as sa

from rewards.access.types import ParticipantId
from rewards.core.db import db, table_of
from rewards.core.errors import InvalidCursorError
from rewards.core.paging import PAGE_SIZE, Page, decode_cursor, encode_cursor

from ..errors import EntryNotFoundError
from ..models import AccountRow, EntryRow
from ..types import (
    EARNING_REASONS,
    REVERSING_REASONS,
    RULED_REASONS,
    AccountId,
    Asset,
    Balance,
    Entry,
    EntryId,
)

Direction = Literal["in", "out"]

_accounts = table_of(AccountRow)
_entries = table_of(EntryRow)
_account = sa.select(
    _accounts.c.id,
    _accounts.c.balance,
    _accounts.c.held,
    _accounts.c.earned,
    _accounts.c.debt,
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
        _entries.c.reason.in_(sorted(RULED_REASONS)),
        # An adjustment is by no rule, and nor is its reversal.
        _entries.c.rule_code != "",
    )
    .group_by(_entries.c.rule_code, _entries.c.business_date)
)

_entry_by_id = sa.select(_entries).where(_entries.c.id == sa.bindparam("entry"))
_reversal = sa.select(_entries.c.id).where(_entries.c.reverses_id == sa.bindparam("original"))

_NOTHING = AccountId(UUID(int=0))


@dataclass(frozen=True, slots=True)
class RuleUsage:
    """Points that one rule gave on one day, less what was taken back of them."""

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
        account_id=AccountId(row.id),
        balance=row.balance,
        held=row.held,
        earned=row.earned,
        debt=row.debt,
    )


def list_usage(*, participant_id: ParticipantId, start: date, end: date) -> tuple[RuleUsage, ...]:
    """Return the points that rules gave from *start* to *end*, both included, by rule and day.

    What was reversed does not count.
    """
    rows = (
        db.session.connection()
        .execute(_usage, {"participant": participant_id, "first": start, "last": end})
        .all()
    )
    return tuple(RuleUsage(row.rule_code, row.business_date, int(row.points)) for row in rows)


def get_entry(entry_id: EntryId) -> Entry:
    """Return an entry.

    :raises EntryNotFoundError: if there is none.
    """
    row = db.session.connection().execute(_entry_by_id, {"entry": entry_id}).one_or_none()
    if row is None:
        raise EntryNotFoundError
    return to_entry(row)


def list_entries(entry_ids: Sequence[EntryId]) -> dict[EntryId, Entry]:
    """Return those of the entries that there are."""
    rows = db.session.execute(sa.select(_entries).where(_entries.c.id.in_(list(entry_ids))))
    return {EntryId(row.id): to_entry(row) for row in rows}


def find_reversal(entry_id: EntryId) -> EntryId | None:
    """Return the entry that undid *entry_id*, or None if nothing did."""
    found = db.session.connection().scalar(_reversal, {"original": entry_id})
    return None if found is None else EntryId(found)


def list_rest(entry: Entry) -> tuple[Entry, ...]:
    """Return what else the act of an entry gave, points and minutes, that stands still."""
    undone = sa.alias(_entries, "undone")
    rows = db.session.execute(
        sa.select(_entries)
        .outerjoin(undone, undone.c.reverses_id == _entries.c.id)
        .where(
            _entries.c.source_id == entry.source_id,
            _entries.c.participant_id == entry.participant_id,
            _entries.c.id != entry.id,
            _entries.c.reason.in_(sorted(EARNING_REASONS - REVERSING_REASONS)),
            undone.c.id.is_(None),
        )
        .order_by(_entries.c.id)
    )
    return tuple(map(to_entry, rows))


def find_by_source(source_id: UUID, *, asset: Asset = Asset.POINTS) -> EntryId | None:
    """Return the entry that came of a decision or an act, or None if nothing did."""
    query = sa.select(_entries.c.id).where(
        _entries.c.source_id == source_id, _entries.c.asset == asset
    )
    found = db.session.scalars(query).one_or_none()
    return None if found is None else EntryId(found)


def select_day_sum(*, participant_id: ParticipantId, asset: Asset, day: date) -> sa.Select[Any]:
    """Return a selection of what a participant has earned for one day, for use inside another.

    What was taken back of it is taken off; NULL if there is nothing.
    """
    return sa.select(sa.func.sum(_entries.c.amount)).where(
        _entries.c.participant_id == participant_id,
        _entries.c.business_date == day,
        _entries.c.asset == asset,
        _entries.c.reason.in_(sorted(EARNING_REASONS)),
    )


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
    return Page(items=tuple(to_entry(row) for row in rows[:limit]), next=_next_cursor(rows, limit))


def _cursor_id(cursor: str) -> UUID:
    try:
        return UUID(decode_cursor(cursor, length=1)[0])
    except (AttributeError, TypeError, ValueError) as error:
        raise InvalidCursorError from error


def _next_cursor(rows: Sequence[EntryRow], limit: int) -> str | None:
    return encode_cursor([str(rows[limit - 1].id)]) if len(rows) > limit else None


def to_entry(row: Any) -> Entry:
    """Return a row of the table as a read model."""
    return Entry(
        id=EntryId(row.id),
        participant_id=ParticipantId(row.participant_id),
        asset=row.asset,
        amount=row.amount,
        reason=row.reason,
        source_id=row.source_id,
        occasion_id=row.occasion_id,
        rule_code=row.rule_code,
        rule_version=row.rule_version,
        board=row.board,
        node_id=row.node_id,
        node_path=row.node_path,
        actor=row.actor,
        occurred_at=row.occurred_at,
        posted_at=row.posted_at,
        business_date=row.business_date,
        details=row.details,
        reverses_id=None if row.reverses_id is None else EntryId(row.reverses_id),
        team_id=row.team_id,
        counted_on=row.counted_on,
        renewal=row.renewal,
    )

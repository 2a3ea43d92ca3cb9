"""What became of entries, and what expires when."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa

from rewards.access.types import ParticipantId
from rewards.core.db import db, table_of
from rewards.participants import queries as participants

from ..models import AccountRow, EntryRow, LotRow, LotUseRow
from ..types import EntryId, Expiring, Fate, LotUse

_accounts = table_of(AccountRow)
_entries = table_of(EntryRow)
_lots = table_of(LotRow)
_uses = table_of(LotUseRow)


def list_fates(entry_ids: Sequence[EntryId]) -> dict[EntryId, Fate]:
    """Return what became of each of the entries: used, expired, reversed, or left until when."""
    wanted = list(entry_ids)
    lots = {
        row.entry_id: row
        for row in db.session.execute(
            sa.select(_lots.c.entry_id, _lots.c.remaining, _lots.c.valid_until).where(
                _lots.c.entry_id.in_(wanted)
            )
        )
    }
    reversals = db.session.execute(
        sa.select(_entries.c.reverses_id, _entries.c.id).where(_entries.c.reverses_id.in_(wanted))
    ).all()
    reversed_by = {row.reverses_id: EntryId(row.id) for row in reversals}
    uses = _list_uses(list(lots))
    return {
        entry_id: Fate(
            valid_until=lots[entry_id].valid_until if entry_id in lots else None,
            left=lots[entry_id].remaining if entry_id in lots else None,
            uses=tuple(uses[entry_id]),
            reversed_by=reversed_by.get(entry_id),
        )
        for entry_id in wanted
    }


def list_expiring(
    participant_id: ParticipantId, *, since: date, until: date
) -> tuple[Expiring, ...]:
    """Return the participant's points that can be used until a day from *since* to *until*."""
    rows = db.session.execute(
        _expiring(since, until).where(_accounts.c.participant_id == participant_id)
    )
    return tuple(_read_expiring(row) for row in rows)


def list_expiring_of(
    *,
    since: date,
    until: date,
    node_path: str = "",
    after: ParticipantId | None = None,
    limit: int,
) -> tuple[Expiring, ...]:
    """Return whose points can be used until a day from *since* to *until*, by participant.

    *node_path*: only of those at home in that branch. *after* is the last
    participant of the batch before. Someone whose points end on several of
    the days is in one batch with all of them.
    """
    owners = (
        sa.select(_accounts.c.participant_id)
        .join_from(_lots, _accounts, _accounts.c.id == _lots.c.account_id)
        .where(_lots.c.remaining > 0, _lots.c.valid_until.between(since, until))
        .distinct()
        .order_by(_accounts.c.participant_id)
        .limit(limit)
    )
    if node_path:
        owners = owners.where(_is_at_home(node_path))
    if after is not None:
        owners = owners.where(_accounts.c.participant_id > after)
    rows = db.session.execute(
        _expiring(since, until).where(
            _accounts.c.participant_id.in_(sa.select(owners.subquery().c.participant_id))
        )
    )
    return tuple(_read_expiring(row) for row in rows)


def list_end_days(*, since: date, until: date) -> tuple[date, ...]:
    """Return the days from *since* to *until* after which somebody's points expire."""
    return tuple(
        db.session.scalars(
            sa.select(_lots.c.valid_until)
            .where(_lots.c.remaining > 0, _lots.c.valid_until.between(since, until))
            .distinct()
            .order_by(_lots.c.valid_until)
        )
    )


def sum_expiring(*, node_path: str, day: date) -> tuple[int, int]:
    """Return how many people at home in a branch have points that end with *day*, and how many."""
    row = db.session.execute(
        sa.select(
            sa.func.count(_accounts.c.participant_id.distinct()).label("people"),
            sa.func.coalesce(sa.func.sum(_lots.c.remaining), 0).label("points"),
        )
        .join_from(_lots, _accounts, _accounts.c.id == _lots.c.account_id)
        .where(_lots.c.remaining > 0, _lots.c.valid_until == day, _is_at_home(node_path))
    ).one()
    return int(row.people), int(row.points)


def list_due(*, today: date, limit: int) -> tuple[ParticipantId, ...]:
    """Return up to *limit* participants with points whose day was before *today*.

    Those of whom holds have set as many aside are left out.
    """
    rows = db.session.execute(
        sa.select(_accounts.c.participant_id)
        .join_from(_lots, _accounts, _accounts.c.id == _lots.c.account_id)
        .where(_lots.c.remaining > 0, _lots.c.valid_until < today)
        .group_by(_accounts.c.participant_id, _accounts.c.held)
        .having(sa.func.sum(_lots.c.remaining) > _accounts.c.held)
        .order_by(_accounts.c.participant_id)
        .limit(limit)
    )
    return tuple(ParticipantId(row.participant_id) for row in rows)


def _list_uses(lot_ids: Sequence[object]) -> dict[EntryId, list[LotUse]]:
    uses: dict[EntryId, list[LotUse]] = defaultdict(list)
    rows = db.session.execute(
        sa.select(
            _uses.c.lot_id,
            _uses.c.entry_id,
            _uses.c.amount,
            _entries.c.reason,
            _entries.c.posted_at,
            _entries.c.details,
        )
        .join_from(_uses, _entries, _entries.c.id == _uses.c.entry_id)
        .where(_uses.c.lot_id.in_(list(lot_ids)))
        .order_by(_uses.c.entry_id)
    )
    for row in rows:
        uses[EntryId(row.lot_id)].append(
            LotUse(
                entry_id=EntryId(row.entry_id),
                reason=row.reason,
                amount=row.amount,
                at=row.posted_at,
                details=row.details,
            )
        )
    return uses


def _is_at_home(node_path: str) -> sa.ColumnElement[bool]:
    return _accounts.c.participant_id.in_(participants.select_at_home(node_path))


def _expiring(since: date, until: date) -> sa.Select[tuple[object, ...]]:
    return (
        sa.select(
            _accounts.c.participant_id,
            _lots.c.valid_until,
            sa.func.sum(_lots.c.remaining).label("points"),
        )
        .join_from(_lots, _accounts, _accounts.c.id == _lots.c.account_id)
        .where(_lots.c.remaining > 0, _lots.c.valid_until.between(since, until))
        .group_by(_accounts.c.participant_id, _lots.c.valid_until)
        .order_by(_accounts.c.participant_id, _lots.c.valid_until)
    )


def _read_expiring(row: sa.Row[tuple[object, ...]]) -> Expiring:
    return Expiring(
        participant_id=ParticipantId(row.participant_id),
        valid_until=row.valid_until,
        points=int(row.points),
    )

"""Whether what was undone was undone once, and as a whole: I4 for what was decided, and I6."""

from typing import Any

import sqlalchemy as sa

from rewards.core.checks import FOUND_MAX, Scope, Violation
from rewards.core.db import table_of

from ..models import EntryRow
from ..types import EARNING_REASONS, REVERSING_REASONS, Reason
from .verification import within

# What a reversal has in common with the entry it undoes.
MIRRORED = ("participant_id", "asset", "node_path", "business_date", "board", "rule_code")
DECIDED = (Reason.AWARD, Reason.ADJUSTMENT, Reason.BACKFILL)

_entries = table_of(EntryRow)
_original = sa.alias(_entries, "original")
_REVERSIBLE = (EARNING_REASONS - REVERSING_REASONS) | {Reason.REDEMPTION}


def list_wrong_reversals(connection: sa.Connection, scope: Scope) -> tuple[Violation, ...]:
    """Return reversals that are not the mirror image of one entry, or not its only one (I6)."""
    is_mirror = sa.and_(
        _entries.c.amount == -_original.c.amount,
        _original.c.reason.in_(sorted(_REVERSIBLE)),
        *(_entries.c[name] == _original.c[name] for name in MIRRORED),
        _entries.c.team_id.is_not_distinct_from(_original.c.team_id),
    )
    crooked = connection.execute(
        within(sa.select(_entries.c.id, _entries.c.reverses_id, _entries.c.amount), scope)
        .outerjoin(_original, _original.c.id == _entries.c.reverses_id)
        .where(
            sa.or_(
                _entries.c.reason.in_(sorted(REVERSING_REASONS)),
                _entries.c.reverses_id.is_not(None),
            ),
            sa.or_(_original.c.id.is_(None), sa.not_(is_mirror)),
        )
        .limit(FOUND_MAX)
    )
    return tuple(
        _violated(row.id, f"the mirror image of entry {row.reverses_id}", f"{row.amount} of others")
        for row in crooked
    ) + _list_undone_twice(connection, scope)


def list_decided_twice(connection: sa.Connection, scope: Scope) -> tuple[Violation, ...]:
    """Return what was decided by hand, or given for no occasion, and was posted twice (I4)."""
    key = ("source_id", "rule_code", "asset")
    is_decided = _entries.c.reason.in_(DECIDED)
    rows = connection.execute(
        _of_same_source(scope, is_decided)
        .add_columns(*(_entries.c[name] for name in key), sa.func.count().label("n"))
        .group_by(*(_entries.c[name] for name in key))
        .having(sa.func.count() > 1)
        .limit(FOUND_MAX)
    )
    return tuple(
        Violation(
            invariant="I4",
            subject=f"decision:{row.source_id}",
            expected=f"one entry of {row.asset.value}",
            found=f"{row.n}",
        )
        for row in rows
    )


def _of_same_source(scope: Scope, condition: sa.ColumnElement[bool]) -> sa.Select[Any]:
    query = sa.select().where(condition)
    if scope.is_whole:
        return query
    new = within(sa.select(_entries.c.source_id), scope).where(condition)
    return query.where(_entries.c.source_id.in_(new))


def _list_undone_twice(connection: sa.Connection, scope: Scope) -> tuple[Violation, ...]:
    undone = sa.select(_entries.c.reverses_id, sa.func.count().label("n")).where(
        _entries.c.reverses_id.is_not(None)
    )
    if not scope.is_whole:
        new = within(sa.select(_entries.c.reverses_id), scope)
        undone = undone.where(_entries.c.reverses_id.in_(new))
    rows = connection.execute(
        undone.group_by(_entries.c.reverses_id).having(sa.func.count() > 1).limit(FOUND_MAX)
    )
    return tuple(_violated(row.reverses_id, "one reversal", f"{row.n}") for row in rows)


def _violated(entry_id: Any, expected: str, found: str) -> Violation:
    return Violation(invariant="I6", subject=f"entry:{entry_id}", expected=expected, found=found)

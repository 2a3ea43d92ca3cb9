"""Minutes of service that somebody decided on, for whoever decided to compare them with theirs."""

from collections.abc import Collection, Iterable
from uuid import UUID

import sqlalchemy as sa

from rewards.core.checks import Scope
from rewards.core.db import table_of

from ..models import EntryRow
from ..types import Asset, Reason
from .verification import within

LOOK_UP_SIZE = 500

_entries = table_of(EntryRow)
_columns = (_entries.c.source_id, _entries.c.rule_code, _entries.c.amount)
# What caused an entry, by which rule or none, and its amount.
DecidedMinutes = tuple[UUID, str, int]


def list_decided_minutes(
    connection: sa.Connection, scope: Scope, *, rule_codes: Collection[str]
) -> tuple[DecidedMinutes, ...]:
    """Return the minutes that were filled in, or that one of those rules gave."""
    query = within(sa.select(*_columns).select_from(_entries), scope).where(
        _entries.c.asset == Asset.SERVICE_MINUTES,
        sa.or_(
            _entries.c.reason == Reason.BACKFILL,
            sa.and_(
                _entries.c.reason == Reason.ATTENDANCE,
                _entries.c.rule_code.in_(sorted(rule_codes)),
            ),
        ),
    )
    return tuple((row.source_id, row.rule_code, row.amount) for row in connection.execute(query))


def list_minutes_by(connection: sa.Connection, sources: Iterable[UUID]) -> set[DecidedMinutes]:
    """Return the minutes of service that those things gave."""
    wanted = sorted(set(sources))
    found: set[DecidedMinutes] = set()
    for start in range(0, len(wanted), LOOK_UP_SIZE):
        rows = connection.execute(
            sa.select(*_columns).where(
                _entries.c.source_id.in_(wanted[start : start + LOOK_UP_SIZE]),
                _entries.c.asset == Asset.SERVICE_MINUTES,
                _entries.c.reason.in_([Reason.ATTENDANCE, Reason.BACKFILL]),
            )
        )
        found |= {(row.source_id, row.rule_code, row.amount) for row in rows}
    return found

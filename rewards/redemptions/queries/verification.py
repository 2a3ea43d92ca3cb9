"""Whether redemptions, books, shelves and the audit tell the same: I8, I19 and I20."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from heapq import merge
from itertools import groupby, islice
from uuid import UUID

import sqlalchemy as sa

from rewards.access import queries as audit_trail
from rewards.core import ids
from rewards.core.checks import FOUND_MAX, Scope, Violation
from rewards.core.db import list_repeated, table_of
from rewards.ledger import queries as ledger
from rewards.ledger.types import HoldFact, SpendingFact
from rewards.stock import queries as stock
from rewards.stock.types import MovementFact

from .. import rules
from ..models import RedemptionRow
from ..types import RedemptionFact, RedemptionStatus

FETCH_ROWS = 2_000
# One that is older has come to its end, and was checked after it had.
CHANGES_WITHIN = timedelta(days=rules.KEPT_DAYS + 2)


def list_unsettled(connection: sa.Connection, scope: Scope) -> tuple[Violation, ...]:
    """Return redemptions that the books or the shelf tell otherwise, or not of at all (I8)."""
    since = _since(scope)
    streams = (
        _stream(connection, since=since),
        ledger.stream_holds(connection, since=since),
        ledger.stream_spending(connection, since=since),
        stock.stream_movements(connection, since=since),
    )
    # All come in the order of redemptions, so few rows are held at a time.
    merged = groupby(merge(*streams, key=lambda each: each[0]), key=lambda each: each[0])
    found = (
        Violation(invariant="I8", subject=f"redemption:{each}", expected=expected, found=told)
        for each, facts in merged
        for expected, told in _compare([fact for _, fact in facts])
    )
    return tuple(islice(found, FOUND_MAX))


def list_unaudited(connection: sa.Connection, scope: Scope) -> tuple[Violation, ...]:
    """Return redemptions that staff brought to their end without an audit of it (I19)."""
    found: list[Violation] = []
    for status in (RedemptionStatus.FULFILLED, RedemptionStatus.CANCELLED):
        closed = connection.scalars(
            sa.select(RedemptionRow.id).where(
                RedemptionRow.id >= _since(scope),
                RedemptionRow.status == status,
                RedemptionRow.closed_by.not_like("participant:%"),
            )
        )
        missing = audit_trail.list_unrecorded(
            connection,
            action=f"redemption.{status}",
            subjects=(f"redemption:{each.hex}" for each in closed),
        )
        found += [
            Violation(
                invariant="I19",
                subject=each,
                expected=f"an audit: {status}",
                found="none",
            )
            for each in missing
        ]
    return tuple(found[:FOUND_MAX])


def list_reused_codes(connection: sa.Connection, scope: Scope) -> tuple[Violation, ...]:
    """Return redemptions whose pick-up code was given out before (I20)."""
    row = table_of(RedemptionRow).c
    is_new = () if scope.is_whole else (row.id >= _since(scope),)
    return tuple(
        Violation(
            invariant="I20",
            subject=f"redemption:{each}",
            expected="a pick-up code of its own",
            found="one that others have",
        )
        for each in list_repeated(connection, row.code, *is_new)
    )


def _since(scope: Scope) -> UUID:
    return UUID(int=0) if scope.is_whole else ids.first_id(scope.now - CHANGES_WITHIN)


def _stream(connection: sa.Connection, *, since: UUID) -> Iterator[tuple[UUID, RedemptionFact]]:
    row = RedemptionRow
    names = ("participant_id", "reward_id", "quantity", "points", "status", "hold_id")
    found = connection.execute(
        sa.select(row.id, *(getattr(row, name) for name in names))
        .where(row.id >= since)
        .order_by(row.id),
        execution_options={"yield_per": FETCH_ROWS},
    )
    for each in found.mappings():
        yield each["id"], RedemptionFact(**{name: each[name] for name in names})


def _compare(facts: Sequence[object]) -> tuple[tuple[str, str], ...]:
    redemption = next((fact for fact in facts if isinstance(fact, RedemptionFact)), None)
    if redemption is None:
        return (("a redemption", f"{len(facts)} traces of none"),)
    return rules.list_discrepancies(
        redemption,
        holds=[fact for fact in facts if isinstance(fact, HoldFact)],
        spending=[fact for fact in facts if isinstance(fact, SpendingFact)],
        movements=[fact for fact in facts if isinstance(fact, MovementFact)],
    )

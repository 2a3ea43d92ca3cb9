"""Whether redemptions, books, shelves and the audit tell the same: I8, I19, I20, I22 and I25."""

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
from rewards.ledger.types import HoldFact, RefundFact, SpendingFact
from rewards.participants import queries as participants
from rewards.stock import queries as stock
from rewards.stock.types import MovementFact

from .. import rules
from ..models import RedemptionProxyRow, RedemptionReturnRow, RedemptionRow
from ..types import RedemptionFact, RedemptionStatus, ReturnFact, ReturnKind

FETCH_ROWS = 2_000
# One that is older has come to its end, nothing of it comes back any more, and it was
# checked after that: kept, kept longer, and taken back.
_SETTLED_WITHIN = timedelta(days=rules.RETURN_DAYS + 3)
CHANGES_WITHIN = timedelta(days=rules.KEPT_DAYS + rules.EXTRA_DAYS) + _SETTLED_WITHIN


def list_unsettled(connection: sa.Connection, scope: Scope) -> tuple[Violation, ...]:
    """Return redemptions that the books or the shelf tell otherwise, or not of at all (I8)."""
    since = _since(connection, scope)
    streams = (
        _stream(connection, since=since),
        ledger.stream_holds(connection, since=since),
        ledger.stream_spending(connection, since=since),
        ledger.stream_refunds(connection, since=since),
        _stream_returns(connection, since=since),
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
    """Return what staff did with redemptions without an audit of it (I19)."""
    missing = (
        (action, subject)
        for action, ids_of in _list_deeds(connection, since=_since(connection, scope))
        for subject in audit_trail.list_unrecorded(
            connection, action=action, subjects=(f"redemption:{each.hex}" for each in ids_of)
        )
    )
    return tuple(
        Violation(invariant="I19", subject=subject, expected=f"an audit: {action}", found="none")
        for action, subject in islice(missing, FOUND_MAX)
    )


def _list_deeds(
    connection: sa.Connection, *, since: UUID
) -> Iterator[tuple[str, sa.ScalarResult[UUID]]]:
    row, back = RedemptionRow, RedemptionReturnRow
    for status in (RedemptionStatus.FULFILLED, RedemptionStatus.CANCELLED):
        closed = sa.select(row.id).where(
            row.id >= since, row.status == status, row.closed_by.not_like("participant:%")
        )
        yield f"redemption.{status}", connection.scalars(closed)
    for kind in ReturnKind:
        returned = sa.select(back.redemption_id).where(
            back.redemption_id >= since, back.kind == kind
        )
        yield f"redemption.{kind}", connection.scalars(returned)
    rests = sa.select(row.id).where(row.id >= since, row.split_from.is_not(None))
    yield "redemption.split", connection.scalars(rests)


def list_wrong_slots(connection: sa.Connection, _scope: Scope) -> tuple[Violation, ...]:
    """Return the pick-up slots that count others than those who wait with them (I25)."""
    row = RedemptionRow
    waiting = connection.execute(
        sa.select(row.slot_id, sa.func.count().label("number"))
        .where(row.slot_id.is_not(None), row.status == RedemptionStatus.RESERVED)
        .group_by(row.slot_id)
    )
    counted = {each.slot_id: each.number for each in waiting}
    taken = stock.count_places(connection)
    wrong = sorted(
        slot_id
        for slot_id in counted.keys() | taken.keys()
        if counted.get(slot_id, 0) != taken.get(slot_id, 0)
    )
    return tuple(
        Violation(
            invariant="I25",
            subject=f"slot:{slot_id}",
            expected=f"{counted.get(slot_id, 0)} who wait with it",
            found=f"{taken.get(slot_id, 0)} places taken",
        )
        for slot_id in wrong[:FOUND_MAX]
    )


def list_unforgotten(connection: sa.Connection, _scope: Scope) -> tuple[Violation, ...]:
    """Return the closed accounts that still tell who was to collect for them (I22)."""
    owners = connection.scalars(
        sa.select(RedemptionRow.participant_id)
        .join(RedemptionProxyRow, RedemptionProxyRow.redemption_id == RedemptionRow.id)
        .where(RedemptionRow.participant_id.in_(participants.select_closed_ids()))
        .distinct()
        .limit(FOUND_MAX)
    )
    return tuple(map(participants.tell_unforgotten, sorted(owners)))


def list_reused_codes(connection: sa.Connection, scope: Scope) -> tuple[Violation, ...]:
    """Return redemptions whose pick-up code was given out before (I20)."""
    row = table_of(RedemptionRow).c
    is_new = () if scope.is_whole else (row.id >= _since(connection, scope),)
    return tuple(
        Violation(
            invariant="I20",
            subject=f"redemption:{each}",
            expected="a pick-up code of its own",
            found="one that others have",
        )
        for each in list_repeated(connection, row.code, *is_new)
    )


def _since(connection: sa.Connection, scope: Scope) -> UUID:
    if scope.is_whole:
        return UUID(int=0)
    usual = scope.now - CHANGES_WITHIN
    # While the desk is closed deadlines are put off, for as long as that takes.
    put_off = connection.scalar(
        sa.select(sa.func.min(RedemptionRow.reserved_at)).where(
            RedemptionRow.expires_at >= scope.now - _SETTLED_WITHIN
        )
    )
    return ids.first_id(usual if put_off is None else min(usual, put_off - _SETTLED_WITHIN))


def _stream_returns(connection: sa.Connection, *, since: UUID) -> Iterator[tuple[UUID, ReturnFact]]:
    row = RedemptionReturnRow
    found = connection.execute(
        sa.select(row.redemption_id, row.kind, row.quantity, row.entry_id)
        .where(row.redemption_id >= since)
        .order_by(row.redemption_id),
        execution_options={"yield_per": FETCH_ROWS},
    )
    for each in found:
        yield (
            each.redemption_id,
            ReturnFact(kind=each.kind, quantity=each.quantity, entry_id=each.entry_id),
        )


def _count_split_off(connection: sa.Connection, *, since: UUID) -> dict[UUID, int]:
    """Return how many pieces went on waiting, by the redemptions that only a part was taken of."""
    row = RedemptionRow
    rests = connection.execute(
        sa.select(row.split_from, row.id, row.quantity)
        .where(row.split_from >= since)
        .order_by(row.split_from)
    ).all()
    pieces: dict[UUID, int] = {}
    # The rest of a rest is younger than both: what it took is known before it is asked for.
    for each in reversed(rests):
        pieces[each.split_from] = each.quantity + pieces.get(each.id, 0)
    return pieces


def _stream(connection: sa.Connection, *, since: UUID) -> Iterator[tuple[UUID, RedemptionFact]]:
    row = RedemptionRow
    names = ("participant_id", "reward_id", "quantity", "points", "status", "hold_id")
    split_off = _count_split_off(connection, since=since)
    found = connection.execute(
        sa.select(row.id, row.wish_id, row.returned_at, *(getattr(row, name) for name in names))
        .where(row.id >= since)
        .order_by(row.id),
        execution_options={"yield_per": FETCH_ROWS},
    )
    for each in found.mappings():
        fact = RedemptionFact(
            **{name: each[name] for name in names},
            split_off=split_off.get(each["id"], 0),
            is_gift=each["wish_id"] is not None,
            is_returned=each["returned_at"] is not None,
        )
        yield each["id"], fact


def _compare(facts: Sequence[object]) -> tuple[tuple[str, str], ...]:
    redemption = next((fact for fact in facts if isinstance(fact, RedemptionFact)), None)
    if redemption is None:
        return (("a redemption", f"{len(facts)} traces of none"),)
    return rules.list_discrepancies(
        redemption,
        holds=[fact for fact in facts if isinstance(fact, HoldFact)],
        spending=[fact for fact in facts if isinstance(fact, SpendingFact)],
        movements=[fact for fact in facts if isinstance(fact, MovementFact)],
        refunds=[fact for fact in facts if isinstance(fact, RefundFact)],
        returned=next((fact for fact in facts if isinstance(fact, ReturnFact)), None),
    )

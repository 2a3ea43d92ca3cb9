"""Whether every piece that moved without a resident has its reason, and every reason its pieces."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import islice
from uuid import UUID

import sqlalchemy as sa

from rewards.access import queries as audit_trail
from rewards.core import ids
from rewards.core.checks import FOUND_MAX, Scope, Violation
from rewards.core.db import table_of
from rewards.stock import queries as stock
from rewards.stock.types import MovementKind

from .. import rules
from ..models import (
    StockChangeRequestRow,
    StockDeliveryRow,
    StocktakeRow,
    StockTransferLineRow,
    StockTransferRow,
)
from ..types import ChangeStatus, StocktakeStatus, TransferStatus

# One that is older was checked often; what is decided later waits for the whole check.
CHANGES_WITHIN = timedelta(days=10)

_changes = table_of(StockChangeRequestRow)
_transfers = table_of(StockTransferRow)
_lines = table_of(StockTransferLineRow)
_deliveries = table_of(StockDeliveryRow)
_stocktakes = table_of(StocktakeRow)

# A source, the item, what moved of it, and how many pieces.
Moved = tuple[UUID, UUID, MovementKind, int]


def list_unmatched_shelves(connection: sa.Connection, scope: Scope) -> tuple[Violation, ...]:
    """Return what registers and movements tell otherwise, and changes by one person (I24)."""
    since = _since(scope)
    return tuple(
        islice(
            (
                *_compare_pieces(connection, since),
                *_compare_deliveries(connection, since),
                *_list_alone(connection, since),
                *_list_unsourced(connection, scope),
            ),
            FOUND_MAX,
        )
    )


def list_unaudited(connection: sa.Connection, scope: Scope) -> tuple[Violation, ...]:
    """Return what was done in the stockroom without an audit (I19)."""
    found = [
        Violation(invariant="I19", subject=subject, expected=f"an audit: {action}", found="none")
        for action, subjects in _list_audits(connection, _since(scope)).items()
        for subject in audit_trail.list_unrecorded(connection, action=action, subjects=subjects)
    ]
    return tuple(found[:FOUND_MAX])


def _since(scope: Scope) -> UUID:
    return UUID(int=0) if scope.is_whole else ids.first_id(scope.now - CHANGES_WITHIN)


def _compare_pieces(connection: sa.Connection, since: UUID) -> Iterator[Violation]:
    wanted = Counter((*_of_changes(connection, since), *_of_transfers(connection, since)))
    moved = Counter(
        each
        for each in stock.list_sourced(connection, since=since)
        if each[2] is not MovementKind.RECEIVE
    )
    for each in wanted - moved:
        yield _violation(each[0], expected=_words(each), found="none")
    for each in moved - wanted:
        yield _violation(each[0], expected="a reason in a register", found=_words(each))


def _of_changes(connection: sa.Connection, since: UUID) -> Iterator[Moved]:
    row = _changes.c
    for each in connection.execute(
        sa.select(row.id, row.reward_id, row.kind, row.quantity).where(
            row.id >= since, row.status == ChangeStatus.APPLIED
        )
    ):
        kind, quantity = rules.effect_of(each.kind, each.quantity)
        yield each.id, each.reward_id, kind, quantity


def _of_transfers(connection: sa.Connection, since: UUID) -> Iterator[Moved]:
    for each in connection.execute(
        sa.select(_transfers.c.id, _transfers.c.status, _lines)
        .join(_lines, _lines.c.transfer_id == _transfers.c.id)
        .where(_transfers.c.id >= since)
    ):
        yield each.id, each.reward_id, MovementKind.TRANSFER_OUT, each.quantity
        if each.status is TransferStatus.RETURNED:
            yield each.id, each.reward_id, MovementKind.TRANSFER_IN, each.quantity
        elif each.received:
            yield each.id, each.to_reward_id, MovementKind.TRANSFER_IN, each.received


def _compare_deliveries(connection: sa.Connection, since: UUID) -> Iterator[Violation]:
    lines: Counter[UUID] = Counter()
    pieces: Counter[UUID] = Counter()
    for source_id, _, kind, quantity in stock.list_sourced(connection, since=since):
        if kind is MovementKind.RECEIVE:
            lines[source_id] += 1
            pieces[source_id] += quantity
    row = _deliveries.c
    told = {
        each.id: (each.lines, each.pieces)
        for each in connection.execute(
            sa.select(row.id, row.lines, row.pieces).where(row.id >= since)
        )
    }
    for source_id in sorted(told.keys() | lines.keys()):
        moved = (lines[source_id], pieces[source_id])
        if told.get(source_id) != moved:
            yield _violation(
                source_id,
                expected="{} lines of {} pieces".format(*told.get(source_id, (0, 0))),
                found="{} lines of {} pieces".format(*moved),
            )


def _list_alone(connection: sa.Connection, since: UUID) -> Iterator[Violation]:
    change, transfer = _changes.c, _transfers.c
    alone: Iterable[sa.Select[UUID]] = (
        sa.select(change.id).where(
            change.id >= since,
            sa.or_(
                change.decided_by == change.requested_by,
                sa.and_(change.status == ChangeStatus.APPLIED, change.decided_by == ""),
            ),
        ),
        sa.select(transfer.id).where(
            transfer.id >= since,
            transfer.status == TransferStatus.RECEIVED,
            transfer.closed_by == transfer.sent_by,
        ),
    )
    for statement in alone:
        for found in connection.scalars(statement.limit(FOUND_MAX)):
            yield _violation(found, expected="a second person", found="one alone")


def _list_unsourced(connection: sa.Connection, scope: Scope) -> Iterator[Violation]:
    since = None if scope.is_whole else scope.now - CHANGES_WITHIN
    for movement_id, kind, quantity in stock.list_unsourced(connection, since=since):
        yield Violation(
            invariant="I24",
            subject=f"movement:{movement_id}",
            expected="a change that two people stand behind",
            found=f"{kind} of {quantity} by staff alone",
        )


def _list_audits(connection: sa.Connection, since: UUID) -> dict[str, list[str]]:
    wanted: dict[str, list[str]] = {}

    def want(action: str, kind: str, found: sa.Select[UUID]) -> None:
        subjects = [f"{kind}:{each.hex}" for each in connection.scalars(found)]
        wanted.setdefault(action, []).extend(subjects)

    for status, action in (
        (ChangeStatus.APPLIED, "stock.change_approved"),
        (ChangeStatus.REFUSED, "stock.change_refused"),
        (ChangeStatus.WITHDRAWN, "stock.change_withdrawn"),
    ):
        query = sa.select(_changes.c.id).where(_changes.c.status == status, _changes.c.id >= since)
        want(action, "stock-change", query)
    asked = sa.select(_changes.c.id).where(
        _changes.c.stocktake_id.is_(None), _changes.c.id >= since
    )
    want("stock.change_requested", "stock-change", asked)
    want("transfer.sent", "transfer", sa.select(_transfers.c.id).where(_transfers.c.id >= since))
    for ended, action in (
        (TransferStatus.RECEIVED, "transfer.received"),
        (TransferStatus.RETURNED, "transfer.returned"),
    ):
        done = sa.select(_transfers.c.id).where(
            _transfers.c.status == ended, _transfers.c.id >= since
        )
        want(action, "transfer", done)
    counted = sa.select(_stocktakes.c.id).where(
        _stocktakes.c.status == StocktakeStatus.CLOSED, _stocktakes.c.id >= since
    )
    want("stocktake.closed", "stocktake", counted)
    came = sa.select(_deliveries.c.id).where(_deliveries.c.id >= since)
    want("delivery.received", "delivery", came)
    return wanted


def _words(moved: Moved) -> str:
    _, reward_id, kind, quantity = moved
    return f"{kind} of {quantity} of {reward_id.hex}"


def _violation(source_id: UUID, *, expected: str, found: str) -> Violation:
    return Violation(
        invariant="I24", subject=f"stockroom:{source_id.hex}", expected=expected, found=found
    )

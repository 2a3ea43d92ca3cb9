"""Whether a second person stood behind what needs one, and books and audit tell the same."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from itertools import islice
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from rewards.access import queries as audit_trail
from rewards.core import ids
from rewards.core.checks import FOUND_MAX, Scope, Violation
from rewards.core.db import table_of
from rewards.ledger import queries as ledger
from rewards.ledger.types import DecidedFact, EntryId

from ..models import CorrectionRow
from ..types import CorrectionKind, CorrectionStatus

_corrections = table_of(CorrectionRow)
# One that is older was checked often; those decided later than that wait for the whole check.
CHANGES_WITHIN = timedelta(days=10)

_DONE_ALONE = {
    CorrectionKind.REVERSAL: "correction.reversed",
    CorrectionKind.ADJUSTMENT: "correction.adjusted",
    CorrectionKind.AWARD: "correction.awarded",
}
_DECIDED = {
    CorrectionStatus.APPLIED: "correction.approved",
    CorrectionStatus.REFUSED: "correction.refused",
}


def list_self_approved(connection: sa.Connection, scope: Scope) -> tuple[Violation, ...]:
    """Return corrections without the second person, the other account or the reason (I18)."""
    row = _corrections.c
    is_applied = row.status == CorrectionStatus.APPLIED
    faults = {
        "a second person above the limit": sa.and_(
            is_applied,
            sa.or_(row.kind != CorrectionKind.REVERSAL, row.amount > 0),
            row.decided_by == "",
            sa.func.abs(row.amount) > row.alone_max,
        ),
        "another person than the one who asked": row.decided_by == row.requested_by,
        "nobody's own account": sa.or_(
            row.requester_participant_id == row.participant_id,
            row.decider_participant_id == row.participant_id,
        ),
        "a reason": sa.and_(row.note == "", row.notes_erased_at.is_(None)),
    }
    found = [
        Violation(
            invariant="I18",
            subject=f"correction:{correction_id.hex}",
            expected=expected,
            found="none",
        )
        for expected, fault in faults.items()
        for correction_id in connection.scalars(
            sa.select(row.id)
            .where(row.id >= _since(scope), fault)
            .order_by(row.id)
            .limit(FOUND_MAX)
        )
    ]
    return tuple(found[:FOUND_MAX])


def list_unmatched(connection: sa.Connection, scope: Scope) -> tuple[Violation, ...]:
    """Return corrections that the books tell otherwise, and points by hand of no correction (I18).

    Of an award the books may hold less than was asked for: its caps are theirs.
    """
    row = _corrections.c
    applied = connection.execute(
        sa.select(
            row.id,
            row.kind,
            row.participant_id,
            row.asset,
            row.amount,
            row.entry_id,
            row.applied_entry_id,
        ).where(row.id >= _since(scope), row.status == CorrectionStatus.APPLIED)
    ).mappings()
    corrections: dict[UUID, Mapping[str, Any]] = {each["id"]: dict(each) for each in applied}
    facts = ledger.stream_decided(connection, since=_since(scope))
    return tuple(islice(_compare(corrections, facts), FOUND_MAX))


def list_unaudited(connection: sa.Connection, scope: Scope) -> tuple[Violation, ...]:
    """Return corrections without an audit of who asked and of who decided (I19)."""
    row = _corrections.c
    wanted: dict[str, list[str]] = {}
    for each in connection.execute(
        sa.select(row.id, row.kind, row.status, row.decided_by).where(row.id >= _since(scope))
    ):
        for action in _actions(each):
            wanted.setdefault(action, []).append(f"correction:{each.id.hex}")
    found = [
        Violation(invariant="I19", subject=subject, expected=f"an audit: {action}", found="none")
        for action, subjects in wanted.items()
        for subject in audit_trail.list_unrecorded(connection, action=action, subjects=subjects)
    ]
    return tuple(found[:FOUND_MAX])


def _since(scope: Scope) -> UUID:
    return UUID(int=0) if scope.is_whole else ids.first_id(scope.now - CHANGES_WITHIN)


def _actions(row: Any) -> tuple[str, ...]:
    if row.status is CorrectionStatus.PENDING:
        return ("correction.requested",)
    if not row.decided_by:
        return (_DONE_ALONE[row.kind],)
    return ("correction.requested", _DECIDED[row.status])


def _compare(
    corrections: Mapping[UUID, Mapping[str, Any]], facts: Iterable[tuple[UUID, DecidedFact]]
) -> Iterator[Violation]:
    seen: set[UUID] = set()
    for source_id, fact in facts:
        correction = corrections.get(source_id)
        if correction is None:
            # Reversals and awards come from other features as well.
            if fact.is_adjustment:
                yield _violation(source_id, "a correction", f"entry {fact.entry_id.hex} of none")
        elif source_id in seen:
            yield _violation(source_id, "one entry", "several")
        elif _expected(correction) != _told(correction, fact):
            yield _violation(source_id, _expected(correction), _told(correction, fact))
        seen.add(source_id)
    for correction_id in corrections.keys() - seen:
        yield _violation(correction_id, "its entry", "none")


def _expected(correction: Mapping[str, Any]) -> str:
    return _words(
        correction["applied_entry_id"],
        correction["participant_id"],
        correction["asset"],
        correction["amount"],
        correction["entry_id"],
    )


def _told(correction: Mapping[str, Any], fact: DecidedFact) -> str:
    amount = fact.amount
    if correction["kind"] is CorrectionKind.AWARD and 0 < amount <= correction["amount"]:
        amount = correction["amount"]
    return _words(fact.entry_id, fact.participant_id, fact.asset, amount, fact.reverses_id)


def _words(
    entry_id: UUID, participant_id: UUID, asset: str, amount: int, reverses_id: EntryId | None
) -> str:
    undone = f" undoing {reverses_id.hex}" if reverses_id else ""
    return f"entry {entry_id.hex} of {amount} {asset} for {participant_id.hex}{undone}"


def _violation(correction_id: UUID, expected: str, found: str) -> Violation:
    return Violation(
        invariant="I18",
        subject=f"correction:{correction_id.hex}",
        expected=expected,
        found=found,
    )

"""Keeps what the last check found, and stops the books where money is wrong."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa

from rewards.access import operations as access
from rewards.access.types import Actor, SystemActor
from rewards.core.checks import Violation
from rewards.core.db import db, insert
from rewards.core.unit import operation
from rewards.ledger import operations as books
from rewards.ledger import queries as ledger

from . import rules
from .errors import ThawRefusedError
from .models import VerifiedMarkRow
from .types import Report

FOUND_KEPT = 20
FROZEN = "books.frozen"
THAWED = "books.thawed"
SUBJECT = "books"
NOT_FROZEN = "The books are not frozen."

_ID = 1


@operation
def keep_result(report: Report, *, now: datetime) -> None:
    """Keep what *report* says; the chain counts as verified to its end only if nothing was wrong.

    Of two checks at once, the one that came further stays.
    """
    start = ledger.GENESIS
    db.session.execute(
        insert(VerifiedMarkRow)
        .values(id=_ID, seq=start.seq, hash=start.hash, checked_at=now, violations=0, found=[])
        .on_conflict_do_nothing(index_elements=["id"])
    )
    row = VerifiedMarkRow
    found = [asdict(each) for each in report.violations[:FOUND_KEPT]]
    db.session.execute(_update(checked_at=now, violations=len(report.violations), found=found))
    if report.is_whole:
        whole = _update(whole_checked_at=now, whole_violations=len(report.violations))
        db.session.execute(whole)
    if not report.violations:
        is_further = sa.or_(row.seq <= report.seq, sa.literal(report.is_whole))
        moved = _update(seq=report.seq, hash=report.hash, verified_at=now)
        db.session.execute(moved.where(is_further))


@operation
def freeze(violations: Sequence[Violation], *, now: datetime) -> bool:
    """Stop crediting and redeeming if money is wrong; tell whether that was not known before."""
    broken = rules.list_money(violations)
    if not broken or not books.freeze(invariants=broken, now=now):
        return False
    access.audit(
        actor=SystemActor(),
        action=FROZEN,
        node_id=None,
        subject=SUBJECT,
        details={"invariants": list(broken), "violations": len(violations)},
        now=now,
    )
    return True


@operation
def thaw(*, actor: Actor, reason: str, now: datetime) -> None:
    """Let points come and go again.

    :raises ThawRefusedError: if they do.
    """
    if not books.thaw():
        raise ThawRefusedError(NOT_FROZEN)
    access.audit(
        actor=actor,
        action=THAWED,
        node_id=None,
        subject=SUBJECT,
        details={"reason": reason},
        now=now,
    )


def _update(**values: object) -> sa.Update:
    return (
        sa.update(VerifiedMarkRow)
        .where(VerifiedMarkRow.id == _ID)
        .values(**values)
        .execution_options(synchronize_session=False)
    )

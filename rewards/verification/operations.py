"""Keeps what the last check found."""

from datetime import datetime

import sqlalchemy as sa

from rewards.core.db import db, insert
from rewards.core.unit import operation
from rewards.ledger import queries as ledger

from .models import VerifiedMarkRow
from .types import Report

_ID = 1


@operation
def keep_result(report: Report, *, now: datetime) -> None:
    """Keep what *report* says; the chain counts as verified to its end only if nothing was wrong.

    Of two checks at once, the one that came further stays.
    """
    start = ledger.GENESIS
    db.session.execute(
        insert(VerifiedMarkRow)
        .values(id=_ID, seq=start.seq, hash=start.hash, checked_at=now, violations=0)
        .on_conflict_do_nothing(index_elements=["id"])
    )
    row = VerifiedMarkRow
    db.session.execute(_update(checked_at=now, violations=len(report.violations)))
    if not report.violations:
        is_further = sa.or_(row.seq <= report.seq, sa.literal(report.is_whole))
        moved = _update(seq=report.seq, hash=report.hash, verified_at=now)
        db.session.execute(moved.where(is_further))


def _update(**values: object) -> sa.Update:
    return (
        sa.update(VerifiedMarkRow)
        .where(VerifiedMarkRow.id == _ID)
        .values(**values)
        .execution_options(synchronize_session=False)
    )

"""Freezing: while the books are known to be wrong, nothing is added to them."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from rewards.core.db import db, insert
from rewards.core.unit import operation

from ..models import FreezeRow

_ID = 1


@operation
def freeze(*, invariants: Collection[str], now: datetime) -> bool:
    """Let nothing be posted or held from now on, and keep why; tell whether that was not known."""
    db.session.execute(
        insert(FreezeRow)
        .values(id=_ID, frozen_at=None, invariants="")
        .on_conflict_do_nothing(index_elements=["id"])
    )
    row = db.session.execute(
        sa.select(FreezeRow.frozen_at, FreezeRow.invariants).with_for_update()
    ).one()
    if row.frozen_at is None:
        return _set(now, invariants)
    known = row.invariants.split()
    added = [each for each in invariants if each not in known]
    return bool(added) and _set(row.frozen_at, [*known, *added])


@operation
def thaw() -> bool:
    """Let points come and go again; tell whether they did not before."""
    thawed = db.session.execute(
        sa.update(FreezeRow)
        .where(FreezeRow.id == _ID, FreezeRow.frozen_at.is_not(None))
        .values(frozen_at=None, invariants="")
        .returning(FreezeRow.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    return thawed is not None


def _set(frozen_at: datetime, invariants: Collection[str]) -> bool:
    names = " ".join(sorted(invariants, key=lambda name: int(name[1:])))
    db.session.execute(
        sa.update(FreezeRow)
        .where(FreezeRow.id == _ID)
        .values(frozen_at=frozen_at, invariants=names)
        .execution_options(synchronize_session=False)
    )
    return True

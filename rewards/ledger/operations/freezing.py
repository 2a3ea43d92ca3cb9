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
    """Let nothing be posted or held from now on; tell whether that was not so before."""
    db.session.execute(
        insert(FreezeRow)
        .values(id=_ID, frozen_at=None, invariants="")
        .on_conflict_do_nothing(index_elements=["id"])
    )
    return _set(now, " ".join(invariants), from_frozen=False)


@operation
def thaw() -> bool:
    """Let points come and go again; tell whether they did not before."""
    return _set(None, "", from_frozen=True)


def _set(frozen_at: datetime | None, invariants: str, *, from_frozen: bool) -> bool:
    changed = db.session.execute(
        sa.update(FreezeRow)
        .where(FreezeRow.id == _ID, FreezeRow.frozen_at.is_not(None) == from_frozen)
        .values(frozen_at=frozen_at, invariants=invariants)
        .returning(FreezeRow.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    return changed is not None

"""Numbers of epochs, and how far the boards were seen to be."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from rewards.core.db import db, insert
from rewards.core.unit import operation

from ..models import EpochRow, MarkRow
from ..types import Cause


@operation
def open_epoch(*, center: str, cause: Cause, above: int, seq: int, now: datetime) -> int:
    """Give a new epoch a number above all there were, and above *above*, the highest in Redis.

    A Redis that lost its memory begins to count from nothing, and a restored
    database has forgotten numbers that Redis knows: the higher one counts.
    """
    _lock_mark(center)
    highest = db.session.scalar(
        sa.select(sa.func.max(EpochRow.epoch)).where(EpochRow.center == center)
    )
    epoch = max(highest or 0, above) + 1
    db.session.execute(
        sa.insert(EpochRow).values(
            center=center, epoch=epoch, cause=cause, seq=seq, started_at=now, published_at=None
        )
    )
    return epoch


@operation
def mark_published(*, center: str, epoch: int, now: datetime) -> None:
    """Note when readers began to see *epoch*."""
    db.session.execute(
        sa.update(EpochRow)
        .where(EpochRow.center == center, EpochRow.epoch == epoch)
        .values(published_at=now)
    )


@operation
def mark_followed(*, center: str, epoch: int, seq: int, now: datetime) -> None:
    """Note how far the boards of *center* have come."""
    _mark(center, epoch=epoch, seq=seq, followed_at=now)


@operation
def mark_verified(*, center: str, epoch: int, cells: int, wrong: int, now: datetime) -> None:
    """Add up what a look at the boards saw."""
    _lock_mark(center)
    row = MarkRow
    values: dict[str, Any] = {
        "verified_at": now,
        "verified_cells": row.verified_cells + cells,
        "wrong_cells": row.wrong_cells + wrong,
        "drifts": 0,
    }
    if wrong:
        # Looks at one that is not mended yet find the same again.
        is_same = sa.and_(row.drifted_epoch == epoch, row.drifts > 0)
        drifts = row.drifts + sa.case((is_same, 0), else_=1)
        values |= {"drifted_at": now, "drifted_epoch": epoch, "drifts": drifts}
    db.session.execute(sa.update(row).where(row.center == center).values(values))


def _mark(center: str, **values: Any) -> None:
    _add_mark(center)
    db.session.execute(sa.update(MarkRow).where(MarkRow.center == center).values(values))


def _lock_mark(center: str) -> None:
    _add_mark(center)
    db.session.execute(sa.select(MarkRow.center).where(MarkRow.center == center).with_for_update())


def _add_mark(center: str) -> None:
    db.session.execute(
        insert(MarkRow)
        .values(center=center, epoch=0, seq=0, verified_cells=0, wrong_cells=0, drifts=0)
        .on_conflict_do_nothing(index_elements=["center"])
    )

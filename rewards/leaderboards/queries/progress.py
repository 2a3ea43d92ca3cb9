"""How far the boards have come, for whoever watches them."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from rewards.core.db import reading
from rewards.ledger import queries as ledger

from ..models import EpochRow, MarkRow
from ..types import Cause, Mark, Progress

MARKED_EVERY = timedelta(seconds=1)
# Nothing new: only that somebody looks after them is to be seen.
IDLE_MARKED_EVERY = timedelta(seconds=10)
# So many times in a row boards that are wrong are made anew at once.
DRIFTS_MAX = 3
DRIFT_REST = timedelta(minutes=1)
DRIFT_REST_MAX = timedelta(hours=1)


def list_progress() -> tuple[Progress, ...]:
    """Return how far the boards of each center have come, in the order of their labels."""
    with reading() as connection:
        rows = connection.execute(sa.select(MarkRow.__table__).order_by(MarkRow.center)).all()
    return tuple(_measure(row) for row in rows)


def is_mark_due(*, center: str, epoch: int, seq: int, now: datetime) -> bool:
    """Tell whether it is time to note again how far the boards of *center* have come."""
    mark = _find_mark(center)
    if mark is None or mark.epoch != epoch:
        return True
    every = IDLE_MARKED_EVERY if mark.seq == seq else MARKED_EVERY
    # A clock that was set back must not silence it.
    return abs(now - mark.followed_at) >= every


def is_drifted(*, center: str, epoch: int, now: datetime) -> bool:
    """Tell whether *epoch* was found wrong and is to be made anew by now.

    If new ones are found wrong as well, it is not for Redis to be mended: then
    ever more time passes since the last time that was tried.
    """
    row, made = MarkRow, EpochRow
    drifts = sa.select(row.drifts).where(row.center == center, row.drifted_epoch == epoch)
    tried = sa.select(sa.func.max(sa.func.coalesce(made.published_at, made.started_at)))
    with reading() as connection:
        found = connection.execute(drifts).scalar_one_or_none()
        tried_at = connection.execute(tried.where(made.center == center)).scalar_one()
    if found is None:
        return False
    # A restored database may have forgotten when it was.
    if found <= DRIFTS_MAX or tried_at is None:
        return True
    rest = min(DRIFT_REST * 2 ** min(found - DRIFTS_MAX, 10), DRIFT_REST_MAX)
    # A clock that was set back must not make it longer.
    return bool(abs(now - tried_at) >= rest)


def _find_mark(center: str) -> Mark | None:
    query = sa.select(MarkRow.epoch, MarkRow.seq, MarkRow.followed_at)
    with reading() as connection:
        row = connection.execute(query.where(MarkRow.center == center)).one_or_none()
    if row is None or row.followed_at is None:
        return None
    return Mark(epoch=row.epoch, seq=row.seq, followed_at=row.followed_at)


def _measure(row: Any) -> Progress:
    backlog = ledger.measure_backlog(row.seq)
    return Progress(
        center=row.center,
        epoch=row.epoch,
        seq=row.seq,
        followed_at=row.followed_at,
        behind=backlog.entries,
        behind_since=backlog.since,
        verified_at=row.verified_at,
        verified_cells=row.verified_cells,
        wrong_cells=row.wrong_cells,
        rebuilds=_count_rebuilds(row.center),
    )


def _count_rebuilds(center: str) -> dict[Cause, int]:
    query = (
        sa.select(EpochRow.cause, sa.func.count().label("epochs"))
        .where(EpochRow.center == center, EpochRow.published_at.is_not(None))
        .group_by(EpochRow.cause)
    )
    with reading() as connection:
        rows = connection.execute(query).all()
    return dict.fromkeys(Cause, 0) | {row.cause: row.epochs for row in rows}

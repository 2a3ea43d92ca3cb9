"""By whose word attendance, and hours that were filled in, stand."""

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa

from rewards.core.db import table_of

from ..models import BackFillRow, CheckInRow, MinuteReviewRow
from ..types import AttendanceState

_back_fills = table_of(BackFillRow)
_check_ins = table_of(CheckInRow)
_reviews = table_of(MinuteReviewRow)
# Who takes an attendance back or puts it right has no part in how it was entered.
_closed_by = sa.case(
    (_check_ins.c.state != AttendanceState.UNDONE, _check_ins.c.closed_by), else_=None
)


def list_hands(
    connection: sa.Connection, source_ids: Collection[UUID]
) -> dict[UUID, frozenset[str]]:
    """Return who entered, closed, asked for or decided on each, for those that are of this kind."""
    attended = sa.select(_check_ins.c.id, _check_ins.c.recorded_by, _closed_by).where(
        _check_ins.c.id.in_(source_ids)
    )
    filled_in = sa.select(
        _back_fills.c.id, _back_fills.c.requested_by, _back_fills.c.decided_by
    ).where(_back_fills.c.id.in_(source_ids))
    reviewed = sa.select(_reviews.c.check_in_id, _reviews.c.decided_by).where(
        _reviews.c.check_in_id.in_(source_ids)
    )
    found: dict[UUID, frozenset[str]] = {}
    for statement in (attended, filled_in, reviewed):
        for source_id, *hands in connection.execute(statement):
            had = found.get(source_id, frozenset())
            found[source_id] = had | {each for each in hands if each}
    return found

"""By whose word a correction stands."""

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa

from rewards.core.db import table_of

from ..models import CorrectionRow

_corrections = table_of(CorrectionRow)


def list_hands(
    connection: sa.Connection, source_ids: Collection[UUID]
) -> dict[UUID, frozenset[str]]:
    """Return who asked for and who decided on each, for those that are corrections."""
    rows = connection.execute(
        sa.select(_corrections.c.id, _corrections.c.requested_by, _corrections.c.decided_by).where(
            _corrections.c.id.in_(source_ids)
        )
    )
    return {source_id: frozenset(each for each in hands if each) for source_id, *hands in rows}

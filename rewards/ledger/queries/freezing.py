"""Whether the books are frozen."""

import sqlalchemy as sa

from rewards.core.db import db, table_of

from ..models import FreezeRow
from ..types import Freeze

_freeze = table_of(FreezeRow)
_frozen = sa.select(_freeze.c.frozen_at, _freeze.c.invariants).where(
    _freeze.c.frozen_at.is_not(None)
)


def find_freeze() -> Freeze | None:
    """Return since when the books are frozen and why, or None if they are not."""
    row = db.session.connection().execute(_frozen).one_or_none()
    if row is None:
        return None
    return Freeze(since=row.frozen_at, invariants=tuple(row.invariants.split()))

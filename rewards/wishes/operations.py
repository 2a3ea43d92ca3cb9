"""Writes of wishes. Each joins the unit of work that is open."""

import sqlalchemy as sa

from rewards.core.db import db, table_of
from rewards.core.unit import operation

from . import queries, rules
from .models import WishRow
from .types import WishId

_wishes = table_of(WishRow)


@operation
def give(*, wish_id: WishId, points: int) -> None:
    """Add *points* to what was given towards a wish, never more than it takes.

    :raises WishNotFoundError: if there is no such wish.
    :raises WishClosedError: if it is closed.
    :raises WishReachedError: if it takes fewer.
    """
    given = db.session.execute(
        sa.update(_wishes)
        .where(
            _wishes.c.id == wish_id,
            _wishes.c.closed_at.is_(None),
            _wishes.c.given_points + points <= _wishes.c.target_points,
        )
        .values(given_points=_wishes.c.given_points + points)
    )
    if not given.rowcount:  # type: ignore[attr-defined]
        raise rules.build_refusal(queries.get_wish(wish_id), points=points)

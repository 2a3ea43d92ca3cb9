"""Seats of occasions that have a capacity."""

import sqlalchemy as sa

from rewards.core.db import db
from rewards.core.unit import operation

from .errors import OccasionFullError
from .models import OccasionSeatsRow
from .types import Occasion


@operation
def take_seat(occasion: Occasion) -> None:
    """Take one of the occasion's places, if it counts them at all.

    The row is hot where there is one: take the seat late in the unit.

    :raises OccasionFullError: if none is left.
    """
    if occasion.capacity is None:
        return
    # The condition and the change are one statement: a place cannot be taken
    # between them.
    taken = db.session.execute(
        sa.update(OccasionSeatsRow)
        .where(
            OccasionSeatsRow.occasion_id == occasion.id,
            OccasionSeatsRow.taken < OccasionSeatsRow.capacity,
        )
        .values(taken=OccasionSeatsRow.taken + 1)
        .returning(OccasionSeatsRow.taken)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if taken is None:
        raise OccasionFullError(capacity=occasion.capacity)

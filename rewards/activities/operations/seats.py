"""Seats of occasions that have a capacity."""

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from rewards.core.db import constraint_of, db
from rewards.core.unit import operation

from ..errors import OccasionFullError, OccasionInUseError
from ..models import OccasionSeatsRow
from ..types import Occasion, OccasionId


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


@operation
def set_capacity(occasion_id: OccasionId, capacity: int | None) -> None:
    """Count the places of an occasion from now on, or with None no more.

    :raises OccasionInUseError: if more of them are taken already.
    """
    seats = OccasionSeatsRow
    if capacity is None:
        db.session.execute(sa.delete(seats).where(seats.occasion_id == occasion_id))
        return
    try:
        changed = db.session.execute(
            sa.update(seats)
            .where(seats.occasion_id == occasion_id)
            .values(capacity=capacity)
            .returning(seats.taken)
        ).one_or_none()
    except IntegrityError as error:
        if constraint_of(error) == "ck_occasion_seats__taken_within_capacity":
            raise OccasionInUseError(field="capacity") from error
        raise
    if changed is None:
        db.session.execute(
            sa.insert(seats).values(occasion_id=occasion_id, capacity=capacity, taken=0)
        )

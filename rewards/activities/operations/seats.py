"""Seats of occasions that have a capacity."""

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from rewards.core.db import constraint_of, db, table_of
from rewards.core.unit import operation

from .. import queries
from ..errors import OccasionFullError, OccasionInUseError
from ..models import OccasionRow, OccasionSeatsRow
from ..types import Occasion, OccasionId, OccasionStatus, Seats

# What the database calls its guard against more people than places.
TOO_MANY = "ck_occasion_seats__taken_within_capacity"

_occasions = table_of(OccasionRow)
# Built once: every check-in asks it.
_hold = (
    sa.select(_occasions.c.status)
    .where(_occasions.c.id == sa.bindparam("wanted"))
    .with_for_update(read=True, key_share=True)
)


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
def hold_occasion(occasion_id: OccasionId) -> Occasion:
    """Return an occasion as it is, and keep it from being cancelled until the unit ends.

    Whoever else holds it is not in the way.

    :raises OccasionNotFoundError: if there is none.
    """
    db.session.execute(
        sa.select(OccasionRow.id)
        .where(OccasionRow.id == occasion_id)
        .with_for_update(read=True, key_share=True)
    )
    return queries.get_occasion(occasion_id)


@operation
def keep_scheduled(occasion_id: OccasionId) -> bool:
    """Keep an occasion from being cancelled until the unit ends; tell whether it was not before.

    Whoever is cancelling it at this moment is waited for.
    """
    held = db.session.connection().execute(_hold, {"wanted": occasion_id}).one()
    return held.status is not OccasionStatus.CANCELLED


@operation
def lock_occasion(occasion_id: OccasionId) -> Occasion:
    """Return an occasion as it is, and keep everybody else from holding it until the unit ends.

    Whoever holds it at this moment, signing up or checking in, is waited for.

    :raises OccasionNotFoundError: if there is none.
    """
    db.session.execute(
        sa.select(OccasionRow.id).where(OccasionRow.id == occasion_id).with_for_update()
    )
    return queries.get_occasion(occasion_id)


@operation
def lock_seats(occasion_id: OccasionId) -> Seats | None:
    """Lock the places of an occasion until the unit ends, if it counts them at all."""
    row = db.session.execute(
        sa.select(OccasionSeatsRow.capacity, OccasionSeatsRow.taken)
        .where(OccasionSeatsRow.occasion_id == occasion_id)
        .with_for_update()
    ).one_or_none()
    if row is None:
        return None
    return Seats(occasion_id=occasion_id, capacity=row.capacity, taken=row.taken)


@operation
def free_seat(occasion_id: OccasionId) -> None:
    """Give back one of the occasion's places, if it counts them at all."""
    seats = OccasionSeatsRow
    db.session.execute(
        sa.update(seats)
        .where(seats.occasion_id == occasion_id)
        .values(taken=seats.taken - 1)
        .execution_options(synchronize_session=False)
    )


@operation
def count_taken(occasion_id: OccasionId, taken: int) -> None:
    """Say how many places are taken of an occasion that begins to count them.

    :raises OccasionInUseError: if there are not so many.
    """
    seats = OccasionSeatsRow
    try:
        db.session.execute(
            sa.update(seats)
            .where(seats.occasion_id == occasion_id)
            .values(taken=taken)
            .execution_options(synchronize_session=False)
        )
    except IntegrityError as error:
        if constraint_of(error) == TOO_MANY:
            raise OccasionInUseError(field="capacity") from error
        raise


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
        if constraint_of(error) == TOO_MANY:
            raise OccasionInUseError(field="capacity") from error
        raise
    if changed is None:
        db.session.execute(
            sa.insert(seats).values(occasion_id=occasion_id, capacity=capacity, taken=0)
        )

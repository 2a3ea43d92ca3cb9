"""Places in pick-up slots taken and given back. Each joins the unit of work that is open.

A place is taken by one conditional UPDATE, which locks the row and decides. A slot has
no row before somebody books it: most of what is offered never is.
"""

from datetime import datetime

import sqlalchemy as sa

from rewards.core.db import db, insert, table_of
from rewards.core.ids import new_id
from rewards.core.unit import operation

from .. import queries
from ..errors import SlotFullError, SlotNotOfferedError
from ..models import PickupSlotRow, SpaceRow
from ..types import Slot, SlotId, SpaceId

_slots = table_of(PickupSlotRow)


@operation
def book_slot(*, space_id: SpaceId, starts_at: datetime, now: datetime) -> SlotId:
    """Take a place in the pick-up slot that begins at *starts_at*.

    :raises SpaceNotFoundError: if there is no such space.
    :raises SlotNotOfferedError: if the exchange desk offers no such slot now.
    :raises SlotFullError: if no place is left in it.
    """
    offered = queries.list_slots(space_id, now)
    slot = next((each for each in offered if each.starts_at == starts_at), None)
    if slot is None:
        raise SlotNotOfferedError
    _open(space_id, slot)
    row = _slots.c
    # What more had booked before fewer were to come is not for others, once it is left.
    wanted = sa.select(SpaceRow.slot_capacity).where(SpaceRow.id == space_id).scalar_subquery()
    fits = sa.and_(row.booked < row.capacity, row.booked < wanted)
    slot_id = _take(space_id, starts_at, fits)
    if slot_id is None:
        raise SlotFullError
    return slot_id


@operation
def leave_slot(*, slot_id: SlotId) -> None:
    """Give a place in a pick-up slot back, so that somebody else can take it."""
    left = db.session.execute(
        sa.update(_slots)
        .where(_slots.c.id == slot_id, _slots.c.booked > 0)
        .values(booked=_slots.c.booked - 1)
        .returning(_slots.c.id)
    ).scalar_one_or_none()
    if left is None:
        raise RuntimeError("nobody has booked the slot")


def _open(space_id: SpaceId, slot: Slot) -> None:
    row = _slots.c
    shape = {"ends_at": slot.ends_at, "capacity": slot.capacity}
    db.session.execute(
        insert(PickupSlotRow)
        .values(id=new_id(), space_id=space_id, starts_at=slot.starts_at, booked=0, **shape)
        # One that nobody is in any more may be left from when slots had another length.
        .on_conflict_do_update(
            index_elements=["space_id", "starts_at"], set_=shape, where=row.booked == 0
        )
    )


def _take(
    space_id: SpaceId, starts_at: datetime, condition: sa.ColumnElement[bool]
) -> SlotId | None:
    row = _slots.c
    taken = db.session.execute(
        sa.update(_slots)
        .where(row.space_id == space_id, row.starts_at == starts_at, condition)
        .values(booked=row.booked + 1)
        .returning(row.id)
    ).scalar_one_or_none()
    return None if taken is None else SlotId(taken)

"""The pick-up slot in which somebody wants to collect.

A slot counts those who wait with it: whatever ends a redemption gives its place back.
"""

from datetime import datetime

from rewards.access.types import Actor
from rewards.core.unit import use_case
from rewards.stock import operations as stock
from rewards.stock import queries as stock_queries
from rewards.stock.types import SlotId, SpaceId

from .. import operations, queries, rules
from ..errors import SlotAfterDeadlineError
from ..types import Redemption, RedemptionId
from .locking import lock_with_hours
from .telling import tell_changed
from .trail import audit


@use_case
def choose_slot(
    *, actor: Actor, redemption_id: RedemptionId, starts_at: datetime | None, now: datetime
) -> Redemption:
    """Choose when to collect, or another time; None: at any time that the desk is open.

    :raises RedemptionNotFoundError: if there is none, or it is another participant's.
    :raises NotAllowedError: if staff may not hand over rewards there.
    :raises RedemptionAlreadyFulfilledError: if it was handed over.
    :raises RedemptionCancelledError: if it was cancelled.
    :raises RedemptionExpiredError: if its time is over.
    :raises SlotNotOfferedError: if the space offers no such slot now.
    :raises SlotFullError: if no place is left in it.
    :raises SlotAfterDeadlineError: if the pieces are not kept that long.
    """
    redemption = queries.get_redemption(redemption_id)
    rules.check_may_cancel(actor, redemption)
    redemption = lock_with_hours(redemption)
    rules.check_is_collectable(redemption, now)
    before = stock_queries.find_slot(redemption.slot_id)
    if (before.starts_at if before else None) == starts_at:
        return redemption
    slot_id = None
    # Of two slots the earlier is locked first, so that nobody waits for each other.
    leaves_first = before is not None and starts_at is not None and before.starts_at < starts_at
    if leaves_first:
        operations.leave_slot(redemption)
    if starts_at is not None:
        slot_id = take_slot(
            redemption.space_id, starts_at, expires_at=redemption.expires_at, now=now
        )
    if not leaves_first:
        operations.leave_slot(redemption)
    operations.set_slot(redemption, slot_id)
    audit(actor, "redemption.slot_chosen", redemption, now=now)
    tell_changed(actor, redemption, slot_starts_at=starts_at, now=now)
    return queries.refresh(redemption)


def take_slot(
    space_id: SpaceId, starts_at: datetime, *, expires_at: datetime, now: datetime
) -> SlotId:
    """Take a place in a slot before the time to collect is over.

    :raises SlotNotOfferedError: if the space offers no such slot now.
    :raises SlotFullError: if no place is left in it.
    :raises SlotAfterDeadlineError: if the pieces are not kept that long.
    """
    if starts_at >= expires_at:
        latest = queries.get_last_moment(space_id, expires_at)
        raise SlotAfterDeadlineError(until=latest.isoformat())
    return stock.book_slot(space_id=space_id, starts_at=starts_at, now=now)

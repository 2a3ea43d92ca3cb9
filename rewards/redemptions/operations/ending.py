"""Ending what waits without a hand-over: everything that was set aside is free again."""

from datetime import datetime

from rewards.access.types import Actor
from rewards.core.unit import operation
from rewards.ledger import operations as ledger
from rewards.stock import operations as stock

from ..types import Redemption, RedemptionStatus
from .budgets import give_back_to_budgets
from .closing import close_redemption


@operation
def give_back(
    redemption: Redemption, *, status: RedemptionStatus, actor: Actor, now: datetime
) -> None:
    """Bring a redemption to its end with points, pieces, budget and slot given back.

    The account is locked by whoever calls.
    """
    ledger.release_hold(
        hold_id=redemption.hold_id, participant_id=redemption.participant_id, now=now
    )
    stock.release(
        reward_id=redemption.reward_id,
        quantity=redemption.quantity,
        redemption_id=redemption.id,
        actor=actor,
        now=now,
    )
    give_back_to_budgets(redemption)
    leave_slot(redemption)
    close_redemption(redemption, status=status, actor=actor, now=now)


@operation
def leave_slot(redemption: Redemption) -> None:
    """Give the place in its slot back, if it has one."""
    if redemption.slot_id is not None:
        stock.leave_slot(slot_id=redemption.slot_id)

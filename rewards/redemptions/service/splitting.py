"""Handing over some of the pieces: the rest goes on waiting as a redemption of its own."""

from datetime import datetime

from rewards.access.types import Actor
from rewards.core.ids import new_id
from rewards.ledger import operations as ledger
from rewards.stock import operations as stock

from .. import operations, queries, rules
from ..types import Redemption, RedemptionId
from .trail import audit


def split(redemption: Redemption, *, quantity: int, actor: Actor, now: datetime) -> Redemption:
    """Leave *quantity* pieces in a redemption and let the rest wait; return what is left in it.

    The account is locked by whoever calls. Points and pieces of the rest stay set
    aside throughout: what one gives up the other takes in the same transaction.
    """
    rest_id = RedemptionId(new_id())
    pieces = redemption.quantity - quantity
    points = rules.price_of(redemption, pieces)
    hold_id = ledger.split_hold(
        hold_id=redemption.hold_id,
        participant_id=redemption.participant_id,
        amount=points,
        source_id=rest_id,
        now=now,
    )
    stock.release(
        reward_id=redemption.reward_id,
        quantity=pieces,
        redemption_id=redemption.id,
        actor=actor,
        now=now,
    )
    stock.reserve(
        reward_id=redemption.reward_id,
        quantity=pieces,
        redemption_id=rest_id,
        actor=actor,
        now=now,
    )
    operations.split_off(
        redemption, rest_id=rest_id, quantity=pieces, points=points, hold_id=hold_id
    )
    operations.copy_proxy(source=redemption.id, target=rest_id, now=now)
    audit(actor, "redemption.split", queries.get_redemption(rest_id), now=now)
    return queries.refresh(redemption)

"""Setting points and pieces aside."""

from datetime import datetime

from rewards.access.types import Actor, ParticipantActor, ParticipantId
from rewards.core import clock
from rewards.core.ids import new_id
from rewards.core.unit import record, use_case
from rewards.ledger import operations as ledger
from rewards.participants import queries as participants
from rewards.participants.errors import ParticipantClosedError
from rewards.stock import operations as stock
from rewards.stock import queries as stock_queries
from rewards.stock.types import RewardId, SpaceId

from .. import operations, rules
from ..events import (
    RedemptionReserved,
)
from ..types import Redemption, RedemptionId
from .trail import audit


@use_case
def reserve(
    *,
    actor: Actor,
    participant_id: ParticipantId,
    space_id: SpaceId,
    reward_id: RewardId,
    quantity: int,
    seen_points: int | None = None,
    now: datetime,
) -> Redemption:
    """Set points and pieces aside for a participant and give out the code to collect them.

    *seen_points* is the price of all pieces that whoever asks was shown.

    :raises RewardNotFoundError: if there is no such reward item.
    :raises ParticipantNotFoundError: if there is no such participant, or for staff none whose
        home is in the center of the space.
    :raises RedemptionForOtherError: if a participant asks for somebody else.
    :raises NotAllowedError: if staff may not hand over rewards there.
    :raises QuantityOutOfRangeError: if so many pieces cannot be reserved at once.
    :raises RewardElsewhereError: if another space offers the item.
    :raises SpaceClosedError: if the space is closed.
    :raises RewardNotListedError: if the item is not offered any more.
    :raises PriceChangedError: if it takes other points than were shown.
    :raises ParticipantClosedError: if the participant's account is closed.
    :raises InsufficientPointsError: if the participant has fewer points available.
    :raises OutOfStockError: if fewer pieces are available.
    """
    offer = stock_queries.get_offer(reward_id)
    rules.check_may_reserve(actor, participant_id, offer.node_path)
    rules.check_offer(offer, space_id=space_id, quantity=quantity)
    participant = (
        participants.get_participant(participant_id)
        if isinstance(actor, ParticipantActor)
        else participants.get_local_participant(participant_id, node_path=offer.node_path)
    )
    if participant.closed_at is not None:
        raise ParticipantClosedError
    redemption_id = RedemptionId(new_id())
    points = offer.reward.points * quantity
    rules.check_price(points, seen=seen_points)
    hold_id = ledger.place_hold(
        participant_id=participant_id, amount=points, source_id=redemption_id, now=now
    )
    stock.reserve(
        reward_id=reward_id, quantity=quantity, redemption_id=redemption_id, actor=actor, now=now
    )
    redemption = operations.open_redemption(
        redemption_id=redemption_id,
        participant=participant,
        offer=offer,
        quantity=quantity,
        points=points,
        hold_id=hold_id,
        expires_at=rules.expires_at(now, clock.zone()),
        now=now,
    )
    audit(actor, "redemption.reserved", redemption, now=now)
    record(
        RedemptionReserved(
            redemption_id=redemption_id,
            participant_id=participant_id,
            space_id=space_id,
            reward_id=reward_id,
            at=now,
        )
    )
    return redemption

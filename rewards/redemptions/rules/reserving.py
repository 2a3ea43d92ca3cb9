"""Who may reserve what, and for how long."""

from datetime import datetime
from zoneinfo import ZoneInfo

from rewards.access import rules as access_rules
from rewards.access.types import Actor, ParticipantActor, ParticipantId, Verb
from rewards.core import clock
from rewards.stock import rules as stock_rules
from rewards.stock.types import Hours, Offer, RewardKind, SpaceId

from ..errors import (
    GivingNeedsWishError,
    PriceChangedError,
    QuantityOutOfRangeError,
    RedemptionForOtherError,
    RewardElsewhereError,
    RewardNotListedError,
    SpaceClosedError,
)

QUANTITY_MAX = 10
KEPT_DAYS = 7


def expires_at(now: datetime, zone: ZoneInfo, *, hours: Hours) -> datetime:
    """Return until when a redemption reserved now is kept at a space with *hours*.

    It is the end of the local day KEPT_DAYS later, or of the next day on which the
    exchange desk opens: nobody who comes on the last day should find it was too late.
    """
    today = clock.local_date(now, zone)
    last_day = stock_rules.last_pickup_day(hours, today, kept_days=KEPT_DAYS)
    return clock.day_bounds(last_day, zone)[1]


def check_may_reserve(actor: Actor, participant_id: ParticipantId, node_path: str) -> None:
    """Check that the actor may reserve for the participant at the space of a node.

    :raises RedemptionForOtherError: if a participant asks for somebody else.
    :raises NotAllowedError: if staff may not hand over rewards there.
    """
    if not isinstance(actor, ParticipantActor):
        access_rules.authorize(actor, Verb.FULFIL, node_path)
    elif actor.participant_id != participant_id:
        raise RedemptionForOtherError


def check_offer(offer: Offer, *, space_id: SpaceId, quantity: int) -> None:
    """Check that so many pieces of an item can be reserved at a space at all.

    :raises QuantityOutOfRangeError: if fewer than one or more than QUANTITY_MAX are asked for.
    :raises RewardElsewhereError: if another space offers the item.
    :raises SpaceClosedError: if the space is closed.
    :raises RewardNotListedError: if the item is not offered any more.
    :raises GivingNeedsWishError: if the item is one of giving.
    """
    if not 1 <= quantity <= QUANTITY_MAX:
        raise QuantityOutOfRangeError(quantity_max=QUANTITY_MAX)
    if offer.reward.space_id != space_id:
        raise RewardElsewhereError(space_name=offer.space_name)
    if offer.space_closed_at is not None:
        raise SpaceClosedError
    if not offer.reward.is_listed:
        raise RewardNotListedError
    if offer.reward.kind is RewardKind.GIVING:
        raise GivingNeedsWishError


def check_price(points: int, *, seen: int | None) -> None:
    """Check that nobody pays another price than the one they saw, if they tell which.

    :raises PriceChangedError: if it is another one now.
    """
    if seen is not None and seen != points:
        raise PriceChangedError(seen=seen, now=points)

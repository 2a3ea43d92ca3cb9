"""Giving points to a wish: reserved and fulfilled in one, with no shelf and no code."""

from datetime import datetime

from rewards.access.types import Actor, ParticipantId
from rewards.core.ids import new_id
from rewards.core.unit import record, use_case
from rewards.ledger import operations as ledger
from rewards.participants import queries as participants
from rewards.participants.errors import ParticipantNotFoundError
from rewards.stock import queries as stock_queries
from rewards.stock.rules import GIVING_STEP
from rewards.wishes import operations as wishes
from rewards.wishes import queries as wish_queries
from rewards.wishes.errors import WishNotFoundError
from rewards.wishes.types import WishId

from .. import operations, queries, rules
from ..errors import GivingNotOfferedError
from ..events import RedemptionFulfilled
from ..types import Redemption, RedemptionId, RedemptionStatus
from .closing import build_draft
from .locking import lock_owner
from .trail import audit


@use_case
def give(
    *, actor: Actor, participant_id: ParticipantId, wish_id: WishId, points: int, now: datetime
) -> Redemption:
    """Give *points* to a wish, for good: each gives their own, and staff give for nobody.

    They are redeemed for the item of giving that is nearest to the wish. No budget is
    asked: nothing leaves a shelf.

    :raises WishNotFoundError: if there is no such wish in the center of the participant's home.
    :raises GivingNotOfferedError: if no space of the district offers to give.
    :raises RedemptionForOtherError: if anybody but the participant asks.
    :raises GivingStepError: if the points are no whole number of tens, or too many.
    :raises ParticipantClosedError: if the participant's account is closed.
    :raises AccountInDebtError: if points that were taken back are still owed.
    :raises InsufficientPointsError: if the participant has fewer points available.
    :raises WishClosedError: if the wish is closed.
    :raises WishReachedError: if it takes fewer points.
    """
    wish = wish_queries.get_wish(wish_id)
    offer = rules.find_nearest(stock_queries.list_giving(wish.node_path), wish.node_path)
    if offer is None:
        raise GivingNotOfferedError
    rules.check_giver(actor, participant_id)
    rules.check_gift(points)
    try:
        participant = participants.get_local_participant(participant_id, node_path=wish.node_path)
    except ParticipantNotFoundError:
        # What other centers wish for is not shown.
        raise WishNotFoundError from None
    lock_owner(participant_id, now=now)
    redemption_id = RedemptionId(new_id())
    hold_id = ledger.place_hold(
        participant_id=participant_id, amount=points, source_id=redemption_id, now=now
    )
    wishes.give(wish_id=wish_id, points=points)
    redemption = operations.open_redemption(
        redemption_id=redemption_id,
        participant=participant,
        offer=offer,
        quantity=points // GIVING_STEP,
        points=points,
        hold_id=hold_id,
        expires_at=now,
        wish_id=wish_id,
        now=now,
    )
    draft = build_draft(actor, redemption, now, wish=wish.title)
    ledger.capture_hold(hold_id=hold_id, draft=draft, now=now)
    operations.close_redemption(redemption, status=RedemptionStatus.FULFILLED, actor=actor, now=now)
    audit(actor, "redemption.fulfilled", redemption, now=now)
    record(RedemptionFulfilled.of(redemption, at=now))
    return queries.refresh(redemption)

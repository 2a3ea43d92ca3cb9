"""Setting points and pieces aside."""

from datetime import datetime

from rewards.access.rules import is_self
from rewards.access.types import Actor, ParticipantActor, ParticipantId
from rewards.core import clock
from rewards.core.ids import new_id
from rewards.core.unit import record, use_case
from rewards.ledger import operations as ledger
from rewards.participants import queries as participants
from rewards.participants.errors import ParticipantNotFoundError
from rewards.participants.types import Participant
from rewards.stock import operations as stock
from rewards.stock import queries as stock_queries
from rewards.stock.errors import RewardNotFoundError
from rewards.stock.types import Offer, Reward, RewardId, SpaceId

from .. import operations, queries, rules, store
from ..errors import RewardNotForHomeError
from ..events import RedemptionReserved
from ..types import Redemption, RedemptionId
from .locking import lock_owner
from .slots import take_slot
from .telling import tell_reserved
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
    slot_starts_at: datetime | None = None,
    is_present: bool = False,
    now: datetime,
) -> Redemption:
    """Set points and pieces aside for a participant and give out the code to collect them.

    *seen_points* is the price of all pieces that whoever asks was shown;
    *slot_starts_at* the pick-up slot that they want to collect in. Of what staff reserve
    the owner is told, unless they are known to be present.

    :raises RewardNotFoundError: if there is no such reward item, or for a participant none in
        the center of their home or for their branch.
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
    :raises GivingNeedsWishError: if the item is one of giving.
    :raises RewardNotForHomeError: if staff ask, and it is for residents of another branch.
    :raises RewardSetBySelfError: if they are staff, and made it easier to have lately.
    :raises RewardAgeUnknownError: if it has an age limit, and the year of birth is unknown.
    :raises RewardAgeError: if the participant is too young or too old.
    :raises AccountInDebtError: if points that were taken back are still owed.
    :raises RewardLimitError: if the item's own limit is exceeded.
    :raises MonthPiecesLimitError: if the month's pieces are.
    :raises MonthPointsLimitError: if the month's points are.
    :raises RewardBalanceError: if the item asks for more points to be there.
    :raises FirstBalanceError: if it is the first time, which asks for more points to be there.
    :raises InsufficientPointsError: if the participant has fewer points available.
    :raises OutOfStockError: if fewer pieces are available.
    :raises BudgetSpentError: if the quarter's budget does not hold so many points.
    :raises SlotNotOfferedError: if the space offers no such slot now.
    :raises SlotFullError: if no place is left in it.
    :raises SlotAfterDeadlineError: if the pieces are not kept that long.
    """
    # Before all else, as everybody does: what the space says now holds until this is written.
    stock.share_space(space_id)
    offer = stock_queries.get_offer(reward_id)
    rules.check_may_reserve(actor, participant_id, offer.node_path)
    participant = _get_participant(actor, participant_id, offer)
    rules.check_offer(offer, space_id=space_id, quantity=quantity)
    points = offer.reward.points * quantity
    rules.check_price(points, seen=seen_points)
    _check_terms(actor, participant, offer.reward, quantity=quantity, now=now)
    redemption_id = RedemptionId(new_id())
    hold_id = ledger.place_hold(
        participant_id=participant_id, amount=points, source_id=redemption_id, now=now
    )
    stock.reserve(
        reward_id=reward_id, quantity=quantity, redemption_id=redemption_id, actor=actor, now=now
    )
    operations.charge_budgets(node_path=offer.node_path, points=points, now=now)
    expires_at = queries.get_deadline(space_id, now)
    slot_id = None
    if slot_starts_at is not None:
        slot_id = take_slot(space_id, slot_starts_at, expires_at=expires_at, now=now)
    redemption = operations.open_redemption(
        redemption_id=redemption_id,
        participant=participant,
        offer=offer,
        quantity=quantity,
        points=points,
        hold_id=hold_id,
        expires_at=expires_at,
        slot_id=slot_id,
        reserved_by="" if is_self(actor, participant_id) else actor.principal,
        now=now,
    )
    if redemption.reserved_by and not is_present:
        tell_reserved(redemption, now=now)
    _note(actor, redemption, now=now)
    return redemption


def _note(actor: Actor, redemption: Redemption, *, now: datetime) -> None:
    audit(actor, "redemption.reserved", redemption, now=now)
    record(RedemptionReserved.of(redemption, at=now))


def _get_participant(actor: Actor, participant_id: ParticipantId, offer: Offer) -> Participant:
    try:
        return participants.get_local_participant(participant_id, node_path=offer.node_path)
    except ParticipantNotFoundError:
        if isinstance(actor, ParticipantActor):
            # What other centers offer is not shown.
            raise RewardNotFoundError from None
        raise


def _check_terms(
    actor: Actor, participant: Participant, reward: Reward, *, quantity: int, now: datetime
) -> None:
    # From here on no other reservation of theirs can come between counting and writing.
    balance = lock_owner(participant.id, now=now)
    today = clock.local_date(now, clock.zone())
    circumstances = queries.get_circumstances(
        participant,
        reward,
        balance=balance,
        taken=queries.list_taken(participant.id, now),
        now=now,
    )
    try:
        rules.check_terms(store.terms(), reward, circumstances, quantity=quantity, today=today)
    except RewardNotForHomeError:
        if isinstance(actor, ParticipantActor):
            # What others are offered is not shown.
            raise RewardNotFoundError from None
        raise

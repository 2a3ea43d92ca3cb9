"""What a redemption is refused for."""

from rewards.core.errors import (
    ConflictError,
    ForbiddenError,
    GoneError,
    InvalidError,
    NotFoundError,
)


class RedemptionNotFoundError(NotFoundError):
    code = "redemption-not-found"
    title = "There is no such redemption."


class QuantityOutOfRangeError(InvalidError):
    """Members: `quantity_max`."""

    code = "redemption-quantity"
    title = "So many pieces cannot be reserved at once."


class RedemptionForOtherError(ForbiddenError):
    code = "redemption-for-other"
    title = "A participant reserves rewards for nobody else."


class RewardElsewhereError(ConflictError):
    """Members: `space_name`, of the space that offers the item."""

    code = "reward-at-other-space"
    title = "The reward item belongs to another offline space."


class RewardNotListedError(ConflictError):
    code = "reward-not-listed"
    title = "The reward item is not offered any more."


class PriceChangedError(ConflictError):
    """Members: `seen`, the points that were shown, and `now`, those that it takes."""

    code = "price-changed"
    title = "The price has changed since it was shown."


class SpaceClosedError(ConflictError):
    code = "space-closed"
    title = "Nothing can be reserved at a closed offline space."


class WrongRedemptionCodeError(InvalidError):
    code = "redemption-wrong-code"
    title = "The code is not the one of this redemption."


class RedemptionOtherSpaceError(ForbiddenError):
    """Members: `space_name`, of the space where it can be collected."""

    code = "redemption-other-space"
    title = "The redemption is to be collected at another offline space."


class RedemptionAlreadyFulfilledError(ConflictError):
    """Members: `fulfilled_at`, `fulfilled_by` (a principal) and `space_name`."""

    code = "redemption-already-fulfilled"
    title = "The reward was already handed over."


class RedemptionCancelledError(GoneError):
    """Members: `cancelled_at`, and the `points` that came back."""

    code = "redemption-cancelled"
    title = "The redemption was cancelled."


class RedemptionExpiredError(GoneError):
    """Members: `expired_at`, and the `points` that come back."""

    code = "redemption-expired"
    title = "The redemption was not collected in time."


class RedemptionNotFulfilledError(ConflictError):
    """Members: `outcome`, what became of it."""

    code = "redemption-not-fulfilled"
    title = "The reward was not handed over, so nothing can come back."


class RedemptionUndoNotOwnError(ForbiddenError):
    code = "redemption-undo-not-own"
    title = "Only whoever handed it over, or manages the stock, can undo a hand-over."


class RedemptionUndoTooLateError(GoneError):
    """Members: `closed_at`, the end of the 15 minutes."""

    code = "redemption-undo-too-late"
    title = "The 15 minutes in which the hand-over could be undone have passed."


class RedemptionReturnTooLateError(GoneError):
    """Members: `until`, the end of the last day."""

    code = "redemption-return-too-late"
    title = "Faulty goods are taken back until the seventh day after the hand-over."


class RedemptionAlreadyReturnedError(ConflictError):
    """Members: `kind` (undone, refunded or replaced) and `returned_at`."""

    code = "redemption-already-returned"
    title = "The reward was taken back or replaced before."


class OwnGoodsError(ForbiddenError):
    code = "own-goods"
    title = "Nobody takes back what they collected themselves."


class ReturnNeedsOwnerError(ForbiddenError):
    code = "return-needs-owner"
    title = (
        "Faulty goods are taken back from their owner who stands there, or by whoever manages "
        "the stock and did not hand them over."
    )


class GiftNotReturnableError(ConflictError):
    code = "gift-not-returnable"
    title = "Points that were given to a wish stay given."


class InvalidReturnError(InvalidError):
    """Members: `field`, the name of the value that does not fit."""

    code = "invalid-return"
    title = "What is said of the faulty goods does not fit."


class InvalidProxyError(InvalidError):
    """Members: `field`, the name of the value that does not fit."""

    code = "invalid-proxy"
    title = "Whoever collects for somebody is named by a name and the last four digits of a phone."


class ProxyNotNamedError(ConflictError):
    """Members: `thing`, what the owner named nobody or somebody else for."""

    code = "proxy-not-named"
    title = "The owner has not named anybody to collect for them."


class RedemptionAlreadyExtendedError(ConflictError):
    """Members: `until`, the deadline now."""

    code = "redemption-already-extended"
    title = "More time to collect was given before; there is none a second time."


class SlotAfterDeadlineError(ConflictError):
    """Members: `until`, when the exchange desk closes for the last time before the deadline."""

    code = "slot-after-deadline"
    title = "The pick-up slot begins after the time to collect is over."


class RewardLimitError(ConflictError):
    """Members: `pieces_max`, `pieces_taken`, `pieces_left`, `unit`, `period`, `resets_on`."""

    code = "reward-limit"
    title = "The participant has had as many pieces of the reward item as one may have."


class MonthPiecesLimitError(ConflictError):
    """Members: `pieces_max`, `pieces_taken`, `pieces_left`, and `resets_on`, a day."""

    code = "month-pieces-limit"
    title = "The participant has had as many pieces this month as one may have."


class MonthPointsLimitError(ConflictError):
    """Members: `points_max`, `points_taken`, `points_left`, and `resets_on`, a day; None: never."""

    code = "month-points-limit"
    title = "The participant would spend more points this month than one may spend."


class FirstBalanceError(ConflictError):
    """Members: `available`, `required` and `missing` points."""

    code = "first-balance"
    title = "The first redemption of all asks for more points to be there."


class RewardBalanceError(ConflictError):
    """Members: `available`, `required` and `missing` points."""

    code = "reward-balance"
    title = "The reward item asks for more points to be there than it takes."


class RewardAgeError(ForbiddenError):
    """Members: `age_min` and `age_max` in full years, None: no limit."""

    code = "reward-age"
    title = "The reward item is for people of another age."


class RewardAgeUnknownError(ForbiddenError):
    """Members: `age_min` and `age_max` in full years, None: no limit."""

    code = "reward-age-unknown"
    title = "The reward item has an age limit, and the year of birth is not known."


class RewardNotForHomeError(ForbiddenError):
    code = "reward-not-for-home"
    title = "The reward item is for residents of another part of the network."


class RewardSetBySelfError(ForbiddenError):
    """Members: `days`, for which all must have been able to have it."""

    code = "reward-set-by-self"
    title = "Nobody has a reward item whose price or conditions they themselves set a few days ago."


class GivingNeedsWishError(InvalidError):
    code = "giving-needs-wish"
    title = "Points are given to a wish; a reward item of giving cannot be reserved."


class EmptyBasketError(InvalidError):
    """Members: `things_max`."""

    code = "empty-basket"
    title = "A hand-over is of at least one thing, each named once, and not of too many."


class BudgetNotFoundError(NotFoundError):
    code = "budget-not-found"
    title = "The node has no budget in this quarter."


class InvalidBudgetError(InvalidError):
    """Members: `field`, the name of the value that does not fit."""

    code = "invalid-budget"
    title = "The budget does not fit."


class BudgetUsedError(ConflictError):
    """Members: `used` points."""

    code = "budget-used"
    title = "A budget cannot be smaller than what is used of it."


class BudgetSpentError(ConflictError):
    """Members: `points_left` and `required` points, and `resets_on`, a day."""

    code = "budget-spent"
    title = "The budget of the quarter does not hold enough points for this reservation."


class GivingNotOfferedError(ConflictError):
    code = "giving-not-offered"
    title = "No offline space of the district offers to give points to wishes."


class GivingStepError(InvalidError):
    """Members: `step` and `points_max`, in points."""

    code = "giving-points"
    title = "Points are given to a wish in whole steps, up to a limit."

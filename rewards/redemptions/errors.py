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

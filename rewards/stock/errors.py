"""What the shelves refuse."""

from rewards.core.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError


class SpaceNotFoundError(NotFoundError):
    code = "space-not-found"
    title = "There is no such offline space."


class ZoneNotFoundError(NotFoundError):
    code = "zone-not-found"
    title = "There is no such zone of an offline space."


class RewardNotFoundError(NotFoundError):
    code = "reward-not-found"
    title = "There is no such reward item."


class PictureNotFoundError(NotFoundError):
    code = "picture-not-found"
    title = "No reward item shows this picture."


class SpaceExistsError(ConflictError):
    code = "space-exists"
    title = "The node already has an offline space of this name."


class RewardExistsError(ConflictError):
    code = "reward-exists"
    title = "The space already offers a reward item of this name."


class RewardKeepsShelfError(ConflictError):
    code = "reward-keeps-shelf"
    title = "A reward item with a shelf never becomes one of giving, nor the other way round."


class InvalidSpaceError(InvalidError):
    """Members: `field`, the name of the value that does not fit."""

    code = "invalid-space"
    title = "The description of the offline space does not fit."


class InvalidRewardError(InvalidError):
    """Members: `field`, the name of the value that does not fit."""

    code = "invalid-reward"
    title = "The description of the reward item does not fit."


class InvalidMovementError(InvalidError):
    """Members: `field`, the name of the value that does not fit."""

    code = "invalid-stock-movement"
    title = "Staff can receive a positive quantity or adjust by one that is not zero."


class OutOfStockError(ConflictError):
    """Members: `available` and `required` pieces."""

    code = "out-of-stock"
    title = "There are not enough pieces on the shelf."


class StockReservedError(ConflictError):
    """Members: `on_hand` and `reserved` pieces."""

    code = "stock-reserved"
    title = "The adjustment would leave fewer pieces than are reserved."


class InvalidHoursError(InvalidError):
    """Members: `field`, the name of the value that does not fit."""

    code = "invalid-hours"
    title = "The opening hours do not fit."


class InvalidSlotsError(InvalidError):
    """Members: `field`, the name of the value that does not fit."""

    code = "invalid-pickup-slots"
    title = "Pick-up slots cannot be like this."


class SlotNotOfferedError(ConflictError):
    code = "pickup-slot-not-offered"
    title = "Nobody can collect at this time."


class SlotFullError(ConflictError):
    code = "pickup-slot-full"
    title = "The pick-up slot is full."


class SpecialDayNotFoundError(NotFoundError):
    code = "special-day-not-found"
    title = "The day is not a special one."


class StockNeedsTwoError(ForbiddenError):
    code = "stock-needs-two"
    title = "A level is corrected by two people: one asks for it, another approves."

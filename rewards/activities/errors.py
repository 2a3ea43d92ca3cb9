"""What occasions refuse."""

from rewards.core.errors import ConflictError, InvalidError, NotFoundError


class OccasionNotFoundError(NotFoundError):
    code = "occasion-not-found"
    title = "There is no such occasion."


class OccasionFullError(ConflictError):
    code = "occasion-full"
    title = "Every place of the occasion is taken."


class OccasionTimesError(InvalidError):
    code = "occasion-times"
    title = "The times of the occasion do not fit together."


class OccasionRuleError(InvalidError):
    code = "occasion-rule"
    title = "This point rule does not go with this kind of occasion."


class CheckOutRequiredError(InvalidError):
    code = "check-out-required"
    title = "A service shift needs check-out, because minutes come from both ends."


class OccasionInUseError(ConflictError):
    code = "occasion-in-use"
    title = "People have checked in, so this can no longer be changed."

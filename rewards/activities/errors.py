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


class HeadCountError(InvalidError):
    code = "head-count"
    title = "Heads are counted where that was planned, once the occasion has begun."


class NamelessOccasionError(InvalidError):
    code = "nameless-occasion"
    title = "An occasion that only counts heads has no places, no check-out and no points."


class FailureNoteError(InvalidError):
    code = "failure-note"
    title = "What failed must be said in some words, once the occasion has begun."


class OccasionInUseError(ConflictError):
    code = "occasion-in-use"
    title = "People have checked in, so this can no longer be changed."

"""What a correction is refused for."""

from rewards.core.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError


class CorrectionNotFoundError(NotFoundError):
    code = "correction-not-found"
    title = "There is no such correction."


class NoteRequiredError(InvalidError):
    """Members: `length_min`, `length_max`."""

    code = "note-required"
    title = "A correction needs a reason in words."


class InvalidAmountError(InvalidError):
    """Members: `points_max`."""

    code = "invalid-amount"
    title = "Points by hand are a whole number other than zero, within bounds."


class SpendingNotReversibleError(InvalidError):
    code = "spending-not-reversible"
    title = "What was spent on a reward comes back by its redemption, not by a correction."


class NotEnteredError(InvalidError):
    code = "not-entered"
    title = "What this rule values is not entered by hand."


class InvalidDayError(InvalidError):
    """Members: `first`, the earliest day that can be entered."""

    code = "invalid-day"
    title = "The day lies ahead, or too far back."


class NothingAwardedError(ConflictError):
    """Members: `rule`, and `cap` or `why`, the one that left nothing."""

    code = "nothing-awarded"
    title = "The rule gives nothing for this: a cap is reached, or a condition is not met."


class OwnAccountError(ForbiddenError):
    code = "own-account"
    title = "Nobody changes or approves points of their own account."


class SecondPersonRequiredError(ForbiddenError):
    code = "second-person-required"
    title = "Whoever asked for a correction does not decide on it."


class DailyLimitError(ConflictError):
    """Members: `daily`, the limit in points, and `left`, what is left of it today."""

    code = "daily-limit"
    title = "This staff member has given as many points by hand today as one may."


class AlreadyDecidedError(ConflictError):
    """Members: `decision`, what was decided."""

    code = "already-decided"
    title = "The correction was decided before, the other way."

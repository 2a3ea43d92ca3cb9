"""What the boards refuse."""

from rewards.core.errors import InvalidError, UnavailableError


class BoardsUnavailableError(UnavailableError):
    code = "boards-unavailable"
    title = "The boards cannot be reached at the moment."


class InvalidSettleDaysError(InvalidError):
    """`days_max` is how many days a period may stay open after its last one."""

    code = "invalid-settle-days"
    title = "A period cannot stay open that long."

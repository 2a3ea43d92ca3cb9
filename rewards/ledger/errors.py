"""What the books refuse."""

from rewards.core.errors import ConflictError


class InsufficientPointsError(ConflictError):
    code = "insufficient-points"
    title = "The account does not hold enough points."


class AlreadyCreditedError(ConflictError):
    code = "already-credited"
    title = "This attendance was already credited by this rule."


class HoldClosedError(ConflictError):
    code = "hold-closed"
    title = "The hold was already captured or released."

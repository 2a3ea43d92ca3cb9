"""What the boards refuse."""

from rewards.core.errors import UnavailableError


class BoardsUnavailableError(UnavailableError):
    code = "boards-unavailable"
    title = "The boards cannot be reached at the moment."

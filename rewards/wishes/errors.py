"""What wishes are refused for."""

from rewards.core.errors import ConflictError, GoneError, InvalidError, NotFoundError


class WishNotFoundError(NotFoundError):
    code = "wish-not-found"
    title = "There is no such wish."


class InvalidWishError(InvalidError):
    """Members: `field`, the name of the value that does not fit."""

    code = "invalid-wish"
    title = "The description of the wish does not fit."


class WishClosedError(GoneError):
    code = "wish-closed"
    title = "The wish is closed; no points are given to it any more."


class WishReachedError(ConflictError):
    """Members: `points_left`, what it still takes, and `required`, what was to be given."""

    code = "wish-reached"
    title = "The wish does not take so many points any more."

"""What a wish may be. Pure."""

from rewards.stock.rules import GIVING_STEP

from .errors import InvalidWishError, WishClosedError, WishReachedError
from .types import Wish

TITLE_LENGTH_MAX = 40
DETAILS_LENGTH_MAX = 300
TARGET_MAX = 100_000


def check_wish(*, title: str, details: str, target_points: int) -> None:
    """Check the description of a wish.

    :raises InvalidWishError: naming the value that does not fit.
    """
    fits = {
        "title": 0 < len(title) <= TITLE_LENGTH_MAX and title.isprintable(),
        "details": len(details) <= DETAILS_LENGTH_MAX,
        "target_points": GIVING_STEP <= target_points <= TARGET_MAX
        and target_points % GIVING_STEP == 0,
    }
    for field, is_fit in fits.items():
        if not is_fit:
            raise InvalidWishError(field=field)


def build_refusal(wish: Wish, *, points: int) -> WishClosedError | WishReachedError:
    """Return the error that says why *points* cannot be given to a wish."""
    if wish.closed_at is not None:
        return WishClosedError()
    return WishReachedError(points_left=wish.left, required=points)

"""Counting what stands on a shelf without being told."""

from rewards.stock.rules import QUANTITY_MAX
from rewards.stock.types import RewardId

from ..errors import (
    InvalidCountError,
    NotCountedHereError,
    RecountError,
    StocktakeClosedError,
    UncountedError,
)
from ..types import CountedItem, Stocktake


def check_count(stocktake: Stocktake, *, reward_id: RewardId, counted: int) -> None:
    """Check that so many pieces of an item can be written down.

    :raises StocktakeClosedError: if the stocktake has ended.
    :raises NotCountedHereError: if the item stands elsewhere.
    :raises InvalidCountError: if it is no number of pieces.
    """
    check_open(stocktake)
    if all(item.reward_id != reward_id for item in stocktake.items):
        raise NotCountedHereError
    if not 0 <= counted <= QUANTITY_MAX:
        raise InvalidCountError(quantity_max=QUANTITY_MAX)


def check_open(stocktake: Stocktake) -> None:
    """Check that a stocktake goes on.

    :raises StocktakeClosedError: if it has ended.
    """
    if not stocktake.is_open:
        raise StocktakeClosedError


def check_can_close(stocktake: Stocktake, *, leaves_uncounted: bool) -> None:
    """Check that the counts can be drawn up.

    :raises StocktakeClosedError: if the stocktake has ended.
    :raises UncountedError: if items were not counted, and that was not said to be meant.
    :raises RecountError: if items that differ were counted once only.
    """
    check_open(stocktake)
    if stocktake.uncounted and not leaves_uncounted:
        raise UncountedError(uncounted=len(stocktake.uncounted))
    if stocktake.to_recount:
        raise RecountError(
            items=len(stocktake.to_recount),
            rewards=[str(item.reward_id) for item in stocktake.to_recount],
        )


def differences(stocktake: Stocktake) -> tuple[CountedItem, ...]:
    """Return the items of which more or fewer are there than the level said."""
    return tuple(item for item in stocktake.items if item.last and item.last.difference)

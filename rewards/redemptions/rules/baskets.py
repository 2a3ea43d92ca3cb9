"""What may be handed over at once."""

from collections.abc import Sequence

from ..errors import EmptyBasketError
from ..types import Item, Pick, Redemption

# More than anybody carries home, and as many levels as one hand-over may lock.
THINGS_MAX = 20


def needs_owner(redemption: Redemption, *, code: str) -> bool:
    """Tell whether the owner must be there: staff reserved it, and *code* is not its own."""
    return bool(redemption.reserved_by) and code != redemption.code


def check_basket(picks: Sequence[Pick], items: Sequence[Item]) -> None:
    """Check that a basket holds something, nothing twice, and not too much.

    :raises EmptyBasketError: if it does not.
    """
    named = [pick.redemption_id for pick in picks], [item.reward_id for item in items]
    is_twice = any(len(ids) != len(set(ids)) for ids in named)
    if is_twice or not 1 <= len(picks) + len(items) <= THINGS_MAX:
        raise EmptyBasketError(things_max=THINGS_MAX)

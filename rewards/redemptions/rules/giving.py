"""How points are given to a wish."""

from collections.abc import Iterable

from rewards.access.types import Actor, ParticipantActor, ParticipantId
from rewards.stock.rules import GIVING_STEP
from rewards.stock.types import Offer

from ..errors import GivingStepError, RedemptionForOtherError

# Of one gift: a slip of the finger should not empty an account that lasted for years.
GIFT_MAX = 1_000


def check_giver(actor: Actor, participant_id: ParticipantId) -> None:
    """Check that points are given by whoever has them.

    Nothing is handed over, so that nobody would notice what staff gave in their name.

    :raises RedemptionForOtherError: if it is anybody else.
    """
    is_own = isinstance(actor, ParticipantActor) and actor.participant_id == participant_id
    if not is_own:
        raise RedemptionForOtherError


def check_gift(points: int) -> None:
    """Check that so many points can be given at once.

    :raises GivingStepError: if they are no whole number of tens, or too many.
    """
    if not GIVING_STEP <= points <= GIFT_MAX or points % GIVING_STEP:
        raise GivingStepError(step=GIVING_STEP, points_max=GIFT_MAX)


def list_gifts(available: int, *, left: int) -> tuple[int, ...]:
    """Return what somebody with *available* points is offered to give to a wish, the least first.

    The last one is all that the wish still takes, if they have it.
    """
    most = min(available, left, GIFT_MAX) // GIVING_STEP * GIVING_STEP
    usual = (10, 20, 50, 100)
    offered = {each for each in usual if each <= most}
    if most == left:
        offered.add(most)
    return tuple(sorted(offered))


def find_nearest(offers: Iterable[Offer], node_path: str) -> Offer | None:
    """Return the offer of the space that has most of its way down the network with a node."""
    return max(
        offers,
        key=lambda offer: (_count_shared(offer.node_path, node_path), offer.reward.id),
        default=None,
    )


def _count_shared(one: str, other: str) -> int:
    steps = zip(one.rstrip("/").split("/"), other.rstrip("/").split("/"), strict=False)
    shared = 0
    for mine, theirs in steps:
        if mine != theirs:
            break
        shared += 1
    return shared

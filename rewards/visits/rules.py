"""How long somebody stands before a desk, and what that allows."""

from datetime import datetime, timedelta

from rewards.stock.types import SpaceId

from .errors import PresenceRequiredError, SpokenConsentRequiredError
from .types import Proof, Visit

# Choosing takes an elder a while; whoever left the counter does not come back within it.
VISIT_LIFE = timedelta(minutes=10)
# Far longer than a code is accepted.
VISITS_KEPT = timedelta(days=2)


def counts_for(visit: Visit, *, principal: str, space_id: SpaceId, now: datetime) -> bool:
    """Tell whether *visit* is open at the space for whoever opened it."""
    return visit.opened_by == principal and visit.space_id == space_id and now < visit.ends_at


def check_presence(visit: Visit | None, *, has_consent: bool) -> None:
    """Check that the participant stands there, and agreed to what a card alone does not say.

    :raises PresenceRequiredError: if there is no such visit now.
    :raises SpokenConsentRequiredError: if it is by card, and they were not asked.
    """
    if visit is None:
        raise PresenceRequiredError
    if visit.proof is Proof.CARD and not has_consent:
        raise SpokenConsentRequiredError

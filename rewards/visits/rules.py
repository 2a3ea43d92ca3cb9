"""How long somebody stands before a desk, and what that allows."""

from datetime import datetime, timedelta

from rewards.access.types import ParticipantId
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


def check_presence(
    visit: Visit | None,
    *,
    participant_id: ParticipantId,
    principal: str,
    space_id: SpaceId,
    has_consent: bool,
    now: datetime,
) -> Visit:
    """Return the visit by which the participant stands there.

    A card alone does not say that they agreed to what is handed over.

    :raises PresenceRequiredError: if there is no such visit now.
    :raises SpokenConsentRequiredError: if it is by card, and they were not asked.
    """
    if visit is None or visit.participant_id != participant_id:
        raise PresenceRequiredError
    if not counts_for(visit, principal=principal, space_id=space_id, now=now):
        raise PresenceRequiredError
    if visit.proof is Proof.CARD and not has_consent:
        raise SpokenConsentRequiredError
    return visit

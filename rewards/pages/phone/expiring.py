"""Which of my points end, and when."""

from datetime import timedelta

from rewards.core import clock
from rewards.ledger.types import Expiring
from rewards.participants.types import Participant
from rewards.web import history

SOON = timedelta(days=60)


def list_mine(me: Participant) -> tuple[Expiring, ...]:
    """Return the points of *me* by the day on which they end, the first to end first."""
    return history.list_expiring(me.id, now=clock.now())


def is_soon(expiring: Expiring) -> bool:
    """Tell whether it is time to use the points."""
    return expiring.valid_until - clock.local_date(clock.now(), clock.zone()) <= SOON

"""What following, mending and watching share in one process."""

import secrets
import threading

from rewards.core.db import db
from rewards.network import queries as network

from .. import store

LEASE_MILLISECONDS = 10_000

# Names this process in the leases. Two projections at once do no harm; a lease
# only spares the work of doing everything twice.
_holder = secrets.token_hex(8)
# Held while a batch is added; whoever holds it sees boards that stand still, as
# far as this process is concerned.
following = threading.Lock()


def hold_lease(client: store.RedisClient, name: str) -> bool:
    """Take or keep the lease *name* for this process; tell whether it has it."""
    return store.hold_lease(client, name, holder=_holder, milliseconds=LEASE_MILLISECONDS)


def list_centers() -> tuple[str, ...]:
    """Return the labels of all centers, each of which has boards of its own."""
    labels = tuple(center.label for center in network.list_centers())
    # Ends the read, so that the next round sees what is committed by then.
    db.session.rollback()
    return labels

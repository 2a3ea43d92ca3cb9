"""What following, mending and watching share in one process."""

import secrets
import threading
from collections.abc import Callable

from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError

from rewards.core.db import db
from rewards.core.errors import UnavailableError
from rewards.network import queries as network

from .. import store

Act = Callable[[store.RedisClient, str], int]
Tell = Callable[[str, Exception], None]

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


def visit_centers(act: Act, *, tell: Tell) -> int:
    """Do something for each center; return the sum of what it returned, 0 without Redis.

    What Redis or the database did not do for one is told and keeps nobody from
    the next one, unless that would wait for the same server that is away.
    """
    connections = store.find_connections()
    if connections is None:
        return 0
    done = 0
    for center in list_centers():
        try:
            done += act(connections.patient, center)
        except (RedisError, UnavailableError) as error:
            tell(center, error)
            is_away = isinstance(error, RedisConnectionError | RedisTimeoutError)
            if is_away and not connections.is_cluster:
                break
    return done


def list_centers() -> tuple[str, ...]:
    """Return the labels of all centers, each of which has boards of its own."""
    labels = tuple(center.label for center in network.list_centers())
    # Ends the read, so that the next round sees what is committed by then.
    db.session.rollback()
    return labels

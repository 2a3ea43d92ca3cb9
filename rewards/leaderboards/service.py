"""What the worker and the commands start: following the books, making anew, comparing."""

import secrets
from datetime import datetime
from typing import NoReturn

import structlog
from redis.exceptions import RedisError

from rewards.core.db import db
from rewards.core.errors import UnavailableError
from rewards.core.unit import use_case
from rewards.ledger import operations as ledger
from rewards.ledger import queries as books
from rewards.network import queries as network

from . import projector, store
from .errors import BoardsUnavailableError
from .projector import OnProgress
from .types import Difference

log = structlog.get_logger(__name__)

LEASE_MILLISECONDS = 10_000
# Sealing stops after so many batches to let the boards follow.
SEAL_BATCHES_MAX = 20
SEAL_BATCH_SIZE = 500

# Names this process in the lease. Two projections at once do no harm; the
# lease only spares the work of doing everything twice.
_holder = secrets.token_hex(8)
# The error that the last round ended with, or nothing.
_outage = [""]


@use_case
def seal_pending() -> int:
    """Seal a batch of committed entries; return how many."""
    return ledger.seal(limit=SEAL_BATCH_SIZE)


def project(*, now: datetime) -> int:
    """Seal what was committed and let the boards follow; return how many entries were sealed.

    For the worker to call again and again. Boards that are lost, or of another
    database, are made anew. Without Redis, or while it does not answer, entries
    are sealed all the same.
    """
    sealed = _seal_all()
    connections = store.find_connections()
    if connections is None:
        return sealed
    try:
        _follow(connections.patient, now=now)
    except (RedisError, UnavailableError) as error:
        _note_outage(type(error).__name__)
    else:
        _note_outage("")
    return sealed


def rebuild(*, now: datetime, on_progress: OnProgress) -> None:
    """Make the boards of every center anew; readers keep the old ones until the new are whole.

    *on_progress* is told how many entries of how many are folded, center by center.

    :raises BoardsUnavailableError: if there is no Redis, it does not answer, or lost what was
        built.
    """
    _seal_all()
    client = _get_client()
    try:
        for center in _list_centers():
            projector.rebuild(store.Epochs(client, center), now=now, on_progress=on_progress)
    except RedisError as error:
        _give_up(error)


def verify(*, on_progress: OnProgress) -> tuple[Difference, ...]:
    """Return every cell of every board that is not what the books say.

    :raises BoardsUnavailableError: if there is no Redis, it does not answer, or has no boards.
    """
    client = _get_client()
    try:
        return tuple(
            difference
            for center in _list_centers()
            for difference in projector.verify(
                store.Epochs(client, center), on_progress=on_progress
            )
        )
    except RedisError as error:
        _give_up(error)


def _seal_all() -> int:
    sealed = 0
    for _ in range(SEAL_BATCHES_MAX):
        # Asked first, because on SQLite a unit takes the only lock for writing.
        if not books.has_unsealed():
            break
        sealed += seal_pending()
    return sealed


def _follow(client: store.RedisClient, *, now: datetime) -> None:
    def keep_lease(*_progress: int) -> None:
        _hold_lease(client)

    if not _hold_lease(client):
        return
    for center in _list_centers():
        epochs = store.Epochs(client, center)
        state = epochs.find_state()
        # In this order: an epoch ahead of a chain read later is none of its own.
        head = books.get_head()
        if not projector.follow(epochs, state=state, head=head, now=now):
            log.warning("boards.rebuilt", is_lost=state is None)
            projector.rebuild(epochs, now=now, on_progress=keep_lease)
        epochs.sweep()


def _note_outage(error: str) -> None:
    # Called several times a second: only a change is worth a line.
    if error != _outage[0]:
        log.warning("boards.not_projected" if error else "boards.projected_again", error=error)
        _outage[0] = error


def _hold_lease(client: store.RedisClient) -> bool:
    return store.hold_lease(client, holder=_holder, milliseconds=LEASE_MILLISECONDS)


def _list_centers() -> tuple[str, ...]:
    labels = tuple(center.label for center in network.list_centers())
    # Ends the read, so that the next round sees what is committed by then.
    db.session.rollback()
    return labels


def _get_client() -> store.RedisClient:
    connections = store.find_connections()
    if connections is None:
        raise BoardsUnavailableError("No Redis is configured.")
    return connections.patient


def _give_up(error: RedisError) -> NoReturn:
    raise BoardsUnavailableError(f"Redis did not do what it was asked: {error}") from error

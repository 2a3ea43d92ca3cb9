"""Following the books, making boards anew, and comparing every cell."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import NoReturn

import structlog
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError

from rewards.core.errors import UnavailableError
from rewards.core.unit import use_case
from rewards.ledger import operations as ledger
from rewards.ledger import queries as books

from .. import operations, projector, queries, store
from ..errors import BoardsUnavailableError
from ..projector import OnProgress
from ..types import Cause, Difference
from . import shared
from .shared import following, hold_lease, list_centers, visit_centers

log = structlog.get_logger(__name__)

# Sealing stops after so many batches to let the boards follow.
SEAL_BATCHES_MAX = 20
SEAL_BATCH_SIZE = 500

# The error that the last round ended with, by center.
_outages: dict[str, str] = {}


@use_case
def seal_pending() -> int:
    """Seal a batch of committed entries; return how many."""
    return ledger.seal(limit=SEAL_BATCH_SIZE)


def seal_all(*, now: datetime) -> int:  # noqa: ARG001 -- every job is given the moment
    """Seal what was committed; return how many entries.

    For the worker beside `follow`, which may have to wait for Redis.
    """
    return _seal_all()


def follow(*, now: datetime) -> int:
    """Seal what was committed and let the boards follow; return how many entries were sealed.

    For the worker to call again and again. Boards that are lost, or of another
    database, are left for `mend`. Without Redis, or while it does not answer,
    entries are sealed all the same.
    """
    sealed = _seal_all()
    visit_centers(partial(_follow, now=now), tell=_note_outage)
    return sealed


def mend(*, now: datetime) -> int:
    """Make the boards anew that are lost or not of this database, and sweep away old epochs.

    For the worker, beside `follow`, which goes on meanwhile. Return how many
    centers had to be made anew.

    :raises RedisError: if Redis did not take what was built; every other center was looked at.
    :raises BoardsUnavailableError: if it lost it.
    """
    failures: list[Exception] = []

    def keep(_center: str, error: Exception) -> None:
        # Of a server that is away `follow` tells, and it is asked again soon.
        if not isinstance(error, RedisConnectionError | RedisTimeoutError):
            failures.append(error)

    mended = visit_centers(partial(_mend, now=now), tell=keep)
    if failures:
        raise failures[0]
    return mended


def project(*, now: datetime) -> int:
    """Seal what was committed, make anew what is lost, and let the boards follow, all at once.

    Return how many entries were sealed.
    """
    sealed = _seal_all()
    try:
        mend(now=now)
    except (RedisError, UnavailableError) as error:
        log.warning("boards.not_mended", error=type(error).__name__)
    return sealed + follow(now=now)


def rebuild(*, now: datetime, on_progress: OnProgress) -> None:
    """Make the boards of every center anew; readers keep the old ones until the new are whole.

    *on_progress* is told how many entries of how many are folded, center by center.

    :raises BoardsUnavailableError: if there is no Redis, it does not answer, or lost what was
        built.
    """
    _seal_all()
    client = _get_client()
    try:
        for center in list_centers():
            _rebuild(client, center, cause=Cause.ASKED, now=now, on_progress=on_progress)
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
            for center in list_centers()
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


def _follow(client: store.RedisClient, center: str, *, now: datetime) -> int:
    with following:
        here = _add_new(store.Epochs(client, center), client, now=now)
    _note_outage(center, None)
    return here


def _add_new(epochs: store.Epochs, client: store.RedisClient, *, now: datetime) -> int:
    center = epochs.center
    if not hold_lease(client, store.follower(center)):
        return 0
    state = epochs.find_state()
    # In this order: an epoch ahead of a chain read later is none of its own.
    head = books.get_head()
    here = projector.follow(epochs, state=state, head=head, now=now)
    if state is None or here is None:
        return 0
    if queries.is_mark_due(center=center, epoch=state.epoch, seq=here.seq, now=now):
        _mark_followed(center=center, epoch=state.epoch, seq=here.seq, now=now)
    return here.seq - state.seq


def _mend(client: store.RedisClient, center: str, *, now: datetime) -> int:
    if not hold_lease(client, store.keeper(center)):
        return 0
    cause = _find_cause(client, center, now=now)
    try:
        if cause is not None:
            with _keep_lease(client, center) as on_progress:
                _rebuild(client, center, cause=cause, now=now, on_progress=on_progress)
    finally:
        # Also of one that failed, perhaps for want of the memory that this frees.
        _sweep(store.Epochs(client, center))
    return 0 if cause is None else 1


def _sweep(epochs: store.Epochs) -> None:
    # It may wait for the next round; what is to be made anew may not.
    try:
        epochs.sweep()
    except RedisError as error:
        log.warning("boards.not_swept", center=epochs.center, error=type(error).__name__)


def _find_cause(client: store.RedisClient, center: str, *, now: datetime) -> Cause | None:
    state = store.Epochs(client, center).find_state()
    cause = projector.find_cause(state, books.get_head(), now=now)
    if cause is None and state is not None:
        is_wrong = queries.is_drifted(center=center, epoch=state.epoch, now=now)
        return Cause.DRIFT if is_wrong else None
    return cause


def _rebuild(
    client: store.RedisClient,
    center: str,
    *,
    cause: Cause,
    now: datetime,
    on_progress: OnProgress,
) -> None:
    def number_epoch(highest: int, seq: int) -> int:
        return _open_epoch(center=center, cause=cause, above=highest, seq=seq, now=now)

    started = time.monotonic()
    log.warning("boards.rebuilding", center=center, cause=cause)
    epoch = projector.rebuild(
        store.Epochs(client, center), number_epoch=number_epoch, now=now, on_progress=on_progress
    )
    took = timedelta(seconds=time.monotonic() - started)
    _mark_published(center=center, epoch=epoch, now=now + took)
    log.warning(
        "boards.rebuilt", center=center, cause=cause, epoch=epoch, seconds=took.total_seconds()
    )


_open_epoch = use_case(operations.open_epoch)
_mark_published = use_case(operations.mark_published)
_mark_followed = use_case(operations.mark_followed)


def _note_outage(center: str, error: Exception | None) -> None:
    # Called several times a second: only a change is worth a line.
    kind = "" if error is None else type(error).__name__
    if kind != _outages.get(center, ""):
        event = "boards.not_projected" if kind else "boards.projected_again"
        log.warning(event, center=center, error=kind)
        _outages[center] = kind


@contextmanager
def _keep_lease(client: store.RedisClient, center: str) -> Iterator[OnProgress]:
    """Keep the lease while the database sorts, and stop when somebody else has it."""

    def keep() -> bool:
        return hold_lease(client, store.keeper(center))

    def on_progress(_done: int, _total: int) -> None:
        if not keep():
            raise BoardsUnavailableError("Another process makes these boards anew.")

    with projector.repeating(keep, seconds=shared.LEASE_MILLISECONDS / 3_000):
        yield on_progress


def _get_client() -> store.RedisClient:
    connections = store.find_connections()
    if connections is None:
        raise BoardsUnavailableError("No Redis is configured.")
    return connections.patient


def _give_up(error: RedisError) -> NoReturn:
    raise BoardsUnavailableError(f"Redis did not do what it was asked: {error}") from error

"""Who commits: a use case does, once; an operation never does.

@use_case    opens the only transaction, commits it, then publishes what
             was recorded. Calling one inside another is a bug and raises.
@operation   joins the transaction that is open. Calling one outside is a
             bug and raises.
joined       turns a use case into an operation, for a use case made of others.
answer_once  runs a use case under an idempotency key: the key, what was asked
             and the answer are stored in the same transaction as the effect.
"""

import random
import time
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import structlog
from sqlalchemy.exc import DBAPIError

from rewards.core import idempotency
from rewards.core.db import db, writing
from rewards.core.errors import RewardsError
from rewards.core.idempotency import Answer, KeyedRequest

P = ParamSpec("P")
R = TypeVar("R")
Subscriber = Callable[[Any], None]
RefusalNote = Callable[[RewardsError], None]

log = structlog.get_logger(__name__)

ATTEMPTS_MAX = 3
RETRY_SECONDS_MAX = 0.05
SQLSTATES_RETRYABLE = frozenset({"40001", "40P01"})  # serialization failure, deadlock

_recorded: ContextVar[list[object] | None] = ContextVar("recorded", default=None)
_refusal_notes: ContextVar[list[RefusalNote] | None] = ContextVar("refusal_notes", default=None)
_subscribers: dict[type, Sequence[Subscriber]] = {}
_followers: dict[type, Sequence[Subscriber]] = {}


def use_case(function: Callable[P, R]) -> Callable[P, R]:
    """Run *function* as one transaction, then publish what it recorded.

    The function may run up to ATTEMPTS_MAX times, so it must have no effect
    outside the database.
    """

    @wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        return _commit(lambda: function(*args, **kwargs), name=function.__qualname__)

    return wrapper


def operation(function: Callable[P, R]) -> Callable[P, R]:
    """Require that *function* runs inside a unit of work."""

    @wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        if _recorded.get() is None:
            raise RuntimeError(f"{function.__qualname__} was called outside a unit of work")
        return function(*args, **kwargs)

    return wrapper


def joined(function: Callable[P, R]) -> Callable[P, R]:
    """Return the use case *function* as an operation: part of a larger one that commits once."""
    inner: Callable[P, R] = function.__wrapped__  # type: ignore[attr-defined]
    return operation(inner)


def answer_once(
    function: Callable[..., R],
    *,
    request: KeyedRequest | None,
    render: Callable[[R], tuple[int, dict[str, Any]]],
    **arguments: Any,
) -> Answer:
    """Run the use case *function* at most once for *request* and return its answer.

    *render* turns what the use case returned into a status and a JSON body. A
    request seen before gets the stored answer, marked as a replay. Without a
    key the use case simply runs.

    :raises IdempotencyKeyReusedError: if the key came with another request.
    """
    inner: Callable[..., R] = function.__wrapped__  # type: ignore[attr-defined]

    def run() -> Answer:
        if request is not None:
            stored = idempotency.claim(request)
            if stored is not None:
                return stored
        status, body = render(inner(**arguments))
        answer = Answer(status=status, body=body, is_replay=False)
        if request is not None:
            idempotency.store(request, answer)
        return answer

    return _commit(run, name=function.__qualname__)


def record(event: object) -> None:
    """Publish *event* after, and only if, the open unit of work commits.

    Whoever follows it acts on it now, within the unit.
    """
    recorded = _recorded.get()
    if recorded is None:
        raise RuntimeError("record was called outside a unit of work")
    recorded.append(event)
    _tell_followers(event)


def announce(event: object) -> None:
    """Let whoever follows *event* act on it within the open unit of work, or refuse it."""
    if _recorded.get() is None:
        raise RuntimeError("announce was called outside a unit of work")
    _tell_followers(event)


def note_if_refused(note: RefusalNote) -> None:
    """Run *note* in a transaction of its own if a RewardsError ends the open unit of work.

    What the unit did is rolled back; that it was refused may be worth keeping.
    """
    notes = _refusal_notes.get()
    if notes is None:
        raise RuntimeError("note_if_refused was called outside a unit of work")
    notes.append(note)


def connect(
    subscribers: Mapping[type, Sequence[Subscriber]],
    followers: Mapping[type, Sequence[Subscriber]] | None = None,
) -> None:
    """Replace who is told of each type of committed event, and who follows an announced one."""
    _subscribers.clear()
    _subscribers.update(subscribers)
    _followers.clear()
    _followers.update(followers or {})


def _tell_followers(event: object) -> None:
    for follower in _followers.get(type(event), ()):
        follower(event)


def _commit(function: Callable[[], R], *, name: str) -> R:
    if _recorded.get() is not None:
        raise RuntimeError(f"{name} was called inside a unit of work")
    if db.session.new or db.session.dirty or db.session.deleted:
        raise RuntimeError(f"{name} was called after changes outside a unit of work")
    for attempt in range(1, ATTEMPTS_MAX + 1):
        try:
            result, events = _run(function)
        except DBAPIError as error:
            if attempt == ATTEMPTS_MAX or not _is_retryable(error):
                raise
            log.info("unit.retried", use_case=name, attempt=attempt)
            # Twins that collided once would collide again in step.
            time.sleep(random.uniform(0, RETRY_SECONDS_MAX))  # noqa: S311
        else:
            _publish(events)
            return result
    raise AssertionError("unreachable")


def _run(function: Callable[[], R]) -> tuple[R, list[object]]:
    # Reads made earlier in the request opened a snapshot; the unit must not
    # decide on it.
    db.session.rollback()
    events: list[object] = []
    notes: list[RefusalNote] = []
    recording = _recorded.set(events)
    noting = _refusal_notes.set(notes)
    locking = writing.set(True)
    try:
        result = function()
        db.session.commit()
    except RewardsError as error:
        db.session.rollback()
        _keep_notes(notes, error)
        raise
    except BaseException:
        db.session.rollback()
        raise
    finally:
        writing.reset(locking)
        _refusal_notes.reset(noting)
        _recorded.reset(recording)
    return result, events


def _keep_notes(notes: list[RefusalNote], error: RewardsError) -> None:
    try:
        for note in notes:
            note(error)
        db.session.commit()
    except DBAPIError:
        # The refusal stands whether or not it could be noted.
        db.session.rollback()
        log.exception("unit.refusal_not_noted", code=error.code)


def _is_retryable(error: DBAPIError) -> bool:
    return getattr(error.orig, "sqlstate", None) in SQLSTATES_RETRYABLE


def _publish(events: list[object]) -> None:
    for event in events:
        for subscriber in _subscribers.get(type(event), ()):
            try:
                subscriber(event)
            except Exception:
                # The fact is committed. A projection that missed it is
                # rebuilt from the ledger, so the request still succeeds.
                log.exception("projection.failed", event_type=type(event).__name__)

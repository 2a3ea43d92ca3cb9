"""Closing periods, proving what was closed, and what a center decides about it."""

from datetime import datetime
from uuid import UUID

import structlog

from rewards.access.operations import audit
from rewards.access.rules import authorize
from rewards.access.types import Actor, Verb
from rewards.core.db import db
from rewards.core.unit import use_case
from rewards.ledger import operations as ledger
from rewards.ledger import queries as books
from rewards.ledger.types import SETTLE_DAYS_MAX, ClosingPolicy
from rewards.network import queries as network
from rewards.network.errors import NodeNotFoundError

from .. import operations, projector, queries
from ..errors import InvalidSettleDaysError
from ..projector import Closed, OnProgress
from ..types import Fault
from .projecting import seal_all
from .shared import list_centers

log = structlog.get_logger(__name__)

# A worker has other things to do; the rest is closed in the next rounds.
CLOSED_AT_ONCE_MAX = 40


def close_due(*, now: datetime) -> int:
    """Close the periods that are settled by now; return how many were closed.

    For the worker to call again and again. Books that were found wrong are not
    closed, and neither is a period of which an entry has no seal yet.
    """
    closed = 0
    if _is_frozen():
        return closed
    seal_all(now=now)
    for center in list_centers():
        for due in projector.list_due(center, now=now):
            if closed >= CLOSED_AT_ONCE_MAX or books.has_unsealed_before(due.posted_before):
                break
            # Folded before the unit begins, which on SQLite holds the only lock for writing.
            if _keep(projector.close(center, due, now=now)):
                closed += 1
    if closed:
        log.info("boards.closed", periods=closed)
    return closed


def verify_closed(*, on_progress: OnProgress) -> tuple[Fault, ...]:
    """Return whatever is wrong with the boards of closed periods.

    *on_progress* is told how many periods of how many are proven, center by center.
    """
    faults: list[Fault] = []
    for center in list_centers():
        closings = queries.list_closings(center)
        for number, closing in enumerate(closings, start=1):
            faults.extend(projector.verify_closing(closing))
            on_progress(number, len(closings))
    return tuple(faults)


@use_case
def set_closing_policy(
    *, actor: Actor, center_id: UUID, policy: ClosingPolicy, now: datetime
) -> None:
    """Decide when the periods of a center are closed, and where what comes later counts.

    What is closed already stays as it is.

    :raises NodeNotFoundError: if there is no such center.
    :raises InvalidSettleDaysError: if a period would stay open too long.
    """
    center = network.get_node(center_id)
    authorize(actor, Verb.MANAGE_NETWORK, center.path)
    if center.parent_id is not None:
        raise NodeNotFoundError
    if not 0 <= policy.settle_days <= SETTLE_DAYS_MAX:
        raise InvalidSettleDaysError(days_max=SETTLE_DAYS_MAX)
    ledger.set_closing_policy(center.id, policy, now=now)
    audit(
        actor=actor,
        action="closing-policy.set",
        node_id=center.id,
        subject=f"node:{center.id}",
        details={"settle_days": policy.settle_days, "late_entries": policy.late_entries.value},
        now=now,
    )


@use_case
def _keep(closed: Closed) -> bool:
    return operations.keep_closing(closed.closing, closed.snapshots)


def _is_frozen() -> bool:
    is_frozen = books.find_freeze() is not None
    db.session.rollback()
    return is_frozen

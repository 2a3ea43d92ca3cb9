"""The ends of a redemption: handed over, cancelled, expired."""

from datetime import datetime

import structlog
from sqlalchemy.exc import DBAPIError

from rewards.access.types import Actor, SystemActor
from rewards.core import clock
from rewards.core.errors import RewardsError
from rewards.core.unit import record, use_case
from rewards.ledger import operations as ledger
from rewards.ledger.types import Asset, BoardKind, EntryDraft, Reason
from rewards.stock import operations as stock
from rewards.stock.types import SpaceId

from .. import operations, queries, rules
from ..events import (
    RedemptionCancelled,
    RedemptionExpired,
    RedemptionFulfilled,
)
from ..types import CollectedBy, Redemption, RedemptionId, RedemptionStatus, ShownBy
from .locking import lock
from .splitting import split
from .telling import tell_cancelled, tell_collected, tell_expired
from .trail import audit

log = structlog.get_logger(__name__)
EXPIRED_AT_ONCE_MAX = 200


@use_case
def fulfil(
    *,
    actor: Actor,
    redemption_id: RedemptionId,
    code: str,
    space_id: SpaceId | None = None,
    quantity: int | None = None,
    collected_by: CollectedBy = CollectedBy.OWNER,
    shown_by: ShownBy = ShownBy.PICKUP_CODE,
    now: datetime,
) -> Redemption:
    """Spend the points and take the pieces off the shelf: the reward was handed over.

    *space_id* names the space the desk stands in; without it the right of the
    actor at the redemption's space decides alone. *quantity* pieces of more are
    handed over now, and the rest waits as a redemption of its own, which
    `queries.find_rest` finds; None: all of them. The owner is told of it, and whether
    anything showed that they came: *shown_by* its code, or because they stood there.

    :raises RedemptionNotFoundError: if there is no such redemption.
    :raises NotAllowedError: if the actor may not hand over rewards anywhere.
    :raises WrongRedemptionCodeError: if the code is another one.
    :raises RedemptionOtherSpaceError: if it is to be collected elsewhere.
    :raises RedemptionAlreadyFulfilledError: if it was handed over before.
    :raises RedemptionCancelledError: if it was cancelled.
    :raises RedemptionExpiredError: if its time is over.
    :raises QuantityOutOfRangeError: if it is no piece, or more than wait.
    :raises ProxyNotNamedError: if a proxy came whom the owner did not name.
    """
    redemption = queries.get_redemption(redemption_id)
    rules.check_may_fulfil(actor, redemption, code, space_id)
    redemption = lock(redemption)
    rules.check_is_collectable(redemption, now)
    if collected_by is CollectedBy.PROXY:
        rules.check_collector(queries.find_proxy(redemption_id))
    if quantity is not None:
        rules.check_part(redemption, quantity)
        if quantity < redemption.quantity:
            redemption = split(redemption, quantity=quantity, actor=actor, now=now)
    draft = build_draft(actor, redemption, now, space=redemption.space_name)
    entry_id = ledger.capture_hold(hold_id=redemption.hold_id, draft=draft, now=now)
    stock.fulfil(
        reward_id=redemption.reward_id,
        quantity=redemption.quantity,
        redemption_id=redemption_id,
        actor=actor,
        now=now,
    )
    operations.leave_slot(redemption)
    operations.close_redemption(
        redemption,
        status=RedemptionStatus.FULFILLED,
        collected_by=collected_by,
        shown_by=shown_by,
        actor=actor,
        now=now,
    )
    audit(actor, "redemption.fulfilled", redemption, now=now)
    tell_collected(
        redemption,
        collected_by=collected_by,
        is_shown=shown_by is not ShownBy.NOTHING,
        entry_id=entry_id,
        now=now,
    )
    record(RedemptionFulfilled.of(redemption, at=now))
    return queries.refresh(redemption)


@use_case
def cancel(*, actor: Actor, redemption_id: RedemptionId, now: datetime) -> Redemption:
    """Give points and pieces back before the reward was handed over.

    :raises RedemptionNotFoundError: if there is none, or it is another participant's.
    :raises NotAllowedError: if staff may not hand over rewards at its space.
    :raises RedemptionAlreadyFulfilledError: if it was handed over.
    :raises RedemptionCancelledError: if it was cancelled before.
    :raises RedemptionExpiredError: if its time ran out and the points came back.
    """
    redemption = queries.get_redemption(redemption_id)
    rules.check_may_cancel(actor, redemption)
    redemption = lock(redemption)
    rules.check_is_open(redemption)
    operations.give_back(redemption, status=RedemptionStatus.CANCELLED, actor=actor, now=now)
    audit(actor, "redemption.cancelled", redemption, now=now)
    tell_cancelled(actor, redemption, now=now)
    record(RedemptionCancelled.of(redemption, at=now))
    return queries.refresh(redemption)


def expire_due(*, now: datetime, limit: int = EXPIRED_AT_ONCE_MAX) -> int:
    """Expire up to *limit* redemptions whose time is over and return how many came to that.

    Each is a unit of its own: no lock is held for longer than one takes, and
    one that cannot expire keeps nobody else's points.
    """
    overdue = queries.list_overdue(now=now, limit=limit)
    return sum(_try_to_expire(redemption_id, now=now) for redemption_id in overdue)


@use_case
def expire(*, redemption_id: RedemptionId, now: datetime) -> bool:
    """Give points and pieces back if the time to collect is over; tell whether it was done.

    A redemption that has come to another end, or whose time is not over, is left as it is.

    :raises RedemptionNotFoundError: if there is no such redemption.
    """
    redemption = lock(queries.get_redemption(redemption_id))
    if not rules.can_expire(redemption, now):
        return False
    operations.give_back(redemption, status=RedemptionStatus.EXPIRED, actor=SystemActor(), now=now)
    tell_expired(redemption, now=now)
    record(RedemptionExpired.of(redemption, at=now))
    return True


def _try_to_expire(redemption_id: RedemptionId, *, now: datetime) -> bool:
    try:
        return expire(redemption_id=redemption_id, now=now)
    except RewardsError as error:
        reason = error.code
    except DBAPIError as error:
        reason = type(error).__name__
    log.error("redemption.not_expired", redemption_id=redemption_id.hex, reason=reason)
    return False


def build_draft(actor: Actor, redemption: Redemption, now: datetime, **details: str) -> EntryDraft:
    """Return the entry that spends the points of a redemption."""
    return EntryDraft(
        participant_id=redemption.participant_id,
        asset=Asset.POINTS,
        amount=-redemption.points,
        reason=Reason.REDEMPTION,
        source_id=redemption.id,
        occasion_id=None,
        rule_code="",
        rule_version=0,
        board=BoardKind.NONE,
        node_id=redemption.space_node_id,
        node_path=redemption.space_node_path,
        actor=actor.principal,
        occurred_at=now,
        business_date=clock.local_date(now, clock.zone()),
        details={
            "reward": redemption.reward_name,
            "quantity": redemption.quantity,
            "unit": redemption.unit,
            **details,
        },
    )

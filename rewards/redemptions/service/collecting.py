"""What the owner decides while the goods wait: who collects, by when, and at what time."""

from datetime import datetime

from rewards.access.types import Actor
from rewards.core import clock
from rewards.core.unit import use_case
from rewards.stock import queries as stock

from .. import operations, queries, rules
from ..types import Redemption, RedemptionId
from .locking import lock, lock_with_hours
from .telling import tell_changed, tell_due
from .trail import audit

REMINDED_AT_ONCE_MAX = 200
FORGOTTEN_AT_ONCE_MAX = 500


@use_case
def name_proxy(
    *, actor: Actor, redemption_id: RedemptionId, name: str, phone_tail: str, now: datetime
) -> Redemption:
    """Let the owner name somebody who collects for them; whoever was named before is forgotten.

    :raises RedemptionNotFoundError: if there is none, or it is somebody else's.
    :raises InvalidProxyError: if the name or the four digits do not fit.
    :raises RedemptionAlreadyFulfilledError: if it was handed over.
    :raises RedemptionCancelledError: if it was cancelled.
    :raises RedemptionExpiredError: if its time is over.
    """
    redemption = queries.get_redemption(redemption_id)
    rules.check_owner(actor, redemption)
    proxy = rules.read_proxy(name, phone_tail)
    redemption = lock(redemption)
    rules.check_is_collectable(redemption, now)
    operations.keep_proxy(redemption_id, proxy, now=now)
    return redemption


@use_case
def forget_proxy(*, actor: Actor, redemption_id: RedemptionId, now: datetime) -> Redemption:
    """Let the owner collect themselves after all.

    :raises RedemptionNotFoundError: if there is none, or it is somebody else's.
    :raises RedemptionAlreadyFulfilledError: if it was handed over.
    :raises RedemptionCancelledError: if it was cancelled.
    :raises RedemptionExpiredError: if its time is over.
    """
    redemption = queries.get_redemption(redemption_id)
    rules.check_owner(actor, redemption)
    redemption = lock(redemption)
    rules.check_is_collectable(redemption, now)
    operations.forget_proxies([redemption_id])
    return redemption


@use_case
def extend(*, actor: Actor, redemption_id: RedemptionId, now: datetime) -> Redemption:
    """Keep the goods seven days longer, once: for their owner, or for staff whom they asked.

    :raises RedemptionNotFoundError: if there is none, or it is another participant's.
    :raises NotAllowedError: if staff may not hand over rewards there.
    :raises RedemptionAlreadyFulfilledError: if it was handed over.
    :raises RedemptionCancelledError: if it was cancelled.
    :raises RedemptionExpiredError: if its time is over.
    :raises RedemptionAlreadyExtendedError: if there was more time before.
    """
    redemption = queries.get_redemption(redemption_id)
    rules.check_may_cancel(actor, redemption)
    redemption = lock_with_hours(redemption)
    rules.check_extendable(redemption, now)
    zone = clock.zone()
    hours = stock.get_hours(redemption.space_id, since=clock.local_date(now, zone))
    expires_at = rules.extended_until(redemption.expires_at, zone, hours=hours)
    operations.extend(redemption, expires_at=expires_at, now=now)
    audit(actor, "redemption.extended", redemption, now=now)
    redemption = queries.refresh(redemption)
    tell_changed(actor, redemption, now=now)
    return redemption


def remind_due(*, now: datetime, limit: int = REMINDED_AT_ONCE_MAX) -> int:
    """Remind the owners of up to *limit* redemptions that end soon; return how many."""
    due = queries.list_to_remind(now=now, until=now + rules.REMIND_BEFORE, limit=limit)
    return sum(remind(redemption_id=redemption_id, now=now) for redemption_id in due)


@use_case
def remind(*, redemption_id: RedemptionId, now: datetime) -> bool:
    """Remind the owner that the time to collect ends soon, once; tell whether it was done."""
    redemption = queries.get_redemption(redemption_id)
    # It may have got more time since it was found due.
    is_due = rules.is_due_soon(redemption, now)
    if not is_due or not operations.mark_reminded(redemption, now=now):
        return False
    tell_due(redemption, now=now)
    return True


@use_case
def forget_old_proxies(*, now: datetime) -> int:
    """Erase who was named to collect what came to its end long ago; return how many."""
    return operations.forget_old_proxies(
        closed_before=now - rules.PROXIES_KEPT, limit=FORGOTTEN_AT_ONCE_MAX
    )

"""How a receiver stands: when it is asked again, and when it is switched off."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from rewards.access import operations as audit_trail
from rewards.access.types import SystemActor
from rewards.core.db import db, table_of
from rewards.core.unit import operation

from .. import rules
from ..models import SubscriptionRow
from ..types import Outcome, StopReason, SubscriptionId, SubscriptionState

_subscriptions = table_of(SubscriptionRow)


@operation
def note(subscription_id: SubscriptionId, outcome: Outcome) -> None:
    """Write down how the receiver stands, and switch it off if nobody can be there."""
    is_this = _subscriptions.c.id == subscription_id
    if outcome.has_arrived:
        values = {"failures": 0, "failing_since": None, "retry_at": None}
        db.session.execute(
            sa.update(_subscriptions).where(is_this).values(delivered_at=outcome.at, **values)
        )
        return
    row: Any = db.session.execute(
        sa.select(_subscriptions.c.failures, _subscriptions.c.failing_since).where(is_this)
    ).one()
    failures = row.failures + 1
    since = row.failing_since or outcome.at
    db.session.execute(
        sa.update(_subscriptions)
        .where(is_this)
        .values(
            failures=failures,
            failing_since=since,
            retry_at=outcome.at + rules.rest_after(failures, outcome),
        )
    )
    reason = StopReason.NONE
    if outcome.is_gone:
        reason = StopReason.GONE
    elif rules.has_failed_for_good(failures=failures, failing_since=since, now=outcome.at):
        reason = StopReason.FAILING
    if reason is not StopReason.NONE:
        disable(subscription_id, reason, now=outcome.at)


@operation
def disable(subscription_id: SubscriptionId, reason: StopReason, *, now: datetime) -> None:
    """Send nothing more to a receiver until staff let messages go again."""
    node_id = db.session.scalars(
        sa.update(_subscriptions)
        .where(
            _subscriptions.c.id == subscription_id,
            _subscriptions.c.state == SubscriptionState.ACTIVE,
        )
        .values(state=SubscriptionState.DISABLED, stop_reason=reason, stopped_at=now)
        .returning(_subscriptions.c.node_id)
    ).one_or_none()
    if node_id is not None:
        audit_trail.audit(
            actor=SystemActor(),
            action="webhook.disabled",
            node_id=node_id,
            subject=f"webhook:{subscription_id.hex}",
            details={"reason": reason.value},
            now=now,
        )

"""Crediting attendance as far as it gives anything."""

from datetime import datetime

from rewards.access.types import Actor, ParticipantId
from rewards.activities.types import NO_POINTS, Occasion
from rewards.core.unit import operation
from rewards.earning import operations as earning
from rewards.earning.types import Credit
from rewards.ledger.types import Balance

from ..types import CheckInId


@operation
def credit(
    *,
    participant_id: ParticipantId,
    occasion: Occasion,
    check_in_id: CheckInId,
    minutes: int,
    account: Balance,
    actor: Actor,
    occurred_at: datetime,
    now: datetime,
) -> Credit:
    """Credit an attendance of so many minutes under the lock of *account*."""
    if occasion.rule_code == NO_POINTS:
        return Credit(awards=(), points=0, balance=account.balance)
    return earning.credit_attendance(
        participant_id=participant_id,
        occasion=occasion,
        source_id=check_in_id,
        minutes=minutes,
        account=account,
        actor=actor,
        occurred_at=occurred_at,
        now=now,
    )

"""What is kept of scans for a while, and forgotten again."""

from datetime import datetime

from rewards.access.types import ParticipantId
from rewards.activities.types import OccasionId
from rewards.core.unit import use_case

from .. import operations


@use_case
def note_refused_scan(
    *,
    participant_id: ParticipantId | None,
    occasion_id: OccasionId | None,
    reason: str,
    raw: str,
    is_leaving: bool = False,
    now: datetime,
) -> None:
    """Keep a scan that was refused before anybody tried to check in or out with it."""
    operations.store_refusal(
        participant_id=participant_id,
        occasion_id=occasion_id,
        reason=reason,
        raw=raw,
        is_leaving=is_leaving,
        now=now,
    )


@use_case
def forget_uses(*, now: datetime) -> int:
    """Delete which codes of phones were used more than two days ago; return how many."""
    return operations.forget_uses(now=now)


@use_case
def forget_refusals(*, now: datetime) -> int:
    """Delete refused attempts older than 30 days; return how many."""
    return operations.forget_refusals(now=now)


@use_case
def forget_browsers(*, now: datetime) -> int:
    """Forget on which browser people checked in more than 30 days ago; return for how many."""
    return operations.forget_browsers(now=now)

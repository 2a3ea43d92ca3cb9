"""Keeping refused attempts for a while, so that staff can help."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from rewards.access.types import Actor, ParticipantId
from rewards.activities.types import OccasionId
from rewards.core import unit
from rewards.core.db import db
from rewards.core.errors import RewardsError
from rewards.core.unit import operation

from .. import rules
from ..models import CheckInRow, RefusedScanRow

RAW_LENGTH_MAX = 256
REFUSALS_KEPT = timedelta(days=30)
# As long as signals look back.
BROWSERS_KEPT = timedelta(days=30)


@operation
def note_refusal(
    *,
    actor: Actor,
    occasion_id: OccasionId | None,
    participant_id: ParticipantId | None,
    raw: str,
    is_leaving: bool = False,
    now: datetime,
) -> None:
    """Keep the attempt with its reason if the open unit is refused."""

    def store(error: RewardsError) -> None:
        store_refusal(
            participant_id=participant_id,
            occasion_id=occasion_id,
            reason=error.code,
            recorded_by=actor.principal,
            raw=raw,
            is_leaving=is_leaving,
            now=now,
        )

    unit.note_if_refused(store)


@operation
def store_refusal(
    *,
    participant_id: ParticipantId | None,
    occasion_id: OccasionId | None,
    reason: str,
    recorded_by: str = "",
    raw: str,
    is_leaving: bool = False,
    now: datetime,
) -> None:
    """Keep an attempt that was refused, and why; nothing that would check somebody in."""
    printed = "".join(char for char in raw if char.isprintable())
    db.session.execute(
        sa.insert(RefusedScanRow).values(
            at=now,
            reason=reason,
            occasion_id=occasion_id,
            participant_id=participant_id,
            recorded_by=recorded_by,
            raw=rules.veil(printed)[:RAW_LENGTH_MAX],
            is_leaving=is_leaving,
        )
    )


@operation
def forget_browsers(*, now: datetime) -> int:
    """Forget on which browser people came or left more than 30 days ago; return how often."""
    row, before = CheckInRow, now - BROWSERS_KEPT
    forgotten = 0
    for statement in (
        sa.update(row)
        .where(row.device.is_not(None), row.recorded_at < before)
        .values(device=None, utc_offset=None),
        sa.update(row)
        .where(row.out_device.is_not(None), row.closed_at < before)
        .values(out_device=None),
    ):
        result = db.session.execute(statement.execution_options(synchronize_session=False))
        forgotten += int(result.rowcount)  # type: ignore[attr-defined]
    return forgotten


@operation
def forget_refusals(*, now: datetime) -> int:
    """Delete refused attempts older than 30 days; return how many."""
    result = db.session.execute(
        sa.delete(RefusedScanRow).where(RefusedScanRow.at < now - REFUSALS_KEPT)
    )
    return int(result.rowcount)  # type: ignore[attr-defined]

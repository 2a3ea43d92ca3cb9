"""Attempts that were refused."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from rewards.access.types import ParticipantId
from rewards.activities.types import OccasionId
from rewards.core.db import db

from ..models import RefusedScanRow
from ..types import RefusedScan


def list_refused(
    *, occasion_ids: Sequence[OccasionId], since: datetime, limit: int = 100
) -> tuple[RefusedScan, ...]:
    """Return the refused attempts at those occasions since a moment, the latest first."""
    rows = db.session.execute(
        sa.select(RefusedScanRow.__table__)
        .where(
            RefusedScanRow.occasion_id.in_(list(occasion_ids)),
            RefusedScanRow.at >= since,
        )
        .order_by(RefusedScanRow.id.desc())
        .limit(limit)
    ).all()
    return tuple(
        RefusedScan(
            at=row.at,
            reason=row.reason,
            occasion_id=OccasionId(row.occasion_id),
            participant_id=None
            if row.participant_id is None
            else ParticipantId(row.participant_id),
        )
        for row in rows
    )


def count_wrong_digits(participant_id: ParticipantId, *, now: datetime, span: timedelta) -> int:
    """Return how often the participant typed wrong digits lately."""
    count = db.session.scalar(
        sa.select(sa.func.count()).where(
            RefusedScanRow.participant_id == participant_id,
            RefusedScanRow.reason == "wrong-digits",
            RefusedScanRow.at > now - span,
        )
    )
    return int(count or 0)

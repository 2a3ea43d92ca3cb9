"""Attempts that were refused."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from rewards.access.types import ParticipantId
from rewards.activities.types import OccasionId
from rewards.core.db import db
from rewards.participants import queries as participants

from ..errors import OtherOccasionError, WrongDigitsError
from ..models import RefusedScanRow
from ..types import RefusedScan

# Digits of another occasion are wrong ones too, or they could be guessed for free.
GUESSES = (WrongDigitsError.code, OtherOccasionError.code)


def list_refused(
    *, occasion_ids: Sequence[OccasionId], since: datetime, limit: int = 100
) -> tuple[RefusedScan, ...]:
    """Return the refused attempts at those occasions since a moment, the latest first.

    Those of people come before those of strangers: anybody can send any number of them.
    """
    rows = db.session.execute(
        sa.select(RefusedScanRow.__table__)
        .where(
            RefusedScanRow.occasion_id.in_(list(occasion_ids)),
            RefusedScanRow.at >= since,
        )
        .order_by(RefusedScanRow.participant_id.is_(None), RefusedScanRow.id.desc())
        .limit(limit)
    ).all()
    return tuple(map(_refused, rows))


def list_unplaced(*, node_path: str, since: datetime, limit: int = 100) -> tuple[RefusedScan, ...]:
    """Return refused attempts of a branch's residents at nothing that we know, the latest first."""
    rows = db.session.execute(
        sa.select(RefusedScanRow.__table__)
        .where(
            RefusedScanRow.occasion_id.is_(None),
            RefusedScanRow.at >= since,
            RefusedScanRow.participant_id.in_(participants.select_at_home(node_path)),
        )
        .order_by(RefusedScanRow.id.desc())
        .limit(limit)
    ).all()
    return tuple(map(_refused, rows))


def count_wrong_digits(participant_id: ParticipantId, *, now: datetime, span: timedelta) -> int:
    """Return how often the participant typed wrong digits lately."""
    count = db.session.scalar(
        sa.select(sa.func.count()).where(
            RefusedScanRow.participant_id == participant_id,
            RefusedScanRow.reason.in_(GUESSES),
            RefusedScanRow.at > now - span,
        )
    )
    return int(count or 0)


def _refused(row: Any) -> RefusedScan:
    return RefusedScan(
        at=row.at,
        reason=row.reason,
        occasion_id=None if row.occasion_id is None else OccasionId(row.occasion_id),
        participant_id=None if row.participant_id is None else ParticipantId(row.participant_id),
        raw=row.raw,
        is_leaving=row.is_leaving,
    )

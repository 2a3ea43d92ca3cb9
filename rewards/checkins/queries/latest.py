"""Who came last, for those who look on."""

from collections.abc import Sequence

import sqlalchemy as sa

from rewards.access.types import ParticipantId
from rewards.activities.types import OccasionId
from rewards.core.db import UtcDateTime, db

from ..models import CheckInRow
from ..types import Arrival
from .lookups import COUNTS


def list_latest(occasion_ids: Sequence[OccasionId], *, limit: int) -> tuple[Arrival, ...]:
    """Return who came to one of the occasions or left it last, the latest first."""
    at = sa.func.coalesce(CheckInRow.checked_out_at, CheckInRow.checked_in_at, type_=UtcDateTime)
    rows = db.session.execute(
        sa.select(
            CheckInRow.participant_id,
            CheckInRow.occasion_id,
            at.label("at"),
            CheckInRow.checked_out_at.is_not(None).label("has_left"),
        )
        .where(CheckInRow.occasion_id.in_(list(occasion_ids)), CheckInRow.state.in_(COUNTS))
        .order_by(at.desc(), CheckInRow.id.desc())
        .limit(limit)
    )
    return tuple(
        Arrival(
            participant_id=ParticipantId(row.participant_id),
            occasion_id=OccasionId(row.occasion_id),
            at=row.at,
            has_left=bool(row.has_left),
        )
        for row in rows
    )

"""Reminding of what somebody has signed up for."""

from datetime import datetime

import sqlalchemy as sa

from rewards.access.types import ParticipantId
from rewards.activities import queries as activities
from rewards.activities.types import OccasionId
from rewards.core.db import db
from rewards.core.unit import operation
from rewards.notices.types import NoticeKind

from .. import rules
from ..types import SignUpState, Stage
from .rows import sign_ups, tell


@operation
def remind(stage: Stage, *, limit: int, now: datetime) -> int:
    """Remind the next people of what begins soon, once for each stage; return how many."""
    soon = activities.select_starts(after=now, until=now + rules.REMIND_BEFORE[stage]).subquery()
    rows = db.session.execute(
        sa.select(sign_ups, soon.c.starts_at)
        .join(soon, soon.c.id == sign_ups.c.occasion_id)
        .where(sign_ups.c.state == SignUpState.CONFIRMED, sign_ups.c.reminded < stage)
        .order_by(sign_ups.c.id)
        .limit(limit)
        # Two workers remind nobody twice, and neither waits for the other.
        .with_for_update(of=sign_ups, skip_locked=True)
    ).all()
    if not rows:
        return 0
    db.session.execute(
        sa.update(sign_ups)
        .where(sign_ups.c.id.in_([row.id for row in rows]))
        .values(reminded=stage)
        .execution_options(synchronize_session=False)
    )
    for row in rows:
        tell(
            ParticipantId(row.participant_id),
            NoticeKind.SIGN_UP_REMINDER,
            OccasionId(row.occasion_id),
            key=f"{row.occasion_id.hex}:{stage}:{row.starts_at:%y%m%d%H%M}",
            now=now,
            starts_at=row.starts_at.isoformat(),
            stage=int(stage),
        )
    return len(rows)

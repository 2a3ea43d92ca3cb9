"""What was written about people who closed their account."""

from datetime import datetime

import sqlalchemy as sa

from rewards.core.db import db
from rewards.core.unit import operation
from rewards.participants import queries as participants

from ..models import BackFillRow, CheckInRow, MinuteReviewRow
from ..types import BackFillState


@operation
def erase_words(*, now: datetime) -> int:
    """Erase reasons and evidence about participants who closed their account; return how many."""
    closed = participants.select_closed_ids()
    row, review, back_fill = CheckInRow, MinuteReviewRow, BackFillRow
    erased = 0
    for statement in (
        sa.update(row).where(row.note != "", row.participant_id.in_(closed)).values(note=""),
        sa.update(review)
        .where(review.reason != "", review.participant_id.in_(closed))
        .values(reason=""),
        sa.update(back_fill)
        .where(
            back_fill.words_erased_at.is_(None),
            back_fill.state != BackFillState.REQUESTED,
            back_fill.participant_id.in_(closed),
        )
        .values(evidence="", reason="", words_erased_at=now),
    ):
        result = db.session.execute(statement.execution_options(synchronize_session=False))
        erased += int(result.rowcount)  # type: ignore[attr-defined]
    return erased

"""Deciding on minutes above what one day gives by itself."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from rewards.access import operations as audit_trail
from rewards.access.types import Actor
from rewards.activities.types import Occasion
from rewards.core.db import db
from rewards.core.unit import operation
from rewards.earning import operations as earning
from rewards.ledger import operations as ledger
from rewards.ledger.types import Asset, Reason
from rewards.notices import operations as notices
from rewards.notices.types import NoticeKind

from .. import queries, rules
from ..errors import AttendanceSettledError
from ..models import MinuteReviewRow
from ..types import CheckInId, Review, ReviewState
from .crediting import post_minutes
from .holding import check_account_open


@operation
def decide(
    *,
    actor: Actor,
    occasion: Occasion,
    review: Review,
    is_approved: bool,
    reason: str,
    now: datetime,
) -> bool:
    """Let minutes count that waited for a review, or not; return whether that was decided just now.

    :raises AttendanceSettledError: if the other was decided before.
    :raises AccountClosedError: if they are approved and the participant's account is closed.
    """
    ledger.lock_account(participant_id=review.participant_id, asset=Asset.POINTS)
    state = ReviewState.APPROVED if is_approved else ReviewState.REFUSED
    review = queries.get_review(review.id)
    if review.state is state:
        return False
    if review.state is not ReviewState.WAITING:
        raise AttendanceSettledError(state=review.state.value)
    if is_approved:
        check_account_open(review.participant_id)
        post_minutes(
            participant_id=review.participant_id,
            minutes=review.minutes,
            reason=Reason.ATTENDANCE,
            rule_code=rules.REVIEW_RULES[review.level],
            source_id=review.check_in_id,
            occasion_id=occasion.id,
            node_id=occasion.node_id,
            node_path=occasion.node_path,
            team_id=earning.find_team(occasion, review.participant_id),
            title=occasion.title,
            day=review.business_date,
            occurred_at=occasion.ends_at,
            actor=actor,
            renewal=queries.get_receipt(review.check_in_id).renewal,
            now=now,
        )
    decided = db.session.execute(
        sa.update(MinuteReviewRow)
        .where(MinuteReviewRow.id == review.id, MinuteReviewRow.state == ReviewState.WAITING)
        .values(state=state, decided_by=actor.principal, decided_at=now, reason=reason)
        .returning(MinuteReviewRow.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    # The attendance that they are a part of may have been taken back this moment.
    if decided is None:
        raise AttendanceSettledError(state=queries.get_review(review.id).state.value)
    day = {"day": review.business_date.isoformat()}
    notices.notify(
        participant_id=review.participant_id,
        kind=NoticeKind.HOURS_CONFIRMED if is_approved else NoticeKind.HOURS_DECLINED,
        details=day | {"minutes": review.minutes} if is_approved else day,
        key=review.id.hex,
        now=now,
    )
    return True


@operation
def refuse_waiting(
    check_in_id: CheckInId,
    *,
    actor: Actor,
    node_id: UUID,
    details: Mapping[str, Any],
    now: datetime,
) -> None:
    """Refuse what of an attendance waits for a review: the rest of it is taken back."""
    refused = db.session.execute(
        sa.update(MinuteReviewRow)
        .where(
            MinuteReviewRow.check_in_id == check_in_id,
            MinuteReviewRow.state == ReviewState.WAITING,
        )
        .values(state=ReviewState.REFUSED, decided_by=actor.principal, decided_at=now)
        .returning(MinuteReviewRow.id, MinuteReviewRow.minutes, MinuteReviewRow.level)
        .execution_options(synchronize_session=False)
    ).all()
    for row in refused:
        audit_trail.audit(
            actor=actor,
            action="minutes.refused",
            node_id=node_id,
            subject=f"review:{row.id.hex}",
            details={"minutes": row.minutes, "level": row.level.value, **details},
            now=now,
        )

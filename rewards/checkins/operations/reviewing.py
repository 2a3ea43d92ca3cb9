"""Deciding on minutes above what one day gives by itself."""

from datetime import datetime

import sqlalchemy as sa

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
from ..types import Review, ReviewState
from .attending import check_account_open
from .crediting import post_minutes


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

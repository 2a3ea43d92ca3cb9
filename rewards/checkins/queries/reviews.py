"""Minutes that wait for a review, and hours that somebody asks to fill in."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import sqlalchemy as sa

from rewards.access.types import ParticipantId
from rewards.activities.types import OccasionId
from rewards.core.db import db, table_of
from rewards.ledger import queries as ledger
from rewards.ledger.types import Asset
from rewards.network.types import NodeId

from ..errors import BackFillNotFoundError, ReviewNotFoundError
from ..models import BackFillRow, MinuteReviewRow
from ..types import (
    BackFill,
    BackFillId,
    BackFillState,
    CheckInId,
    Review,
    ReviewId,
    ReviewState,
)

_reviews = table_of(MinuteReviewRow)
_back_fills = table_of(BackFillRow)


def count_day_minutes(participant_id: ParticipantId, day: date) -> int:
    """Return the minutes of service a participant has on a day, also those that wait."""
    waiting = sa.select(sa.func.sum(_reviews.c.minutes)).where(
        _reviews.c.participant_id == participant_id,
        _reviews.c.business_date == day,
        _reviews.c.state == ReviewState.WAITING,
    )
    posted = ledger.select_day_sum(
        participant_id=participant_id, asset=Asset.SERVICE_MINUTES, day=day
    )
    sums = (sa.func.coalesce(each.scalar_subquery(), 0) for each in (posted, waiting))
    # On the path of each check-out of a shift: one round trip for both.
    return sum(int(each) for each in db.session.execute(sa.select(*sums)).one())


def get_review(review_id: ReviewId) -> Review:
    """Return the review.

    :raises ReviewNotFoundError: if there is none.
    """
    row = db.session.execute(sa.select(_reviews).where(_reviews.c.id == review_id)).one_or_none()
    if row is None:
        raise ReviewNotFoundError
    return _review(row)


def list_reviews(check_in_ids: Sequence[CheckInId]) -> tuple[Review, ...]:
    """Return the reviews of those attendances, what the institute decides on first."""
    rows = db.session.execute(
        sa.select(_reviews)
        .where(_reviews.c.check_in_id.in_(list(check_in_ids)))
        .order_by(_reviews.c.check_in_id, _reviews.c.level.desc())
    )
    return tuple(_review(row) for row in rows)


def list_waiting_reviews(
    *, node_path: str, after: ReviewId | None = None, limit: int
) -> tuple[Review, ...]:
    """Return what waits for a review in a branch, the oldest first."""
    query = sa.select(_reviews).where(
        _reviews.c.state == ReviewState.WAITING,
        _reviews.c.node_path.startswith(node_path, autoescape=True),
    )
    if after is not None:
        query = query.where(_reviews.c.id > after)
    rows = db.session.execute(query.order_by(_reviews.c.id).limit(limit))
    return tuple(_review(row) for row in rows)


def list_reviews_of(participant_id: ParticipantId, *, limit: int) -> tuple[Review, ...]:
    """Return the reviews of a participant's minutes, the newest first."""
    rows = db.session.execute(
        sa.select(_reviews)
        .where(_reviews.c.participant_id == participant_id)
        .order_by(_reviews.c.id.desc())
        .limit(limit)
    )
    return tuple(_review(row) for row in rows)


def get_back_fill(back_fill_id: BackFillId, *, is_new: bool = False) -> BackFill:
    """Return the request; *is_new* says whether it was made or decided just now.

    :raises BackFillNotFoundError: if there is none.
    """
    row = db.session.execute(
        sa.select(_back_fills).where(_back_fills.c.id == back_fill_id)
    ).one_or_none()
    if row is None:
        raise BackFillNotFoundError
    return replace(_back_fill(row), is_new=is_new)


def list_requested(
    *, node_path: str, after: BackFillId | None = None, limit: int
) -> tuple[BackFill, ...]:
    """Return the requests of a branch that nobody has decided, the oldest first."""
    query = sa.select(_back_fills).where(
        _back_fills.c.state == BackFillState.REQUESTED,
        _back_fills.c.node_path.startswith(node_path, autoescape=True),
    )
    if after is not None:
        query = query.where(_back_fills.c.id > after)
    rows = db.session.execute(query.order_by(_back_fills.c.id).limit(limit))
    return tuple(_back_fill(row) for row in rows)


def list_back_fills_of(participant_id: ParticipantId, *, limit: int) -> tuple[BackFill, ...]:
    """Return what was asked to be filled in for a participant, the newest first."""
    rows = db.session.execute(
        sa.select(_back_fills)
        .where(_back_fills.c.participant_id == participant_id)
        .order_by(_back_fills.c.id.desc())
        .limit(limit)
    )
    return tuple(_back_fill(row) for row in rows)


def _review(row: Any) -> Review:
    return Review(
        id=ReviewId(row.id),
        check_in_id=CheckInId(row.check_in_id),
        participant_id=ParticipantId(row.participant_id),
        node_path=row.node_path,
        level=row.level,
        minutes=row.minutes,
        business_date=row.business_date,
        state=row.state,
        requested_at=row.requested_at,
        decided_by=row.decided_by,
        reason=row.reason,
    )


def _back_fill(row: Any) -> BackFill:
    return BackFill(
        id=BackFillId(row.id),
        participant_id=ParticipantId(row.participant_id),
        occasion_id=None if row.occasion_id is None else OccasionId(row.occasion_id),
        title=row.title,
        node_id=NodeId(row.node_id),
        node_path=row.node_path,
        attended_from=row.attended_from,
        attended_until=row.attended_until,
        minutes=row.minutes,
        evidence=row.evidence,
        state=row.state,
        requested_by=row.requested_by,
        requested_at=row.requested_at,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        reason=row.reason,
        points=row.points,
    )

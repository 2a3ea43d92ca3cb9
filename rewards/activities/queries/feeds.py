"""Reads of calendars: when something is on, and whose address is whose."""

import hmac
from datetime import datetime

import sqlalchemy as sa

from rewards.access.types import ParticipantId
from rewards.core.db import db
from rewards.core.secrecy import vault

from ..models import CalendarFeedRow, OccasionRow
from ..types import CalendarFeed, OccasionStatus

LABEL_LENGTH, PROOF_LENGTH = 32, 32


def find_feed(participant_id: ParticipantId) -> CalendarFeed | None:
    """Return the address of a participant's own calendar, if they have one."""
    row = db.session.execute(
        sa.select(CalendarFeedRow.label, CalendarFeedRow.opened_at).where(
            CalendarFeedRow.participant_id == participant_id
        )
    ).one_or_none()
    if row is None or row.label is None or row.opened_at is None:
        return None
    return CalendarFeed(
        participant_id=participant_id, token=_token(row.label), opened_at=row.opened_at
    )


def find_feed_by_token(token: str) -> CalendarFeed | None:
    """Return whose calendar an address opens, if it opens one.

    What the database holds is not enough to make an address of.
    """
    label = token[:LABEL_LENGTH]
    is_ours = len(token) == LABEL_LENGTH + PROOF_LENGTH and token.isascii()
    if not is_ours or not hmac.compare_digest(token, _token(label)):
        return None
    owner = db.session.scalar(
        sa.select(CalendarFeedRow.participant_id).where(CalendarFeedRow.label == label)
    )
    return None if owner is None else find_feed(ParticipantId(owner))


def list_starts(
    *, node_path: str, starts_from: datetime, starts_before: datetime
) -> tuple[datetime, ...]:
    """Return when the occasions of a branch start within a span, but for cancelled ones."""
    starts = db.session.scalars(
        sa.select(OccasionRow.starts_at).where(
            OccasionRow.node_path.startswith(node_path, autoescape=True),
            OccasionRow.starts_at >= starts_from,
            OccasionRow.starts_at < starts_before,
            OccasionRow.status == OccasionStatus.SCHEDULED,
        )
    )
    return tuple(starts)


def _token(label: str) -> str:
    return label + vault().lookup(f"calendar:{label}")[:PROOF_LENGTH]

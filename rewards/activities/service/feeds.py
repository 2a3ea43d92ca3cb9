"""The address under which somebody's own calendar can be fetched, until they take it back."""

import secrets
from datetime import datetime

import sqlalchemy as sa

from rewards.access.types import ParticipantActor
from rewards.core.db import db
from rewards.core.unit import use_case

from .. import queries
from ..models import CalendarFeedRow
from ..types import CalendarFeed

LABEL_BYTES = 16


@use_case
def open_feed(*, actor: ParticipantActor, now: datetime) -> CalendarFeed:
    """Give the participant a new address; one that they had opens nothing any more."""
    values = {"label": secrets.token_hex(LABEL_BYTES), "opened_at": now}
    _set(actor, values)
    feed = queries.find_feed(actor.participant_id)
    assert feed is not None
    return feed


@use_case
def close_feed(*, actor: ParticipantActor) -> None:
    """Take the participant's address back."""
    _set(actor, {"label": None, "opened_at": None})


def _set(actor: ParticipantActor, values: dict[str, object]) -> None:
    feeds = CalendarFeedRow
    changed = db.session.execute(
        sa.update(feeds)
        .where(feeds.participant_id == actor.participant_id)
        .values(**values)
        .returning(feeds.participant_id)
    ).one_or_none()
    if changed is None:
        db.session.execute(sa.insert(feeds).values(participant_id=actor.participant_id, **values))

"""What others do with the addresses of people's own calendars."""

import sqlalchemy as sa

from rewards.core.db import db
from rewards.core.unit import operation
from rewards.identity.events import ParticipantClosed

from ..models import CalendarFeedRow


@operation
def forget_feed(event: ParticipantClosed) -> None:
    """Let the address of somebody who closed their account open nothing any more."""
    db.session.execute(
        sa.update(CalendarFeedRow)
        .where(CalendarFeedRow.participant_id == event.participant_id)
        .values(label=None, opened_at=None)
    )

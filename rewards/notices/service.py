"""Use cases of notices."""

from datetime import datetime

from rewards.access.types import ParticipantActor
from rewards.core.unit import use_case

from . import operations, queries
from .types import NoticeId


@use_case
def mark_read(*, actor: ParticipantActor, through: NoticeId | None = None, now: datetime) -> int:
    """Mark the actor's notices as read and return how many are left unread.

    *through* is the newest that was shown: what came since is still unread.
    """
    operations.mark_read(participant_id=actor.participant_id, through=through, now=now)
    return queries.count_unread(actor.participant_id)

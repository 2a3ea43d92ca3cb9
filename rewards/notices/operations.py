"""Writes of notices. Each joins the unit of work that is open."""

from datetime import datetime

import sqlalchemy as sa

from rewards.access.types import ParticipantId
from rewards.core.db import db, insert
from rewards.core.ids import new_id
from rewards.core.unit import operation
from rewards.participants import queries as participants

from .models import NoticeRow
from .types import Details, NoticeId, NoticeKind


@operation
def notify(
    *,
    participant_id: ParticipantId,
    kind: NoticeKind,
    details: Details,
    key: str = "",
    now: datetime,
) -> None:
    """Tell a participant something, once for *key* if there is one.

    Whoever closed their account is told nothing.
    """
    participant = participants.find_participant(participant_id)
    if participant is None or participant.closed_at is not None:
        return
    notice_id = new_id()
    db.session.execute(
        insert(NoticeRow)
        .values(
            id=notice_id,
            participant_id=participant_id,
            kind=kind,
            details=dict(details),
            key=key or notice_id.hex,
            created_at=now,
            read_at=None,
        )
        .on_conflict_do_nothing(index_elements=["participant_id", "kind", "key"])
    )


@operation
def mark_read(*, participant_id: ParticipantId, through: NoticeId | None, now: datetime) -> None:
    """Mark the notices of a participant as read, those newer than *through* not."""
    statement = sa.update(NoticeRow).where(
        NoticeRow.participant_id == participant_id, NoticeRow.read_at.is_(None)
    )
    if through is not None:
        statement = statement.where(NoticeRow.id <= through)
    db.session.execute(statement.values(read_at=now).execution_options(synchronize_session=False))

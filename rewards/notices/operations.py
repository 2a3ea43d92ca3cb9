"""Writes of notices. Each joins the unit of work that is open."""

from datetime import date, datetime

import sqlalchemy as sa

from rewards.access.types import ParticipantId
from rewards.core.db import db, insert
from rewards.core.ids import new_id
from rewards.core.unit import operation
from rewards.participants import queries as participants

from .models import NoticeRow, ReminderRow
from .types import Details, NoticeId, NoticeKind, Reminders


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


@operation
def lock_reminders(*, valid_until: date, days: int) -> Reminders:
    """Lock how far the reminders of a day and stage have come, until the unit ends."""
    db.session.execute(
        insert(ReminderRow)
        .values(valid_until=valid_until, days=days, after=None, finished_at=None)
        .on_conflict_do_nothing(index_elements=["valid_until", "days"])
    )
    row = db.session.execute(
        sa.select(ReminderRow.after, ReminderRow.finished_at)
        .where(ReminderRow.valid_until == valid_until, ReminderRow.days == days)
        .with_for_update()
    ).one()
    return Reminders(
        after=None if row.after is None else ParticipantId(row.after),
        is_finished=row.finished_at is not None,
    )


@operation
def note_reminders(
    *, valid_until: date, days: int, after: ParticipantId | None, finished_at: datetime | None
) -> None:
    """Write down how far the reminders of a day and stage have come."""
    values: dict[str, object] = {"finished_at": finished_at}
    if after is not None:
        values["after"] = after
    db.session.execute(
        sa.update(ReminderRow)
        .where(ReminderRow.valid_until == valid_until, ReminderRow.days == days)
        .values(**values)
        .execution_options(synchronize_session=False)
    )

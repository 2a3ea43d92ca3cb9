"""Tables of notices. Details are codes and numbers only: no names, no free text."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from rewards.core.db import Base, UtcDateTime


class NoticeRow(Base):
    __tablename__ = "participant_notices"
    __table_args__ = (
        # Telling the same again tells nothing new.
        sa.UniqueConstraint("participant_id", "kind", "key"),
        # Lists go from the newest; ids are ordered by time.
        sa.Index("ix_participant_notices__participant_id", "participant_id", "id"),
        # Counted on each visit of the first page: few rows of all.
        sa.Index(
            "ix_participant_notices__unread",
            "participant_id",
            postgresql_where=sa.text("read_at IS NULL"),
            sqlite_where=sa.text("read_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    participant_id: Mapped[UUID] = mapped_column(sa.ForeignKey("participants.id"))
    # One of NoticeKind. The table does not list them, so a new kind needs no migration.
    kind: Mapped[str] = mapped_column(sa.String(32))
    details: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    key: Mapped[str] = mapped_column(sa.String(80))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ReminderRow(Base):
    """How far the reminders of one day and stage have come.

    `after` is the last participant reminded, NULL before the first; the row is
    locked while a batch is written.
    """

    __tablename__ = "expiry_reminders"
    __table_args__ = (sa.CheckConstraint("days > 0", name="days_positive"),)

    valid_until: Mapped[date] = mapped_column(primary_key=True)
    days: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    after: Mapped[UUID | None]
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

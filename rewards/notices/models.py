"""Tables of notices. Details are codes and numbers only: no names, no free text."""

from datetime import datetime
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

"""Tables of signing up."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from rewards.core.db import Base, UtcDateTime, enum_column

from .types import SignUpState

_is_missed = sa.text("missed_at IS NOT NULL")


class SignUpRow(Base):
    __tablename__ = "sign_ups"
    __table_args__ = (
        # One person, one place; who signs up again takes up the same row.
        sa.UniqueConstraint("occasion_id", "participant_id"),
        # Who keeps a place, and who is next in line.
        sa.Index("ix_sign_ups__in_line", "occasion_id", "state", "queue_no"),
        sa.Index("ix_sign_ups__participant_id", "participant_id", "id"),
        # Few rows of all.
        sa.Index(
            "ix_sign_ups__missed",
            "participant_id",
            "missed_at",
            postgresql_where=_is_missed,
            sqlite_where=_is_missed,
        ),
        sa.CheckConstraint(
            "(state = 'waiting') = (queue_no IS NOT NULL)", name="in_line_while_waiting"
        ),
        sa.CheckConstraint(
            "state <> 'confirmed' OR confirmed_at IS NOT NULL", name="confirmed_once"
        ),
        sa.CheckConstraint("reminded >= 0 AND reminded <= 2", name="reminded_stages"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    occasion_id: Mapped[UUID] = mapped_column(sa.ForeignKey("occasions.id"))
    participant_id: Mapped[UUID] = mapped_column(sa.ForeignKey("participants.id"))
    state: Mapped[SignUpState] = mapped_column(enum_column(SignUpState))
    # The order in line; somebody who is let through stands before all others.
    queue_no: Mapped[int | None]
    signed_up_at: Mapped[datetime] = mapped_column(UtcDateTime)
    signed_up_by: Mapped[str] = mapped_column(sa.String(64))
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Since when somebody who waits stands at the door.
    came_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # When it was counted as not coming without notice.
    missed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # How it stood before somebody came, so that coming can be undone.
    state_before: Mapped[str | None] = mapped_column(sa.String(16))
    missed_before: Mapped[datetime | None] = mapped_column(UtcDateTime)
    changed_by: Mapped[str] = mapped_column(sa.String(64))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # One of Stage.
    reminded: Mapped[int] = mapped_column(sa.SmallInteger, default=0)


class SignUpPauseRow(Base):
    __tablename__ = "sign_up_pauses"
    __table_args__ = (
        sa.Index("ix_sign_up_pauses__participant_id", "participant_id", "ends_at"),
        sa.CheckConstraint("begins_at < ends_at", name="begins_before_ends"),
        sa.CheckConstraint("(lifted_at IS NULL) = (lifted_by IS NULL)", name="lifted_by_somebody"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    participant_id: Mapped[UUID] = mapped_column(sa.ForeignKey("participants.id"))
    begins_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    lifted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lifted_by: Mapped[str | None] = mapped_column(sa.String(64))

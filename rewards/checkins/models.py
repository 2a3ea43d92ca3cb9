"""Tables of check-in."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from rewards.core.db import Base, BigKey, UtcDateTime, enum_column

from .types import AttendanceState, CheckInChannel


class CheckInRow(Base):
    """Somebody's attendance. Triggers refuse two that hold the same person at the same time."""

    __tablename__ = "check_ins"
    __table_args__ = (
        sa.UniqueConstraint("occasion_id", "participant_id"),
        sa.Index(
            "ix_check_ins__open",
            "attended_until",
            postgresql_where=sa.text("state = 'open'"),
            sqlite_where=sa.text("state = 'open'"),
        ),
        sa.CheckConstraint("checked_out_at >= checked_in_at", name="out_after_in"),
        sa.CheckConstraint("minutes >= 0", name="minutes_not_negative"),
        sa.CheckConstraint("attended_from <= attended_until", name="span_forward"),
        sa.CheckConstraint(
            "state <> 'open' OR (checked_out_at IS NULL AND minutes IS NULL)", name="open_no_end"
        ),
        sa.CheckConstraint(
            "state NOT IN ('declined', 'lapsed') OR"
            " (minutes = 0 AND checked_out_at IS NULL AND attended_until IS NULL)",
            name="unproved_gives_nothing",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    occasion_id: Mapped[UUID] = mapped_column(sa.ForeignKey("occasions.id"))
    participant_id: Mapped[UUID] = mapped_column(sa.ForeignKey("participants.id"), index=True)
    # When the code was scanned, which may be minutes before the first sign-in was done.
    checked_in_at: Mapped[datetime] = mapped_column(UtcDateTime)
    channel: Mapped[CheckInChannel] = mapped_column(enum_column(CheckInChannel))
    recorded_by: Mapped[str] = mapped_column(sa.String(64))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # The scan ticket that was used up; a ticket is accepted once.
    ticket: Mapped[str | None] = mapped_column(sa.String(32), unique=True)
    checked_out_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Minutes inside the scheduled window; NULL until checked out.
    minutes: Mapped[int | None]
    state: Mapped[AttendanceState] = mapped_column(enum_column(AttendanceState))
    # The scheduled time that this takes up, to the end until somebody leaves;
    # NULL where nobody is held.
    attended_from: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attended_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Who checked out, confirmed, declined or let it lapse, and when.
    closed_by: Mapped[str | None] = mapped_column(sa.String(64))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Why the minutes were declined, in the words of staff.
    note: Mapped[str] = mapped_column(sa.String(200), default="")
    # What the rules gave and why, also where that was nothing.
    awards: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)


class StarLevelRow(Base):
    """How many minutes of service make how many stars: districts have ladders of their own."""

    __tablename__ = "star_levels"
    __table_args__ = (
        sa.CheckConstraint("stars > 0", name="stars_positive"),
        sa.CheckConstraint("minutes > 0", name="minutes_positive"),
    )

    stars: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    minutes: Mapped[int] = mapped_column(unique=True)


class RefusedScanRow(Base):
    """An attempt that was refused, and why; kept 30 days so that staff can help."""

    __tablename__ = "refused_scans"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    reason: Mapped[str] = mapped_column(sa.String(40))
    occasion_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("occasions.id"), index=True)
    participant_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("participants.id"), index=True
    )
    recorded_by: Mapped[str] = mapped_column(sa.String(64))
    raw: Mapped[str] = mapped_column(sa.String(256))

"""Tables of check-in."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from rewards.core.db import Base, BigKey, UtcDateTime, enum_column

from .types import AttendanceState, BackFillState, CheckInChannel, ReviewLevel, ReviewState


class CheckInRow(Base):
    """Somebody's attendance.

    Triggers refuse two that hold the same person at the same time, and one without a
    check-out where hours of the same occasion were filled in. One that was undone
    stays, and the next of the same person there has the next `renewal`.
    """

    __tablename__ = "check_ins"
    __table_args__ = (
        sa.UniqueConstraint("occasion_id", "participant_id", "renewal"),
        sa.Index(
            "ix_check_ins__open",
            "attended_until",
            postgresql_where=sa.text("state = 'open'"),
            sqlite_where=sa.text("state = 'open'"),
        ),
        sa.Index(
            "ix_check_ins__device",
            "device",
            "recorded_at",
            postgresql_where=sa.text("device IS NOT NULL"),
            sqlite_where=sa.text("device IS NOT NULL"),
        ),
        sa.Index(
            "ix_check_ins__left",
            "closed_at",
            postgresql_where=sa.text("out_device IS NOT NULL OR out_by_word"),
            sqlite_where=sa.text("out_device IS NOT NULL OR out_by_word"),
        ),
        sa.Index("uq_check_ins__out_ticket", "out_ticket", unique=True),
        sa.CheckConstraint("checked_out_at >= checked_in_at", name="out_after_in"),
        sa.CheckConstraint("minutes >= 0", name="minutes_not_negative"),
        sa.CheckConstraint("attended_from <= attended_until", name="span_forward"),
        sa.CheckConstraint(
            "state <> 'open' OR (checked_out_at IS NULL AND minutes IS NULL)", name="open_no_end"
        ),
        sa.CheckConstraint(
            "state NOT IN ('declined', 'lapsed', 'undone') OR"
            " (minutes = 0 AND checked_out_at IS NULL AND attended_until IS NULL)",
            name="unproved_gives_nothing",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    occasion_id: Mapped[UUID] = mapped_column(sa.ForeignKey("occasions.id"))
    participant_id: Mapped[UUID] = mapped_column(sa.ForeignKey("participants.id"), index=True)
    # How often this person's attendance of the occasion was undone before.
    renewal: Mapped[int] = mapped_column(sa.SmallInteger, default=0, server_default=sa.text("0"))
    # When the code was scanned, which may be minutes before the first sign-in was done.
    checked_in_at: Mapped[datetime] = mapped_column(UtcDateTime)
    channel: Mapped[CheckInChannel] = mapped_column(enum_column(CheckInChannel))
    recorded_by: Mapped[str] = mapped_column(sa.String(64))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # A keyed hash that stands for the browser; NULL where there was none, or no more.
    device: Mapped[str | None] = mapped_column(sa.String(16))
    # Minutes east of UTC, as the phone says.
    utc_offset: Mapped[int | None] = mapped_column(sa.SmallInteger)
    gate: Mapped[str] = mapped_column(sa.String(20), default="", server_default="")
    is_offline: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    # The scan ticket that was used up; a ticket is accepted once.
    ticket: Mapped[str | None] = mapped_column(sa.String(32), unique=True)
    # The scan by which somebody left, good once as well.
    out_ticket: Mapped[str | None] = mapped_column(sa.String(32))
    # On which browser that was, as for coming; or whether staff said so by word.
    out_device: Mapped[str | None] = mapped_column(sa.String(16))
    out_by_word: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    checked_out_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Minutes inside the scheduled window; NULL until checked out.
    minutes: Mapped[int | None]
    state: Mapped[AttendanceState] = mapped_column(enum_column(AttendanceState))
    # The scheduled time that this takes up, to the end until somebody leaves;
    # NULL where nobody is held.
    attended_from: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attended_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Who checked out, confirmed, declined, undid or let it lapse, and when.
    closed_by: Mapped[str | None] = mapped_column(sa.String(64))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Why the minutes were declined, in the words of staff.
    note: Mapped[str] = mapped_column(sa.String(200), default="")
    # The minutes of service that counted by themselves, and the local day they did so for;
    # NULL where it is no service.
    counted_minutes: Mapped[int | None]
    counted_on: Mapped[date | None]
    # When the minutes were taken back: from then on this holds nobody.
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # By the rules of which moment it is judged; NULL: of that at which it was closed.
    ruled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # What the rules gave and why, also where that was nothing.
    awards: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)


_IS_WAITING = sa.text("state = 'waiting'")
_IS_REQUESTED = sa.text("state = 'requested'")


class MinuteReviewRow(Base):
    """Minutes of an attendance above what one day gives by itself, until somebody decides."""

    __tablename__ = "minute_reviews"
    __table_args__ = (
        sa.UniqueConstraint("check_in_id", "level"),
        sa.Index(
            "ix_minute_reviews__waiting",
            "node_path",
            "id",
            postgresql_where=_IS_WAITING,
            sqlite_where=_IS_WAITING,
        ),
        sa.CheckConstraint("minutes > 0", name="minutes_positive"),
        sa.CheckConstraint("(state = 'waiting') = (decided_by IS NULL)", name="decided_by"),
        sa.CheckConstraint("(decided_by IS NULL) = (decided_at IS NULL)", name="decided_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    check_in_id: Mapped[UUID] = mapped_column(sa.ForeignKey("check_ins.id"))
    participant_id: Mapped[UUID] = mapped_column(sa.ForeignKey("participants.id"), index=True)
    node_path: Mapped[str] = mapped_column(sa.String(48))
    # Who decides: the institute up to twelve hours of a day, the center above.
    level: Mapped[ReviewLevel] = mapped_column(enum_column(ReviewLevel))
    minutes: Mapped[int]
    business_date: Mapped[date]
    state: Mapped[ReviewState] = mapped_column(enum_column(ReviewState))
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by: Mapped[str | None] = mapped_column(sa.String(64))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(sa.String(200), default="")


class BackFillRow(Base):
    """Hours filled in afterwards: one person asks, another decides.

    Triggers refuse one that overlaps with attendance or with another one, and one of
    an occasion where the person counts without a check-out.
    """

    __tablename__ = "back_fills"
    __table_args__ = (
        sa.Index(
            "ix_back_fills__requested",
            "node_path",
            "id",
            postgresql_where=_IS_REQUESTED,
            sqlite_where=_IS_REQUESTED,
        ),
        sa.CheckConstraint("minutes > 0", name="minutes_positive"),
        sa.CheckConstraint("points >= 0", name="points_not_negative"),
        sa.CheckConstraint("attended_from < attended_until", name="span_forward"),
        sa.CheckConstraint(
            "length(evidence) >= 10 OR words_erased_at IS NOT NULL", name="evidence_says_something"
        ),
        sa.CheckConstraint("(state = 'requested') = (decided_by IS NULL)", name="decided_by"),
        sa.CheckConstraint("(decided_by IS NULL) = (decided_at IS NULL)", name="decided_at"),
        sa.CheckConstraint("decided_by <> requested_by", name="second_person"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    participant_id: Mapped[UUID] = mapped_column(sa.ForeignKey("participants.id"), index=True)
    # NULL where nothing was planned; then the title says what was done.
    occasion_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("occasions.id"))
    title: Mapped[str] = mapped_column(sa.String(80))
    node_id: Mapped[UUID] = mapped_column(sa.ForeignKey("nodes.id"))
    node_path: Mapped[str] = mapped_column(sa.String(48))
    attended_from: Mapped[datetime] = mapped_column(UtcDateTime)
    attended_until: Mapped[datetime] = mapped_column(UtcDateTime)
    minutes: Mapped[int]
    # What shows that it was so, in the words of staff.
    evidence: Mapped[str] = mapped_column(sa.String(500))
    state: Mapped[BackFillState] = mapped_column(enum_column(BackFillState))
    requested_by: Mapped[str] = mapped_column(sa.String(64))
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by: Mapped[str | None] = mapped_column(sa.String(64))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(sa.String(200), default="")
    # Only where the system had failed.
    points: Mapped[int] = mapped_column(default=0)
    # When the minutes were taken back: from then on this holds nobody.
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # With the participant's account the words about them go.
    words_erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PosterRow(Base):
    """A code on paper. The key that proves it is made of the deployment's secret."""

    __tablename__ = "posters"
    __table_args__ = (
        sa.Index("ix_posters__path", "node_path", "id"),
        sa.CheckConstraint("zone_id IS NULL OR occasion_id IS NULL", name="one_subject"),
        sa.CheckConstraint("(revoked_at IS NULL) = (revoked_by IS NULL)", name="revoked_by"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    label: Mapped[str] = mapped_column(sa.String(16), unique=True)
    node_id: Mapped[UUID] = mapped_column(sa.ForeignKey("nodes.id"))
    node_path: Mapped[str] = mapped_column(sa.String(48))
    # What it narrows to: a zone of the space there, or one occasion; else all that is on.
    zone_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("space_zones.id"))
    occasion_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("occasions.id"), index=True)
    place: Mapped[str] = mapped_column(sa.String(40))
    issued_by: Mapped[str] = mapped_column(sa.String(64))
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_by: Mapped[str | None] = mapped_column(sa.String(64))
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


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
    # Whether somebody wanted to leave.
    is_leaving: Mapped[bool] = mapped_column(default=False, server_default=sa.false())


class UsedMemberCodeRow(Base):
    """A code of somebody's phone that was used, by its step in time, and where."""

    __tablename__ = "used_member_codes"

    participant_id: Mapped[UUID] = mapped_column(sa.ForeignKey("participants.id"), primary_key=True)
    step: Mapped[int] = mapped_column(primary_key=True)
    occasion_id: Mapped[UUID] = mapped_column(sa.ForeignKey("occasions.id"))
    used_by: Mapped[str] = mapped_column(sa.String(64))
    used_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)

"""The table of appeals."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from rewards.core.db import Base, UtcDateTime, enum_column

from .types import TEXT_LENGTH_MAX, AppealState

_OPEN = sa.text("state = 'open'")


class AppealRow(Base):
    """What is written may be forgotten; that there was an appeal, and its outcome, stays."""

    __tablename__ = "appeals"
    __table_args__ = (
        # One that waits for its answer per matter.
        sa.Index(
            "uq_appeals__entry_id",
            "entry_id",
            unique=True,
            postgresql_where=_OPEN,
            sqlite_where=_OPEN,
        ),
        sa.Index(
            "uq_appeals__check_in_id",
            "check_in_id",
            unique=True,
            postgresql_where=_OPEN,
            sqlite_where=_OPEN,
        ),
        # What waits is listed by when it is due: few rows of all.
        sa.Index("ix_appeals__due", "due_at", "id", postgresql_where=_OPEN, sqlite_where=_OPEN),
        # Other lists go from the newest; ids are ordered by time.
        sa.Index("ix_appeals__participant_id", "participant_id", "id"),
        sa.Index("ix_appeals__node_path", "node_path", "id"),
        sa.CheckConstraint("(entry_id IS NULL) <> (check_in_id IS NULL)", name="one_subject"),
        sa.CheckConstraint("(state = 'open') = (closed_at IS NULL)", name="closed_when_not_open"),
        sa.CheckConstraint(
            "(state IN ('upheld', 'rejected')) = (answered_by <> '')", name="answered_by_somebody"
        ),
        sa.CheckConstraint("answer = '' OR answered_by <> ''", name="answer_has_author"),
        sa.CheckConstraint(
            "correction_id IS NULL OR state = 'upheld'", name="corrected_when_upheld"
        ),
        sa.CheckConstraint("due_at > made_at", name="due_later"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    participant_id: Mapped[UUID] = mapped_column(sa.ForeignKey("participants.id"))
    entry_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("ledger_entries.id"))
    check_in_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("check_ins.id"))
    # Where the matter belongs, and with it who answers.
    node_id: Mapped[UUID] = mapped_column(sa.ForeignKey("nodes.id"))
    node_path: Mapped[str] = mapped_column(sa.String(48))
    day: Mapped[date]
    text: Mapped[str] = mapped_column(sa.String(TEXT_LENGTH_MAX))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[str] = mapped_column(sa.String(64))
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[AppealState] = mapped_column(enum_column(AppealState))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by: Mapped[str] = mapped_column(sa.String(64), default="")
    answer: Mapped[str] = mapped_column(sa.String(TEXT_LENGTH_MAX), default="")
    correction_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("ledger_entries.id"))

"""Tables of point rules."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from rewards.core.db import Base, UtcDateTime


class PointRuleRow(Base):
    """One version of a rule; a change adds a version, entries keep the one they were given by.

    Insert-only; of those that have started, the highest number for a place
    counts. Triggers see to it that none starts before one that is in force.
    """

    __tablename__ = "point_rules"
    __table_args__ = (
        sa.CheckConstraint("(node_id IS NULL) = (node_path = '')", name="place_has_a_path"),
        sa.CheckConstraint("valid_to > valid_from", name="ends_after_start"),
    )

    code: Mapped[str] = mapped_column(sa.String(24), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    # Where it holds, with everything below; everywhere without.
    node_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("nodes.id"))
    node_path: Mapped[str] = mapped_column(sa.String(48), default="")
    # Of a version for a node, only what differs there.
    definition: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    valid_from: Mapped[datetime] = mapped_column(UtcDateTime)
    valid_to: Mapped[datetime | None] = mapped_column(UtcDateTime)
    note: Mapped[str] = mapped_column(sa.String(200), default="")
    created_by: Mapped[str] = mapped_column(sa.String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class WithheldCreditRow(Base):
    """An act that was recorded while the books were frozen: what it is worth comes later."""

    __tablename__ = "withheld_credits"
    __table_args__ = (
        sa.Index(
            "ix_withheld_credits__due",
            "source_id",
            postgresql_where=sa.text("credited_at IS NULL"),
            sqlite_where=sa.text("credited_at IS NULL"),
        ),
    )

    # The attendance.
    source_id: Mapped[UUID] = mapped_column(primary_key=True)
    participant_id: Mapped[UUID] = mapped_column(sa.ForeignKey("participants.id"))
    occasion_id: Mapped[UUID] = mapped_column(sa.ForeignKey("occasions.id"))
    minutes: Mapped[int | None]
    # What staff made sure of, separated by spaces.
    verified: Mapped[str] = mapped_column(sa.String(80))
    actor: Mapped[str] = mapped_column(sa.String(64))
    occurred_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withheld_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # When it was last refused. NULL: never, or not tried yet.
    tried_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    credited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class FailedAttemptRow(Base):
    """An attempt that gave nothing, at what counts once a day; it leaves no entry."""

    __tablename__ = "failed_attempts"
    __table_args__ = (
        sa.Index("ix_failed_attempts__day", "participant_id", "rule_code", "business_date"),
    )

    # The act as it was entered.
    source_id: Mapped[UUID] = mapped_column(primary_key=True)
    participant_id: Mapped[UUID] = mapped_column(sa.ForeignKey("participants.id"))
    rule_code: Mapped[str] = mapped_column(sa.String(24))
    business_date: Mapped[date]
    actor: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

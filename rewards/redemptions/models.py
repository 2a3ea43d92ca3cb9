"""Tables of redemption."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from rewards.core.db import Base, UtcDateTime, enum_column

from .types import CollectedBy, RedemptionStatus, ReturnKind


class RedemptionRow(Base):
    __tablename__ = "redemptions"
    __table_args__ = (
        sa.CheckConstraint("quantity > 0", name="quantity_positive"),
        sa.CheckConstraint("points > 0", name="points_positive"),
        sa.CheckConstraint(
            "(status = 'reserved') = (closed_at IS NULL)", name="closed_when_not_reserved"
        ),
        sa.CheckConstraint(
            "returned_at IS NULL OR status = 'fulfilled'", name="returned_after_fulfilment"
        ),
        sa.CheckConstraint(
            "collected_by = '' OR status = 'fulfilled'", name="collected_at_fulfilment"
        ),
        # Lists go from the newest; ids are ordered by time.
        sa.Index("ix_redemptions__participant_id", "participant_id", "id"),
        sa.Index("ix_redemptions__space_id", "space_id", "id"),
        # What may still be collected or has to be given back: few rows of all.
        sa.Index(
            "ix_redemptions__reserved",
            "expires_at",
            postgresql_where=sa.text("status = 'reserved'"),
            sqlite_where=sa.text("status = 'reserved'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    participant_id: Mapped[UUID] = mapped_column(sa.ForeignKey("participants.id"))
    space_id: Mapped[UUID] = mapped_column(sa.ForeignKey("spaces.id"))
    reward_id: Mapped[UUID] = mapped_column(sa.ForeignKey("rewards.id"))
    quantity: Mapped[int]
    points: Mapped[int] = mapped_column(sa.BigInteger)
    status: Mapped[RedemptionStatus] = mapped_column(enum_column(RedemptionStatus))
    # Eight digits, never given out twice.
    code: Mapped[str] = mapped_column(sa.String(8), unique=True)
    hold_id: Mapped[UUID] = mapped_column(sa.ForeignKey("ledger_holds.id"), unique=True)
    reserved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by: Mapped[str] = mapped_column(sa.String(64), default="")
    wish_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("wishes.id"), index=True)
    collected_by: Mapped[CollectedBy] = mapped_column(
        enum_column(CollectedBy), default=CollectedBy.NOBODY
    )
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # When the participant asked for more time, which they can once.
    extended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    slot_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("pickup_slots.id"), index=True)
    split_from: Mapped[UUID | None] = mapped_column(sa.ForeignKey("redemptions.id"), index=True)
    # The principal who reserved it for the owner; empty: they did themselves.
    reserved_by: Mapped[str] = mapped_column(sa.String(64), default="")
    # One of ShownBy.
    shown_by: Mapped[str] = mapped_column(sa.String(16), default="")
    # When the points came back after the hand-over.
    returned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RedemptionProxyRow(Base):
    """Whom the owner named to collect for them; erased some time after the end."""

    __tablename__ = "redemption_proxies"

    redemption_id: Mapped[UUID] = mapped_column(sa.ForeignKey("redemptions.id"), primary_key=True)
    name_sealed: Mapped[str] = mapped_column(sa.Text)
    phone_tail_sealed: Mapped[str] = mapped_column(sa.Text)
    named_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RedemptionBudgetRow(Base):
    """How many points may be redeemed below a node in a quarter, and how many were."""

    __tablename__ = "redemption_budgets"
    __table_args__ = (
        sa.CheckConstraint("used BETWEEN 0 AND points", name="used_within_points"),
        sa.Index("ix_redemption_budgets__quarter", "quarter", "node_path"),
    )

    node_id: Mapped[UUID] = mapped_column(sa.ForeignKey("nodes.id"), primary_key=True)
    # The first day.
    quarter: Mapped[date] = mapped_column(sa.Date, primary_key=True)
    # Copied from the node, so that a branch is found without its table.
    node_path: Mapped[str] = mapped_column(sa.String(48))
    points: Mapped[int] = mapped_column(sa.BigInteger)
    used: Mapped[int] = mapped_column(sa.BigInteger)
    set_by: Mapped[str] = mapped_column(sa.String(64))
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RedemptionReturnRow(Base):
    """What came back after a hand-over, once."""

    __tablename__ = "redemption_returns"
    __table_args__ = (
        sa.CheckConstraint("quantity > 0", name="quantity_positive"),
        sa.CheckConstraint(
            "(kind = 'replaced') = (entry_id IS NULL)", name="points_back_unless_replaced"
        ),
    )

    redemption_id: Mapped[UUID] = mapped_column(sa.ForeignKey("redemptions.id"), primary_key=True)
    kind: Mapped[ReturnKind] = mapped_column(enum_column(ReturnKind))
    quantity: Mapped[int]
    note: Mapped[str] = mapped_column(sa.String(120), default="")
    # The reversal that gave the points back.
    entry_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("ledger_entries.id"))
    returned_by: Mapped[str] = mapped_column(sa.String(64))
    returned_at: Mapped[datetime] = mapped_column(UtcDateTime)

"""Tables of the stockroom. What was asked for never changes, and an end is final: triggers."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from rewards.core.db import Base, BigKey, UtcDateTime, enum_column

from .types import ChangeKind, ChangeStatus, StocktakeStatus, TransferStatus

_IS_PENDING = sa.text("status = 'pending'")
_IS_OPEN = sa.text("status = 'open'")


class StocktakeRow(Base):
    __tablename__ = "stocktakes"
    __table_args__ = (
        sa.CheckConstraint("(status = 'open') = (closed_at IS NULL)", name="closed_once"),
        sa.CheckConstraint("(closed_by = '') = (closed_at IS NULL)", name="closed_by_and_at"),
        sa.Index(
            "uq_stocktakes__open",
            "space_id",
            unique=True,
            postgresql_where=_IS_OPEN,
            sqlite_where=_IS_OPEN,
        ),
        sa.Index("ix_stocktakes__node_path", "node_path", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    status: Mapped[StocktakeStatus] = mapped_column(enum_column(StocktakeStatus))
    space_id: Mapped[UUID] = mapped_column(sa.ForeignKey("spaces.id"))
    node_id: Mapped[UUID] = mapped_column(sa.ForeignKey("nodes.id"))
    node_path: Mapped[str] = mapped_column(sa.String(48))
    started_by: Mapped[str] = mapped_column(sa.String(64))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_by: Mapped[str] = mapped_column(sa.String(64), default="")
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # How many items nobody counted, once it is closed.
    left_out: Mapped[int | None]


class StocktakeCountRow(Base):
    """Every count of an item; the last one stands. Never edited."""

    __tablename__ = "stocktake_counts"
    __table_args__ = (
        sa.CheckConstraint("counted >= 0", name="counted_not_negative"),
        sa.Index("ix_stocktake_counts__item", "stocktake_id", "reward_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    stocktake_id: Mapped[UUID] = mapped_column(sa.ForeignKey("stocktakes.id"))
    reward_id: Mapped[UUID] = mapped_column(sa.ForeignKey("rewards.id"))
    counted: Mapped[int]
    # The level when the count was written down: the desk goes on meanwhile.
    on_hand: Mapped[int]
    counted_by: Mapped[str] = mapped_column(sa.String(64))
    counted_at: Mapped[datetime] = mapped_column(UtcDateTime)


class StockChangeRequestRow(Base):
    """One for each change of a level that two people stand behind."""

    __tablename__ = "stock_change_requests"
    __table_args__ = (
        sa.CheckConstraint("quantity <> 0", name="quantity_not_zero"),
        sa.CheckConstraint("kind <> 'damage' OR quantity < 0", name="damage_lowers"),
        sa.CheckConstraint(
            "(kind = 'stocktake') = (stocktake_id IS NOT NULL)", name="stocktake_named"
        ),
        sa.CheckConstraint("length(note) >= 2 OR kind = 'stocktake'", name="has_note"),
        sa.CheckConstraint("(status = 'pending') = (decided_at IS NULL)", name="decided_once"),
        sa.CheckConstraint(
            "(status IN ('applied', 'refused')) = (decided_by <> '')", name="decided_by_somebody"
        ),
        sa.CheckConstraint("decided_by <> requested_by", name="second_person"),
        sa.CheckConstraint("kind <> 'stocktake' OR status <> 'withdrawn'", name="counted_stands"),
        # Of one count an item has one difference.
        sa.UniqueConstraint("stocktake_id", "reward_id"),
        sa.Index(
            "ix_stock_change_requests__pending",
            "node_path",
            "id",
            postgresql_where=_IS_PENDING,
            sqlite_where=_IS_PENDING,
        ),
        sa.Index("ix_stock_change_requests__node_path", "node_path", "id"),
        sa.Index("ix_stock_change_requests__space_id", "space_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[ChangeKind] = mapped_column(enum_column(ChangeKind))
    status: Mapped[ChangeStatus] = mapped_column(enum_column(ChangeStatus))
    reward_id: Mapped[UUID] = mapped_column(sa.ForeignKey("rewards.id"))
    space_id: Mapped[UUID] = mapped_column(sa.ForeignKey("spaces.id"))
    node_id: Mapped[UUID] = mapped_column(sa.ForeignKey("nodes.id"))
    node_path: Mapped[str] = mapped_column(sa.String(48))
    # What it adds to the shelf; damage takes away.
    quantity: Mapped[int]
    note: Mapped[str] = mapped_column(sa.String(120))
    stocktake_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("stocktakes.id"))
    requested_by: Mapped[str] = mapped_column(sa.String(64))
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by: Mapped[str] = mapped_column(sa.String(64), default="")
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decision_note: Mapped[str] = mapped_column(sa.String(120), default="")


class StockTransferRow(Base):
    """Pieces on their way from one space to another."""

    __tablename__ = "stock_transfers"
    __table_args__ = (
        sa.CheckConstraint("from_space_id <> to_space_id", name="somewhere_else"),
        sa.CheckConstraint("(status = 'sent') = (closed_at IS NULL)", name="closed_once"),
        sa.CheckConstraint("(closed_by = '') = (closed_at IS NULL)", name="closed_by_and_at"),
        sa.CheckConstraint("status <> 'received' OR closed_by <> sent_by", name="second_person"),
        sa.Index("ix_stock_transfers__from_path", "from_path", "id"),
        sa.Index("ix_stock_transfers__to_path", "to_path", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    status: Mapped[TransferStatus] = mapped_column(enum_column(TransferStatus))
    from_space_id: Mapped[UUID] = mapped_column(sa.ForeignKey("spaces.id"))
    from_node_id: Mapped[UUID] = mapped_column(sa.ForeignKey("nodes.id"))
    from_path: Mapped[str] = mapped_column(sa.String(48))
    to_space_id: Mapped[UUID] = mapped_column(sa.ForeignKey("spaces.id"))
    to_node_id: Mapped[UUID] = mapped_column(sa.ForeignKey("nodes.id"))
    to_path: Mapped[str] = mapped_column(sa.String(48))
    note: Mapped[str] = mapped_column(sa.String(120), default="")
    sent_by: Mapped[str] = mapped_column(sa.String(64))
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_by: Mapped[str] = mapped_column(sa.String(64), default="")
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closing_note: Mapped[str] = mapped_column(sa.String(120), default="")


class StockTransferLineRow(Base):
    __tablename__ = "stock_transfer_lines"
    __table_args__ = (
        sa.UniqueConstraint("transfer_id", "to_reward_id"),
        sa.CheckConstraint("quantity > 0", name="quantity_positive"),
        sa.CheckConstraint(
            "received IS NULL OR received BETWEEN 0 AND quantity", name="received_within_sent"
        ),
    )

    transfer_id: Mapped[UUID] = mapped_column(sa.ForeignKey("stock_transfers.id"), primary_key=True)
    reward_id: Mapped[UUID] = mapped_column(sa.ForeignKey("rewards.id"), primary_key=True)
    to_reward_id: Mapped[UUID] = mapped_column(sa.ForeignKey("rewards.id"))
    quantity: Mapped[int]
    # What the other side counted.
    received: Mapped[int | None]


class StockDeliveryRow(Base):
    """Goods taken in with a sheet. Never edited."""

    __tablename__ = "stock_deliveries"
    __table_args__ = (
        sa.CheckConstraint("lines > 0 AND pieces >= lines", name="brought_something"),
        sa.Index("ix_stock_deliveries__digest", "space_id", "digest"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    space_id: Mapped[UUID] = mapped_column(sa.ForeignKey("spaces.id"))
    # Of items and quantities, to notice the same sheet the second time.
    digest: Mapped[str] = mapped_column(sa.String(64))
    lines: Mapped[int]
    pieces: Mapped[int]
    note: Mapped[str] = mapped_column(sa.String(120), default="")
    received_by: Mapped[str] = mapped_column(sa.String(64))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)

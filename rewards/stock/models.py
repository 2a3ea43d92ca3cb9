"""Tables of spaces, reward items, levels and movements."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from rewards.core.db import Base, BigKey, UtcDateTime, enum_column

from .types import MovementKind, RewardKind, ZoneKind


class SpaceRow(Base):
    __tablename__ = "spaces"
    __table_args__ = (sa.UniqueConstraint("node_id", "name"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    node_id: Mapped[UUID] = mapped_column(sa.ForeignKey("nodes.id"))
    # Copied from the node, so that a branch is found without its table.
    node_path: Mapped[str] = mapped_column(sa.String(48), index=True)
    name: Mapped[str] = mapped_column(sa.String(80))
    address: Mapped[str] = mapped_column(sa.String(120), default="")
    # Opening hours in words, as printed on the door.
    hours: Mapped[str] = mapped_column(sa.String(80), default="")
    phone: Mapped[str] = mapped_column(sa.String(32), default="")
    # Nothing more can be reserved here; what was reserved is still handed over.
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SpaceZoneRow(Base):
    __tablename__ = "space_zones"
    __table_args__ = (sa.UniqueConstraint("space_id", "position"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    space_id: Mapped[UUID] = mapped_column(sa.ForeignKey("spaces.id"))
    kind: Mapped[ZoneKind] = mapped_column(enum_column(ZoneKind))
    name: Mapped[str] = mapped_column(sa.String(40))
    position: Mapped[int]
    # Nothing takes place there any more.
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RewardRow(Base):
    __tablename__ = "rewards"
    __table_args__ = (
        sa.UniqueConstraint("space_id", "name"),
        sa.CheckConstraint("points > 0", name="points_positive"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    space_id: Mapped[UUID] = mapped_column(sa.ForeignKey("spaces.id"))
    name: Mapped[str] = mapped_column(sa.String(40))
    # The measure word: 块, 包, 瓶.
    unit: Mapped[str] = mapped_column(sa.String(8), default="件")
    kind: Mapped[RewardKind] = mapped_column(enum_column(RewardKind))
    # The name of a drawing of the interface.
    picture: Mapped[str] = mapped_column(sa.String(24), default="gift")
    points: Mapped[int]
    is_listed: Mapped[bool] = mapped_column(default=True)


class StockLevelRow(Base):
    """What stands on the shelf, and how much of it is set aside."""

    __tablename__ = "stock_levels"
    __table_args__ = (
        sa.CheckConstraint("on_hand >= 0", name="on_hand_not_negative"),
        sa.CheckConstraint("reserved >= 0", name="reserved_not_negative"),
        sa.CheckConstraint("reserved <= on_hand", name="reserved_within_on_hand"),
    )

    reward_id: Mapped[UUID] = mapped_column(sa.ForeignKey("rewards.id"), primary_key=True)
    on_hand: Mapped[int] = mapped_column(default=0)
    reserved: Mapped[int] = mapped_column(default=0)


class StockMovementRow(Base):
    """One change of a level; never edited. The levels are the sums of these."""

    __tablename__ = "stock_movements"
    __table_args__ = (
        sa.UniqueConstraint("redemption_id", "kind"),
        sa.CheckConstraint("quantity <> 0", name="quantity_not_zero"),
        sa.CheckConstraint("quantity > 0 OR kind = 'adjust'", name="quantity_positive"),
        sa.CheckConstraint(
            "(kind IN ('receive', 'adjust')) = (redemption_id IS NULL)", name="redemption_named"
        ),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    reward_id: Mapped[UUID] = mapped_column(sa.ForeignKey("rewards.id"), index=True)
    kind: Mapped[MovementKind] = mapped_column(enum_column(MovementKind))
    # Positive, but for an adjustment that lowers the level.
    quantity: Mapped[int]
    # Checked at the commit: the shelf is reserved before the redemption's own row is written.
    redemption_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("redemptions.id", deferrable=True, initially="DEFERRED")
    )
    actor: Mapped[str] = mapped_column(sa.String(64))
    note: Mapped[str] = mapped_column(sa.String(120), default="")
    moved_at: Mapped[datetime] = mapped_column(UtcDateTime)

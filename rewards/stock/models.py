"""Tables of spaces, reward items, levels and movements."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from rewards.core.db import Base, BigKey, UtcDateTime, enum_column

from .types import Desk, LimitPeriod, MovementKind, RewardKind, ZoneKind


class SpaceRow(Base):
    __tablename__ = "spaces"
    __table_args__ = (
        sa.UniqueConstraint("node_id", "name"),
        sa.CheckConstraint(
            "(slot_minutes IS NULL) = (slot_capacity IS NULL)"
            " AND (slot_minutes IS NULL OR slot_minutes > 0 AND slot_capacity > 0)",
            name="slots_whole",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    node_id: Mapped[UUID] = mapped_column(sa.ForeignKey("nodes.id"))
    # Copied from the node, so that a branch is found without its table.
    node_path: Mapped[str] = mapped_column(sa.String(48), index=True)
    name: Mapped[str] = mapped_column(sa.String(80))
    address: Mapped[str] = mapped_column(sa.String(120), default="")
    # What is said about the opening hours besides them; before there were any, all of it.
    hours: Mapped[str] = mapped_column(sa.String(80), default="")
    phone: Mapped[str] = mapped_column(sa.String(32), default="")
    # Nothing more can be reserved here; what was reserved is still handed over.
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # So many people in so many minutes; both empty: come whenever it is open.
    slot_minutes: Mapped[int | None] = mapped_column(sa.SmallInteger)
    slot_capacity: Mapped[int | None] = mapped_column(sa.SmallInteger)


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


class OpeningHoursRow(Base):
    """The hours of a weekday. A desk that told its week has seven rows, another none.

    They are read as a whole and checked when they are written: pairs of minutes of the
    local day, none for a closed day.
    """

    __tablename__ = "opening_hours"
    __table_args__ = (sa.CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday_possible"),)

    space_id: Mapped[UUID] = mapped_column(sa.ForeignKey("spaces.id"), primary_key=True)
    desk: Mapped[Desk] = mapped_column(enum_column(Desk), primary_key=True)
    # Monday is 0.
    weekday: Mapped[int] = mapped_column(sa.SmallInteger, primary_key=True, autoincrement=False)
    spans: Mapped[list[list[int]]] = mapped_column(sa.JSON)


class SpaceDayRow(Base):
    """A day that is not like others of its weekday; without spans it is a closed one."""

    __tablename__ = "space_days"

    space_id: Mapped[UUID] = mapped_column(sa.ForeignKey("spaces.id"), primary_key=True)
    desk: Mapped[Desk] = mapped_column(enum_column(Desk), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    spans: Mapped[list[list[int]]] = mapped_column(sa.JSON)
    reason: Mapped[str] = mapped_column(sa.String(40))


class RewardRow(Base):
    __tablename__ = "rewards"
    __table_args__ = (
        sa.UniqueConstraint("space_id", "name"),
        sa.CheckConstraint("points > 0", name="points_positive"),
        sa.CheckConstraint("(limit_count IS NULL) = (limit_period IS NULL)", name="limit_whole"),
        sa.CheckConstraint("limit_count IS NULL OR limit_count > 0", name="limit_positive"),
        sa.CheckConstraint("min_balance >= 0", name="min_balance_not_negative"),
        sa.CheckConstraint(
            "(age_min IS NULL OR age_min BETWEEN 0 AND 120)"
            " AND (age_max IS NULL OR age_max BETWEEN 0 AND 120)"
            " AND (age_min IS NULL OR age_max IS NULL OR age_min <= age_max)",
            name="ages_possible",
        ),
        sa.CheckConstraint("low_at IS NULL OR low_at >= 0", name="low_at_not_negative"),
        sa.CheckConstraint("(visible_node_id IS NULL) = (visible_path = '')", name="visible_whole"),
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
    description: Mapped[str] = mapped_column(sa.String(300), default="")
    # A photograph; the drawing is shown where there is none.
    picture_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("reward_pictures.id"))
    limit_count: Mapped[int | None] = mapped_column(sa.SmallInteger)
    limit_period: Mapped[LimitPeriod | None] = mapped_column(enum_column(LimitPeriod))
    # Whether it counts towards the pieces and points that one may spend in a month.
    counts_in_month: Mapped[bool] = mapped_column(default=True)
    min_balance: Mapped[int] = mapped_column(default=0)
    age_min: Mapped[int | None] = mapped_column(sa.SmallInteger)
    age_max: Mapped[int | None] = mapped_column(sa.SmallInteger)
    visible_node_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("nodes.id"))
    visible_path: Mapped[str] = mapped_column(sa.String(48), default="")
    # Staff are told when so many or fewer are available.
    low_at: Mapped[int | None]


class RewardPictureRow(Base):
    """A photograph as it is shown: made anew from what was uploaded, which is not kept."""

    __tablename__ = "reward_pictures"
    __table_args__ = (
        sa.UniqueConstraint("space_id", "digest"),
        sa.CheckConstraint("width > 0 AND height > 0", name="has_size"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    space_id: Mapped[UUID] = mapped_column(sa.ForeignKey("spaces.id"))
    media_type: Mapped[str] = mapped_column(sa.String(32))
    content: Mapped[bytes] = mapped_column(sa.LargeBinary)
    thumbnail: Mapped[bytes] = mapped_column(sa.LargeBinary)
    width: Mapped[int]
    height: Mapped[int]
    digest: Mapped[str] = mapped_column(sa.String(64), index=True)
    uploaded_by: Mapped[str] = mapped_column(sa.String(64))
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RewardPriceRow(Base):
    """What a reward item costs from a moment on; never edited."""

    __tablename__ = "reward_prices"
    __table_args__ = (
        sa.CheckConstraint("points > 0", name="points_positive"),
        sa.Index("ix_reward_prices__reward_id", "reward_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    reward_id: Mapped[UUID] = mapped_column(sa.ForeignKey("rewards.id"))
    points: Mapped[int]
    valid_from: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by: Mapped[str] = mapped_column(sa.String(64))


class PickupSlotRow(Base):
    """A span of time in which only so many people come to collect."""

    __tablename__ = "pickup_slots"
    __table_args__ = (
        sa.UniqueConstraint("space_id", "starts_at"),
        sa.CheckConstraint("ends_at > starts_at", name="forward"),
        sa.CheckConstraint("booked BETWEEN 0 AND capacity", name="booked_within_capacity"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    space_id: Mapped[UUID] = mapped_column(sa.ForeignKey("spaces.id"))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    capacity: Mapped[int]
    booked: Mapped[int] = mapped_column(default=0)


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
        sa.UniqueConstraint("source_id", "reward_id", "kind"),
        sa.CheckConstraint("quantity <> 0", name="quantity_not_zero"),
        sa.CheckConstraint(
            "quantity > 0 OR kind IN ('adjust', 'stocktake')", name="quantity_positive"
        ),
        sa.CheckConstraint(
            "(kind IN ('reserve', 'release', 'fulfil', 'return', 'replace'))"
            " = (redemption_id IS NOT NULL)",
            name="redemption_named",
        ),
        sa.CheckConstraint(
            "kind IN ('receive', 'adjust') OR (source_id IS NULL) ="
            " (kind NOT IN ('damage', 'transfer_out', 'transfer_in', 'stocktake'))",
            name="source_named",
        ),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    reward_id: Mapped[UUID] = mapped_column(sa.ForeignKey("rewards.id"), index=True)
    kind: Mapped[MovementKind] = mapped_column(enum_column(MovementKind))
    # Positive, but for an adjustment or a stocktake that lowers the level.
    quantity: Mapped[int]
    # Checked at the commit: the shelf is reserved before the redemption's own row is written.
    redemption_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("redemptions.id", deferrable=True, initially="DEFERRED")
    )
    # The transfer, stocktake, delivery or approved request it comes from.
    source_id: Mapped[UUID | None]
    actor: Mapped[str] = mapped_column(sa.String(64))
    note: Mapped[str] = mapped_column(sa.String(120), default="")
    moved_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)

"""Tables of occasions."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from rewards.core.db import Base, UtcDateTime, enum_column

from .types import OccasionKind, OccasionStatus


class OccasionRow(Base):
    __tablename__ = "occasions"
    __table_args__ = (
        sa.Index("ix_occasions__path_starts", "node_path", "starts_at"),
        sa.CheckConstraint("starts_at < ends_at", name="starts_before_ends"),
        sa.CheckConstraint("opens_at < closes_at", name="opens_before_closes"),
        sa.CheckConstraint("capacity > 0", name="capacity_positive"),
        sa.CheckConstraint("head_count IS NULL OR counts_heads", name="heads_where_counted"),
        sa.CheckConstraint("head_count >= 0", name="heads_not_negative"),
        sa.CheckConstraint(
            "NOT counts_heads OR (capacity IS NULL AND NOT requires_check_out)",
            name="heads_without_names",
        ),
        sa.CheckConstraint(
            "age_min >= 0 AND (age_max IS NULL OR age_max >= 0)"
            " AND (age_min IS NULL OR age_max IS NULL OR age_min <= age_max)",
            name="ages_forward",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[OccasionKind] = mapped_column(enum_column(OccasionKind))
    title: Mapped[str] = mapped_column(sa.String(80))
    node_id: Mapped[UUID] = mapped_column(sa.ForeignKey("nodes.id"))
    # Copied, so that a check-in needs no second look-up to know its branch.
    node_path: Mapped[str] = mapped_column(sa.String(48))
    place: Mapped[str] = mapped_column(sa.String(80), default="")
    team: Mapped[str] = mapped_column(sa.String(80), default="")
    # Whose it is, where that is a team of ours; what the poster says stands beside it.
    team_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("teams.id"), index=True)
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # Check-in is accepted from opens_at to closes_at.
    opens_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime] = mapped_column(UtcDateTime)
    capacity: Mapped[int | None]
    requires_check_out: Mapped[bool]
    rule_code: Mapped[str] = mapped_column(sa.String(24))
    status: Mapped[OccasionStatus] = mapped_column(enum_column(OccasionStatus))
    # Sixteen hexadecimal digits that stand for the occasion inside its codes.
    code_label: Mapped[str] = mapped_column(sa.String(16), unique=True)
    # The key of this occasion's rotating codes; a new one voids all codes.
    code_key: Mapped[bytes] = mapped_column(sa.LargeBinary(32))
    # Only heads are counted: nobody checks in, and there are no points.
    counts_heads: Mapped[bool] = mapped_column(default=False)
    head_count: Mapped[int | None]
    # Why people could not check in as usual, in the words of staff; empty: they could.
    failure_note: Mapped[str] = mapped_column(sa.String(200), default="")
    # Who may come: full years, and what the registers must say; empty: anybody.
    age_min: Mapped[int | None]
    age_max: Mapped[int | None]
    qualification: Mapped[str] = mapped_column(sa.String(24), default="", server_default="")
    training: Mapped[str] = mapped_column(sa.String(24), default="", server_default="")
    takes_sign_ups: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    # NULL: until the occasion starts.
    sign_up_closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # The part of an offline space that it is held in.
    zone_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("space_zones.id"), index=True)
    created_by: Mapped[str] = mapped_column(sa.String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class OccasionSeatsRow(Base):
    """Seats of an occasion that has a capacity. Others have no row, so that none gets hot."""

    __tablename__ = "occasion_seats"
    __table_args__ = (
        sa.CheckConstraint("taken >= 0", name="taken_not_negative"),
        sa.CheckConstraint("taken <= capacity", name="taken_within_capacity"),
    )

    occasion_id: Mapped[UUID] = mapped_column(sa.ForeignKey("occasions.id"), primary_key=True)
    capacity: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0)

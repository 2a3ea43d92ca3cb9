"""Tables of occasions."""

from datetime import date, datetime, time
from typing import Any
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
        # A series has one occasion for a day, whoever plans it and however often.
        sa.UniqueConstraint("series_id", "series_slot"),
        sa.CheckConstraint("(series_id IS NULL) = (series_slot IS NULL)", name="slot_of_series"),
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
    series_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("occasion_series.id"))
    # The day that the series has for it, even where it was moved to another.
    series_slot: Mapped[date | None]
    # How often it was changed since it was planned: calendars ask for it.
    revision: Mapped[int] = mapped_column(default=0, server_default="0")
    revised_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_by: Mapped[str] = mapped_column(sa.String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class OccasionSeriesRow(Base):
    __tablename__ = "occasion_series"
    __table_args__ = (
        sa.Index("ix_occasion_series__node_path", "node_path"),
        # Whoever plans ahead looks for the series that are behind.
        sa.Index("ix_occasion_series__planned_through", "planned_through"),
        sa.CheckConstraint("minutes BETWEEN 1 AND 1440", name="a_day_at_most"),
        sa.CheckConstraint("ends_on >= starts_on OR ends_on IS NULL", name="days_forward"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    node_id: Mapped[UUID] = mapped_column(sa.ForeignKey("nodes.id"))
    node_path: Mapped[str] = mapped_column(sa.String(48))
    # As `rules.write_details` writes it: a series asks nothing of the database by it.
    details: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    # An RRULE without an end, which is beside it.
    rule: Mapped[str] = mapped_column(sa.String(200))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    # By a clock on the wall.
    start: Mapped[time] = mapped_column(sa.Time)
    minutes: Mapped[int]
    # Days without an occasion, as text.
    skips: Mapped[list[str]] = mapped_column(sa.JSON)
    planned_through: Mapped[date]
    # The series that goes on from where this one ends, since it was changed from there on.
    successor_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("occasion_series.id"))
    created_by: Mapped[str] = mapped_column(sa.String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class OccasionTemplateRow(Base):
    __tablename__ = "occasion_templates"
    __table_args__ = (
        sa.Index("ix_occasion_templates__node_path", "node_path"),
        sa.CheckConstraint("minutes BETWEEN 1 AND 1440", name="a_day_at_most"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    node_id: Mapped[UUID] = mapped_column(sa.ForeignKey("nodes.id"))
    node_path: Mapped[str] = mapped_column(sa.String(48))
    name: Mapped[str] = mapped_column(sa.String(80))
    details: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    start: Mapped[time] = mapped_column(sa.Time)
    minutes: Mapped[int]
    created_by: Mapped[str] = mapped_column(sa.String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CalendarFeedRow(Base):
    """The address under which somebody's phone fetches what they signed up for; NULL: none."""

    __tablename__ = "calendar_feeds"

    participant_id: Mapped[UUID] = mapped_column(sa.ForeignKey("participants.id"), primary_key=True)
    # Random; with a keyed digest behind it, it is the address.
    label: Mapped[str | None] = mapped_column(sa.String(32), unique=True)
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


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

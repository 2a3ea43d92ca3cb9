"""Tables of teams, their categories and their members."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from rewards.core.db import Base, UtcDateTime


class TeamCategoryRow(Base):
    """A category; the database refuses to delete one or to change what it is."""

    __tablename__ = "team_categories"
    __table_args__ = (
        sa.CheckConstraint("is_standing = (position <= 8)", name="eight_are_standing"),
        sa.CheckConstraint("position > 0", name="position_positive"),
        sa.CheckConstraint("NOT is_standing OR node_id IS NULL", name="standing_everywhere"),
    )

    code: Mapped[str] = mapped_column(sa.String(24), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(20))
    is_standing: Mapped[bool]
    is_hidden: Mapped[bool]
    position: Mapped[int] = mapped_column(unique=True)
    # The center that added it; those of all centers have none.
    node_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("nodes.id"))


class TeamRow(Base):
    __tablename__ = "teams"
    __table_args__ = (sa.UniqueConstraint("home_node_id", "name"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(80))
    category_code: Mapped[str] = mapped_column(sa.String(24), sa.ForeignKey("team_categories.code"))
    home_node_id: Mapped[UUID] = mapped_column(sa.ForeignKey("nodes.id"))
    # Copied from the node, so that the teams of a branch are found without its table.
    home_node_path: Mapped[str] = mapped_column(sa.String(48), index=True)
    leader_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("participants.id"))
    created_by: Mapped[str] = mapped_column(sa.String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # Nobody joins any more, and nothing new is planned with it; what was done stays.
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class MembershipRow(Base):
    """A span of days in a team. A trigger keeps those of one person in one team apart."""

    __tablename__ = "team_memberships"
    __table_args__ = (
        sa.CheckConstraint("left_on >= joined_on", name="left_after_joining"),
        sa.CheckConstraint("(left_on IS NULL) = (ended_at IS NULL)", name="end_says_when"),
        sa.CheckConstraint("(left_on IS NULL) = (ended_by IS NULL)", name="end_says_who"),
        sa.Index("ix_team_memberships__team_joined", "team_id", "joined_on", "id"),
        sa.Index(
            "uq_team_memberships__current",
            "team_id",
            "participant_id",
            unique=True,
            postgresql_where=sa.text("left_on IS NULL"),
            sqlite_where=sa.text("left_on IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    team_id: Mapped[UUID] = mapped_column(sa.ForeignKey("teams.id"))
    participant_id: Mapped[UUID] = mapped_column(sa.ForeignKey("participants.id"), index=True)
    joined_on: Mapped[date]
    # The first day without; NULL as long as the person belongs to the team.
    left_on: Mapped[date | None]
    added_by: Mapped[str] = mapped_column(sa.String(64))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_by: Mapped[str | None] = mapped_column(sa.String(64))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

"""Tables of wishes."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from rewards.core.db import Base, UtcDateTime


class WishRow(Base):
    """Something that somebody needs, and how many points were given towards it."""

    __tablename__ = "wishes"
    __table_args__ = (
        sa.CheckConstraint("target_points > 0", name="target_positive"),
        sa.CheckConstraint("given_points BETWEEN 0 AND target_points", name="given_within_target"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    node_id: Mapped[UUID] = mapped_column(sa.ForeignKey("nodes.id"))
    # Copied from the node, so that a branch is found without its table.
    node_path: Mapped[str] = mapped_column(sa.String(48), index=True)
    title: Mapped[str] = mapped_column(sa.String(40))
    details: Mapped[str] = mapped_column(sa.String(300), default="")
    target_points: Mapped[int]
    given_points: Mapped[int] = mapped_column(default=0)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    opened_by: Mapped[str] = mapped_column(sa.String(64))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)

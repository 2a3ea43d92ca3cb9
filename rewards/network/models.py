"""Tables of the network."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from rewards.core.db import Base, UtcDateTime, enum_column

from .types import Level


class NodeRow(Base):
    __tablename__ = "nodes"
    __table_args__ = (
        sa.UniqueConstraint("parent_id", "name"),
        # To a unique constraint every NULL parent is another one.
        sa.Index(
            "uq_nodes__root_name",
            "name",
            unique=True,
            postgresql_where=sa.text("parent_id IS NULL"),
            sqlite_where=sa.text("parent_id IS NULL"),
        ),
        sa.CheckConstraint("(level = 'center') = (parent_id IS NULL)", name="center_is_root"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    level: Mapped[Level] = mapped_column(enum_column(Level))
    name: Mapped[str] = mapped_column(sa.String(80))
    parent_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("nodes.id"))
    # A short random name; the path is the labels from the center down, each
    # followed by a slash, so that a prefix match finds a whole branch.
    label: Mapped[str] = mapped_column(sa.String(8), unique=True)
    path: Mapped[str] = mapped_column(sa.String(48), unique=True)
    address: Mapped[str] = mapped_column(sa.String(120), default="")
    phone: Mapped[str] = mapped_column(sa.String(32), default="")
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

"""Tables of the screens."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from rewards.core.db import Base, UtcDateTime


class ScreenRow(Base):
    """A paired screen; one that was disconnected keeps its row and loses its token's worth."""

    __tablename__ = "screens"
    __table_args__ = (sa.CheckConstraint("version > 0", name="version_positive"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    node_id: Mapped[UUID] = mapped_column(sa.ForeignKey("nodes.id"))
    # Copied, so that recognising a screen needs no second look-up to know its branch.
    node_path: Mapped[str] = mapped_column(sa.String(48), index=True)
    name: Mapped[str] = mapped_column(sa.String(40))
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    # A list that is replaced as a whole and read with the row.
    slides: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)
    version: Mapped[int] = mapped_column(default=1)
    paired_at: Mapped[datetime] = mapped_column(UtcDateTime)
    paired_by: Mapped[str] = mapped_column(sa.String(64))
    # The digits may be sent twice; the second time they are no stranger's.
    paired_code: Mapped[str | None] = mapped_column(sa.String(6))
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ScreenPairingRow(Base):
    """A screen that waits for its code to be typed; the row goes when it was, or in ten minutes."""

    __tablename__ = "screen_pairings"

    token_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(6), unique=True)
    # Of the network that asked: whoever floods us makes room for the others.
    network_hash: Mapped[str] = mapped_column(sa.String(64), server_default="")
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)

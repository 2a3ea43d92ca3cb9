"""Tables of signals."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from rewards.core.db import Base, UtcDateTime, enum_column

from .types import SignalKind, SignalState


class SignalRow(Base):
    __tablename__ = "signals"
    __table_args__ = (
        sa.UniqueConstraint("kind", "subject"),
        sa.Index("ix_signals__branch", "node_path", "state", "last_at"),
        sa.CheckConstraint("first_at <= last_at", name="times_forward"),
        sa.CheckConstraint("(state = 'open') = (decided_by IS NULL)", name="decided_by"),
        sa.CheckConstraint("(decided_by IS NULL) = (decided_at IS NULL)", name="decided_at"),
        sa.CheckConstraint("staff = '' OR decided_by <> staff", name="second_person"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[SignalKind] = mapped_column(enum_column(SignalKind))
    # What makes it the same signal when it is found again; no name is in it.
    subject: Mapped[str] = mapped_column(sa.String(120))
    node_id: Mapped[UUID] = mapped_column(sa.ForeignKey("nodes.id"))
    node_path: Mapped[str] = mapped_column(sa.String(48))
    occasion_id: Mapped[UUID] = mapped_column(sa.ForeignKey("occasions.id"))
    # Identifiers of those it is about, read with the row and with nothing else.
    participants: Mapped[list[str]] = mapped_column(sa.JSON)
    staff: Mapped[str] = mapped_column(sa.String(64), default="")
    count: Mapped[int]
    first_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)
    found_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[SignalState] = mapped_column(enum_column(SignalState))
    decided_by: Mapped[str | None] = mapped_column(sa.String(64))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    note: Mapped[str] = mapped_column(sa.String(200), default="")


class SignalMarkRow(Base):
    """Up to when check-ins have been looked through, in one row."""

    __tablename__ = "signal_marks"
    __table_args__ = (sa.CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    looked_until: Mapped[datetime] = mapped_column(UtcDateTime)

"""Tables of the desks that go on without a network."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from rewards.core.db import Base, UtcDateTime, enum_column

from .types import Direction, ScanState

_IS_REFUSED = sa.text("state = 'refused'")


class GateDeviceRow(Base):
    """A page of an occasion on a tablet, from one loading to the next."""

    __tablename__ = "gate_devices"
    __table_args__ = (sa.CheckConstraint("sequence >= 0", name="sequence_not_negative"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    occasion_id: Mapped[UUID] = mapped_column(sa.ForeignKey("occasions.id"), index=True)
    opened_by: Mapped[str] = mapped_column(sa.String(64))
    loaded_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    # When it last said that no scan waits on it; none: the page is closed.
    heard_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Of the last scan that came, so that none is put before it.
    sequence: Mapped[int] = mapped_column(default=0)
    elapsed_milliseconds: Mapped[int] = mapped_column(sa.BigInteger, default=0)


class OfflineScanRow(Base):
    """A scan that a tablet kept without a network and uploaded later, once."""

    __tablename__ = "offline_scans"
    __table_args__ = (
        sa.UniqueConstraint("device_id", "sequence"),
        sa.Index(
            "ix_offline_scans__refused",
            "node_path",
            "scanned_at",
            postgresql_where=_IS_REFUSED,
            sqlite_where=_IS_REFUSED,
        ),
        sa.CheckConstraint("sequence > 0", name="sequence_positive"),
        sa.CheckConstraint("skipped >= 0", name="skipped_not_negative"),
        sa.CheckConstraint(
            "(state IN ('settled', 'dropped')) = (settled_at IS NOT NULL)", name="settled_at"
        ),
        sa.CheckConstraint(
            "(state IN ('refused', 'dropped')) = (check_in_id IS NULL)", name="check_in"
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    device_id: Mapped[UUID] = mapped_column(sa.ForeignKey("gate_devices.id"))
    sequence: Mapped[int]
    # Tells a scan that is sent again from another one under its number.
    fingerprint: Mapped[str] = mapped_column(sa.String(64))
    occasion_id: Mapped[UUID] = mapped_column(sa.ForeignKey("occasions.id"), index=True)
    node_id: Mapped[UUID] = mapped_column(sa.ForeignKey("nodes.id"))
    # Copied, so that a branch's list needs no second look-up.
    node_path: Mapped[str] = mapped_column(sa.String(48))
    direction: Mapped[Direction] = mapped_column(enum_column(Direction))
    gate: Mapped[str] = mapped_column(sa.String(20))
    # Encrypted, and only as long as somebody has to settle it.
    raw: Mapped[str | None] = mapped_column(sa.Text)
    scanned_at: Mapped[datetime] = mapped_column(UtcDateTime)
    is_sure: Mapped[bool]
    skipped: Mapped[int]
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    state: Mapped[ScanState] = mapped_column(enum_column(ScanState))
    reason: Mapped[str] = mapped_column(sa.String(40), default="")
    check_in_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("check_ins.id"), index=True)
    participant_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("participants.id"), index=True
    )
    settled_by: Mapped[str] = mapped_column(sa.String(64), default="")
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    note: Mapped[str] = mapped_column(sa.String(200), default="")

"""Tables of record slips. A slip is voided and never changed otherwise: a trigger refuses it."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from rewards.core.db import Base, UtcDateTime, enum_column

from .types import SlipStatus, VoidReason


class RecordSlipRow(Base):
    __tablename__ = "record_slips"
    __table_args__ = (
        sa.CheckConstraint("first_day <= last_day", name="days_in_order"),
        sa.CheckConstraint(
            "minutes >= 0 AND backfilled >= 0 AND minutes + backfilled > 0",
            name="minutes_recorded",
        ),
        sa.CheckConstraint("services >= 0", name="services_not_negative"),
        sa.CheckConstraint(
            "(status = 'void') = (voided_at IS NOT NULL)"
            " AND (status = 'void') = (voided_by IS NOT NULL)"
            " AND (status = 'void') = (void_reason IS NOT NULL)",
            name="void_says_why",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(sa.String(14), unique=True)
    participant_id: Mapped[UUID] = mapped_column(sa.ForeignKey("participants.id"), index=True)
    first_day: Mapped[date]
    last_day: Mapped[date]
    minutes: Mapped[int]
    # Written down afterwards; not among the minutes above.
    backfilled: Mapped[int]
    services: Mapped[int]
    node_id: Mapped[UUID] = mapped_column(sa.ForeignKey("nodes.id"), index=True)
    # Printed as it was on the day of issue, whatever the node is called later.
    issuer: Mapped[str] = mapped_column(sa.String(120))
    is_certificate: Mapped[bool]
    issued_by: Mapped[str] = mapped_column(sa.String(64))
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    status: Mapped[SlipStatus] = mapped_column(enum_column(SlipStatus))
    void_reason: Mapped[VoidReason | None] = mapped_column(enum_column(VoidReason))
    voided_by: Mapped[str | None] = mapped_column(sa.String(64))
    voided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

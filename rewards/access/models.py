"""The audit table."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from rewards.core.db import Base, BigKey, UtcDateTime


class AuditRecordRow(Base):
    """One row for each change by staff, written in the same transaction; never edited."""

    __tablename__ = "audit_records"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    principal: Mapped[str] = mapped_column(sa.String(64), index=True)
    action: Mapped[str] = mapped_column(sa.String(60))
    node_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("nodes.id"))
    subject: Mapped[str] = mapped_column(sa.String(80), index=True)
    # Codes and numbers only: no names, no phones.
    details: Mapped[dict[str, Any]] = mapped_column(sa.JSON)

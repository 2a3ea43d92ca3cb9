"""Tables of point rules."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from rewards.core.db import Base, UtcDateTime


class PointRuleRow(Base):
    """One version of a rule; a change adds a version, entries keep the one they were given by."""

    __tablename__ = "point_rules"

    code: Mapped[str] = mapped_column(sa.String(24), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    definition: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    valid_from: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[str] = mapped_column(sa.String(64))

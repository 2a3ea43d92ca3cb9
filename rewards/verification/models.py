"""Tables of verification."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from rewards.core.db import Base, UtcDateTime


class VerifiedMarkRow(Base):
    """How far the chain was found right, in one row. It spares work and proves nothing."""

    __tablename__ = "verified_marks"
    __table_args__ = (sa.CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(sa.BigInteger)
    hash: Mapped[str] = mapped_column(sa.String(64))
    # NULL: every check so far found something.
    verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    checked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    violations: Mapped[int]
    # The first of them, as the command prints them.
    found: Mapped[list[dict[str, str]]] = mapped_column(sa.JSON)
    # When everything was last checked, and how much of it was wrong.
    whole_checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    whole_violations: Mapped[int | None]

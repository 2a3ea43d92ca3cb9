"""What the database knows of the projection; the boards themselves are in Redis."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from rewards.core.db import Base, UtcDateTime, enum_column

from .types import Cause

LABEL_LENGTH = 8


class EpochRow(Base):
    """An epoch that was ever begun for a center. Its number is given once and never again."""

    __tablename__ = "board_epochs"
    __table_args__ = (sa.CheckConstraint("epoch > 0", name="epoch_positive"),)

    center: Mapped[str] = mapped_column(sa.String(LABEL_LENGTH), primary_key=True)
    epoch: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    cause: Mapped[Cause] = mapped_column(enum_column(Cause))
    # The last seal of the fold that it is made of.
    seq: Mapped[int] = mapped_column(sa.BigInteger)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # NULL: it was given up, or is being built.
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class MarkRow(Base):
    """How far the boards of a center were seen to be, and to be right; a second old or so."""

    __tablename__ = "board_marks"

    center: Mapped[str] = mapped_column(sa.String(LABEL_LENGTH), primary_key=True)
    # 0: there was none yet.
    epoch: Mapped[int] = mapped_column(sa.BigInteger)
    seq: Mapped[int] = mapped_column(sa.BigInteger)
    followed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Of all verifications so far.
    verified_cells: Mapped[int] = mapped_column(sa.BigInteger)
    wrong_cells: Mapped[int] = mapped_column(sa.BigInteger)
    # When and in which epoch the last wrong cell was seen.
    drifted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    drifted_epoch: Mapped[int | None] = mapped_column(sa.BigInteger)
    # How many verifications in a row have found something wrong.
    drifts: Mapped[int]

"""What the database knows of the projection; the boards themselves are in Redis."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from rewards.core.db import Base, UtcDateTime, enum_column

from .types import Cause, Period

LABEL_LENGTH = 8
# Four labels with their slashes, and what is counted of whom and when.
BOARD_LENGTH = 72


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
    # How many epochs in a row were found wrong.
    drifts: Mapped[int]


class ClosingRow(Base):
    """A period of a center that is closed, once and for ever; a trigger refuses to change it."""

    __tablename__ = "board_closings"

    center: Mapped[str] = mapped_column(sa.String(LABEL_LENGTH), primary_key=True)
    period: Mapped[Period] = mapped_column(enum_column(Period), primary_key=True)
    starts_on: Mapped[date] = mapped_column(primary_key=True)
    ends_on: Mapped[date]
    # What its boards are a function of: the entries posted before a moment and
    # sealed up to a number, where the chain had this hash.
    posted_before: Mapped[datetime] = mapped_column(UtcDateTime)
    seq: Mapped[int] = mapped_column(sa.BigInteger)
    chain: Mapped[str] = mapped_column(sa.String(64))
    boards: Mapped[int]
    # Over the hashes of the boards.
    hash: Mapped[str] = mapped_column(sa.String(64))
    closed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SnapshotRow(Base):
    """A board of a closed period that anybody stands on; a trigger refuses to change it."""

    __tablename__ = "board_snapshots"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["center", "period", "starts_on"],
            ["board_closings.center", "board_closings.period", "board_closings.starts_on"],
        ),
        sa.Index("ix_board_snapshots__closing", "center", "period", "starts_on"),
        sa.CheckConstraint("people > 0", name="somebody_on_it"),
    )

    # The name tells whose board it is, of what, and where.
    board: Mapped[str] = mapped_column(sa.String(BOARD_LENGTH), primary_key=True)
    center: Mapped[str] = mapped_column(sa.String(LABEL_LENGTH))
    period: Mapped[Period] = mapped_column(enum_column(Period))
    starts_on: Mapped[date]
    people: Mapped[int]
    total: Mapped[int] = mapped_column(sa.BigInteger)
    lines: Mapped[bytes]
    hash: Mapped[str] = mapped_column(sa.String(64))

"""Tables of participants. Name and phone are stored encrypted."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from rewards.core.db import Base, UtcDateTime, enum_column

from .types import BoardDisplay, CardEnd, ConsentChannel, ConsentKind


class ParticipantRow(Base):
    __tablename__ = "participants"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    # Eight random digits; the public identifier on cards and lists.
    number: Mapped[str] = mapped_column(sa.String(8), unique=True)
    name_sealed: Mapped[str] = mapped_column(sa.Text)
    phone_sealed: Mapped[str] = mapped_column(sa.Text, default="")
    # Keyed hash of the E.164 number, NULL without a phone.
    phone_lookup: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    masked_name: Mapped[str] = mapped_column(sa.String(40))
    masked_phone: Mapped[str] = mapped_column(sa.String(20), default="")
    nickname: Mapped[str] = mapped_column(sa.String(20), default="")
    board_display: Mapped[BoardDisplay] = mapped_column(
        enum_column(BoardDisplay), default=BoardDisplay.HIDDEN
    )
    birth_year: Mapped[int | None]
    home_node_id: Mapped[UUID] = mapped_column(sa.ForeignKey("nodes.id"), index=True)
    registered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ConsentRow(Base):
    """One row for each time a consent was given, changed or withdrawn; never edited."""

    __tablename__ = "consents"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    participant_id: Mapped[UUID] = mapped_column(sa.ForeignKey("participants.id"), index=True)
    kind: Mapped[ConsentKind] = mapped_column(enum_column(ConsentKind))
    # "granted", "withdrawn", or for the board the way of being shown.
    choice: Mapped[str] = mapped_column(sa.String(16))
    text_version: Mapped[str] = mapped_column(sa.String(16))
    channel: Mapped[ConsentChannel] = mapped_column(enum_column(ConsentChannel))
    recorded_by: Mapped[UUID | None]
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class NicknameRemovalRow(Base):
    """A nickname that staff took off the boards; its owner may not have it again."""

    __tablename__ = "nickname_removals"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    participant_id: Mapped[UUID] = mapped_column(sa.ForeignKey("participants.id"), index=True)
    nickname: Mapped[str] = mapped_column(sa.String(20))
    reason: Mapped[str] = mapped_column(sa.String(100))
    removed_by: Mapped[UUID | None]
    removed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CardRow(Base):
    """A printed card. Its key is made from its id by the vault: what is stored here forges none."""

    __tablename__ = "cards"
    __table_args__ = (
        # Nobody has two cards that are good.
        sa.Index(
            "uq_cards__live",
            "participant_id",
            unique=True,
            postgresql_where=sa.text("revoked_at IS NULL"),
            sqlite_where=sa.text("revoked_at IS NULL"),
        ),
        sa.CheckConstraint("(revoked_at IS NULL) = (reason IS NULL)", name="revoked_with_reason"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    participant_id: Mapped[UUID] = mapped_column(sa.ForeignKey("participants.id"), index=True)
    label: Mapped[str] = mapped_column(sa.String(16), unique=True)
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    issued_by: Mapped[str] = mapped_column(sa.String(64))
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_by: Mapped[str] = mapped_column(sa.String(64), default="")
    reason: Mapped[CardEnd | None] = mapped_column(enum_column(CardEnd))


class QualificationRow(Base):
    """A line of the register of professions and trainings; no number of a certificate is kept."""

    __tablename__ = "qualifications"
    __table_args__ = (
        sa.Index(
            "uq_qualifications__live",
            "participant_id",
            "code",
            unique=True,
            postgresql_where=sa.text("ended_at IS NULL"),
            sqlite_where=sa.text("ended_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    participant_id: Mapped[UUID] = mapped_column(sa.ForeignKey("participants.id"), index=True)
    code: Mapped[str] = mapped_column(sa.String(24))
    # The last good day; NULL: for good.
    valid_until: Mapped[date | None]
    verified_by: Mapped[str] = mapped_column(sa.String(64))
    verified_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by: Mapped[str] = mapped_column(sa.String(64), default="")


class GuardianConsentRow(Base):
    """A guardian's consent for a minor; the name is encrypted, and empty once it is withdrawn."""

    __tablename__ = "guardian_consents"
    __table_args__ = (
        sa.Index(
            "uq_guardian_consents__live",
            "participant_id",
            unique=True,
            postgresql_where=sa.text("withdrawn_at IS NULL"),
            sqlite_where=sa.text("withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    participant_id: Mapped[UUID] = mapped_column(sa.ForeignKey("participants.id"), index=True)
    guardian_name_sealed: Mapped[str] = mapped_column(sa.Text)
    text_version: Mapped[str] = mapped_column(sa.String(16))
    recorded_by: Mapped[str] = mapped_column(sa.String(64))
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_by: Mapped[str] = mapped_column(sa.String(64), default="")
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class NameKeyRow(Base):
    """By what a name may be looked for, as keyed hashes: the names themselves are encrypted."""

    __tablename__ = "name_keys"

    key: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    participant_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("participants.id"), primary_key=True, index=True
    )

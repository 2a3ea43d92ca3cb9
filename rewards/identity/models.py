"""Tables of identity. Tokens and codes are stored as digests only."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from rewards.access.types import Role
from rewards.core.db import Base, UtcDateTime, enum_column

from .types import SignInChannel


class StaffRow(Base):
    __tablename__ = "staff"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    # The sign-in name, lower case; also what the console shows.
    name: Mapped[str] = mapped_column(sa.String(40), unique=True)
    password_hash: Mapped[str] = mapped_column(sa.String(200))
    totp_secret_sealed: Mapped[str] = mapped_column(sa.Text, default="")
    # The last TOTP step accepted: a code works once.
    totp_step: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    failures: Mapped[int] = mapped_column(default=0)
    failed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Who the staff member is as a participant: nobody decides on their own points and hours.
    participant_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("participants.id"), unique=True
    )


class RoleGrantRow(Base):
    """Grants are ended, never deleted: every past action can be judged by them."""

    __tablename__ = "role_grants"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    staff_id: Mapped[UUID] = mapped_column(sa.ForeignKey("staff.id"), index=True)
    role: Mapped[Role] = mapped_column(enum_column(Role))
    node_id: Mapped[UUID] = mapped_column(sa.ForeignKey("nodes.id"))
    # Copied, so that finding an actor's rights takes one look-up.
    node_path: Mapped[str] = mapped_column(sa.String(48))
    granted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SignInRow(Base):
    """A signed-in browser or an API token, of a participant or of a staff member."""

    __tablename__ = "sign_ins"
    __table_args__ = (
        sa.CheckConstraint("(participant_id IS NULL) <> (staff_id IS NULL)", name="one_subject"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    channel: Mapped[SignInChannel] = mapped_column(enum_column(SignInChannel))
    participant_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("participants.id"), index=True
    )
    staff_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("staff.id"), index=True)
    label: Mapped[str] = mapped_column(sa.String(60), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Opened by the digits of a shared tablet: it reaches the desk and nothing else.
    is_desk: Mapped[bool] = mapped_column(default=False, server_default=sa.false())


class StaffPinRow(Base):
    """The digits by which a staff member takes the desk of one tablet, for a day."""

    __tablename__ = "staff_pins"
    __table_args__ = (sa.UniqueConstraint("tablet_hash", "staff_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    tablet_hash: Mapped[str] = mapped_column(sa.String(64))
    staff_id: Mapped[UUID] = mapped_column(sa.ForeignKey("staff.id"), index=True)
    pin_hash: Mapped[str] = mapped_column(sa.String(200))
    failures: Mapped[int] = mapped_column(default=0)
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class OneTimeCodeRow(Base):
    """A sign-in code sent to a phone or given by staff; accepted once."""

    __tablename__ = "one_time_codes"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    phone_lookup: Mapped[str] = mapped_column(sa.String(64), index=True)
    code_hash: Mapped[str] = mapped_column(sa.String(64))
    issued_by: Mapped[UUID | None]
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    failures: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class WechatLinkRow(Base):
    """A WeChat account by which a participant signs in; who it is there is not kept."""

    __tablename__ = "wechat_links"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    participant_id: Mapped[UUID] = mapped_column(sa.ForeignKey("participants.id"), unique=True)
    # A keyed digest of the official account and the number that WeChat gives the person there.
    openid_lookup: Mapped[str] = mapped_column(sa.String(64), unique=True)
    linked_at: Mapped[datetime] = mapped_column(UtcDateTime)

"""Sign-ins: tokens are random, told once, and kept as digests."""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from rewards.access.types import ParticipantId, SignInId, StaffId
from rewards.core.db import db
from rewards.core.ids import new_id
from rewards.core.secrecy import hash_token
from rewards.core.unit import operation

from .. import rules
from ..models import SignInRow
from ..types import SignedIn, SignInChannel
from .desks import end_pins

TOKEN_BYTES = 32


@operation
def open_participant_sign_in(
    *,
    participant_id: ParticipantId,
    channel: SignInChannel,
    label: str = "",
    is_new: bool = False,
    now: datetime,
) -> SignedIn:
    """Sign a participant in: a browser for a year, a program until it is revoked."""
    life = rules.PARTICIPANT_SIGN_IN_LIFE if channel is SignInChannel.BROWSER else None
    sign_in_id, token = _open(
        participant_id=participant_id, channel=channel, label=label, life=life, now=now
    )
    return SignedIn(
        sign_in_id=sign_in_id, token=token, participant_id=participant_id, is_new=is_new
    )


@operation
def open_staff_sign_in(
    *, staff_id: StaffId, channel: SignInChannel, label: str = "", now: datetime
) -> SignedIn:
    """Sign a staff member in: a browser for half a day, a program until it is revoked."""
    life = rules.STAFF_SIGN_IN_LIFE if channel is SignInChannel.BROWSER else None
    sign_in_id, token = _open(staff_id=staff_id, channel=channel, label=label, life=life, now=now)
    return SignedIn(sign_in_id=sign_in_id, token=token, staff_id=staff_id)


@operation
def open_desk_sign_in(*, staff_id: StaffId, ends_at: datetime, now: datetime) -> SignedIn:
    """Sign a staff member in at a shared tablet: to the desk alone, until *ends_at*."""
    sign_in_id, token = _open(
        staff_id=staff_id,
        channel=SignInChannel.BROWSER,
        label="",
        life=ends_at - now,
        is_desk=True,
        now=now,
    )
    return SignedIn(sign_in_id=sign_in_id, token=token, staff_id=staff_id)


@operation
def note_use(*, sign_in_id: SignInId, now: datetime) -> None:
    """Write down that a sign-in was used."""
    db.session.execute(
        sa.update(SignInRow)
        .where(SignInRow.id == sign_in_id, SignInRow.used_at < now)
        .values(used_at=now)
    )


@operation
def end_sign_in(*, sign_in_id: UUID, now: datetime) -> None:
    """End a sign-in; its token counts no more."""
    _end(SignInRow.id == sign_in_id, now)


@operation
def end_participant_sign_ins(*, participant_id: ParticipantId, now: datetime) -> None:
    """End every sign-in of a participant."""
    _end(SignInRow.participant_id == participant_id, now)


@operation
def end_staff_sign_ins(*, staff_id: StaffId, now: datetime) -> None:
    """End every sign-in of a staff member, those of programs and the digits of tablets too."""
    _end(SignInRow.staff_id == staff_id, now)
    end_pins(staff_id=staff_id, now=now)


def _open(
    *,
    participant_id: UUID | None = None,
    staff_id: UUID | None = None,
    channel: SignInChannel,
    label: str,
    life: timedelta | None,
    is_desk: bool = False,
    now: datetime,
) -> tuple[SignInId, str]:
    sign_in_id, token = SignInId(new_id()), secrets.token_urlsafe(TOKEN_BYTES)
    db.session.execute(
        sa.insert(SignInRow).values(
            id=sign_in_id,
            token_hash=hash_token(token),
            channel=channel,
            participant_id=participant_id,
            staff_id=staff_id,
            label=label,
            created_at=now,
            used_at=now,
            expires_at=None if life is None else now + life,
            ended_at=None,
            is_desk=is_desk,
        )
    )
    return sign_in_id, token


def _end(condition: sa.ColumnElement[bool], now: datetime) -> None:
    db.session.execute(
        sa.update(SignInRow).where(condition, SignInRow.ended_at.is_(None)).values(ended_at=now)
    )

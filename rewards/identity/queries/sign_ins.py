"""Whom a token belongs to, on the path of every request, and what is signed in."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from rewards.access.types import (
    Grant,
    ParticipantActor,
    ParticipantId,
    SignInId,
    StaffActor,
    StaffId,
)
from rewards.core.db import db, reading, table_of
from rewards.core.lookups import WANTED, Lookup
from rewards.core.secrecy import hash_token
from rewards.participants import queries as participants

from .. import rules
from ..models import RoleGrantRow, SignInRow, StaffRow
from ..types import Recognized, SignIn

_sign_ins = table_of(SignInRow)
_staff = table_of(StaffRow)
_grants = table_of(RoleGrantRow)
_homes = participants.select_open_homes().subquery("homes")
# Made ready once: on the path of every request, that costs more than sending it.
_by_token = Lookup(
    sa.select(
        _sign_ins.c.id,
        _sign_ins.c.channel,
        _sign_ins.c.participant_id,
        _sign_ins.c.staff_id,
        _sign_ins.c.used_at,
        _sign_ins.c.expires_at,
        _sign_ins.c.is_desk,
        _staff.c.name,
        _staff.c.participant_id.label("own_participant_id"),
        _homes.c.path.label("home_path"),
    )
    .outerjoin_from(_sign_ins, _staff, _staff.c.id == _sign_ins.c.staff_id)
    .outerjoin(_homes, _homes.c.participant_id == _sign_ins.c.participant_id)
    .where(
        _sign_ins.c.token_hash == sa.bindparam(WANTED),
        _sign_ins.c.ended_at.is_(None),
        _staff.c.disabled_at.is_(None),
    )
)
_grants_of = (
    sa.select(_grants.c.role, _grants.c.node_path)
    .where(_grants.c.staff_id == sa.bindparam("wanted"), _grants.c.ended_at.is_(None))
    .order_by(_grants.c.id)
)


def find_actor(token: str, now: datetime) -> ParticipantActor | StaffActor | None:
    """Return whom a token belongs to, if it still counts."""
    recognized = recognize(token, now)
    return recognized.actor if recognized else None


def recognize(token: str, now: datetime, *, while_idle: bool = False) -> Recognized | None:
    """Return whom a token belongs to and whether its use is due to be written down.

    One that was left alone for too long counts only *while_idle*.

    Takes one look-up for a participant and two for staff, outside any
    transaction. Closed participants and disabled staff are nobody.
    """
    row = _by_token.find(hash_token(token))
    if row is None or not _counts(row, now, while_idle=while_idle):
        return None
    actor = _build_staff(row) if row.staff_id else _build_participant(row)
    if actor is None:
        return None
    is_use_due = rules.is_use_due(
        row.channel,
        is_staff=row.staff_id is not None,
        is_desk=row.is_desk,
        used_at=row.used_at,
        now=now,
    )
    return Recognized(actor=actor, sign_in_id=SignInId(row.id), is_use_due=is_use_due)


def list_participant_sign_ins(participant_id: UUID, *, now: datetime) -> tuple[SignIn, ...]:
    """Return the sign-ins of a participant that still count, newest first."""
    return _list_sign_ins(SignInRow.participant_id == participant_id, now)


def list_staff_sign_ins(staff_id: UUID, *, now: datetime) -> tuple[SignIn, ...]:
    """Return the sign-ins of a staff member that still count, newest first."""
    return _list_sign_ins(SignInRow.staff_id == staff_id, now)


def find_sign_in_owner(sign_in_id: UUID) -> tuple[ParticipantId | None, StaffId | None] | None:
    """Return the participant or the staff member of a sign-in that was not ended."""
    row = db.session.execute(
        sa.select(SignInRow.participant_id, SignInRow.staff_id).where(
            SignInRow.id == sign_in_id, SignInRow.ended_at.is_(None)
        )
    ).one_or_none()
    if row is None:
        return None
    if row.participant_id is not None:
        return ParticipantId(row.participant_id), None
    return None, StaffId(row.staff_id)


def _list_sign_ins(owner: sa.ColumnElement[bool], now: datetime) -> tuple[SignIn, ...]:
    rows = db.session.execute(
        sa.select(
            SignInRow.id,
            SignInRow.channel,
            SignInRow.label,
            SignInRow.created_at,
            SignInRow.used_at,
            SignInRow.expires_at,
            SignInRow.staff_id,
            SignInRow.is_desk,
        )
        .where(owner, SignInRow.ended_at.is_(None))
        .order_by(SignInRow.created_at.desc(), SignInRow.id.desc())
    )
    return tuple(
        SignIn(
            id=SignInId(row.id),
            channel=row.channel,
            label=row.label,
            created_at=row.created_at,
            used_at=row.used_at,
            expires_at=row.expires_at,
        )
        for row in rows
        if _counts(row, now)
    )


def _counts(row: Any, now: datetime, *, while_idle: bool = False) -> bool:
    if row.expires_at is not None and row.expires_at <= now:
        return False
    is_staff = row.staff_id is not None
    return while_idle or not rules.is_idle(
        row.channel, is_staff=is_staff, is_desk=row.is_desk, used_at=row.used_at, now=now
    )


def _build_participant(row: Any) -> ParticipantActor | None:
    if row.home_path is None:
        return None
    return ParticipantActor(
        participant_id=ParticipantId(row.participant_id),
        sign_in_id=SignInId(row.id),
        home_path=row.home_path,
    )


def _build_staff(row: Any) -> StaffActor:
    with reading() as connection:
        grants = connection.execute(_grants_of, {"wanted": row.staff_id}).all()
    return StaffActor(
        staff_id=StaffId(row.staff_id),
        name=row.name,
        grants=tuple(Grant(role=grant.role, node_path=grant.node_path) for grant in grants),
        sign_in_id=SignInId(row.id),
        participant_id=None
        if row.own_participant_id is None
        else ParticipantId(row.own_participant_id),
        is_desk=row.is_desk,
    )

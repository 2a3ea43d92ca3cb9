"""Staff accounts and the roles they hold."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from rewards.access.types import ParticipantId, Role, StaffId
from rewards.core.db import constraint_of, db, insert
from rewards.core.ids import new_id
from rewards.core.secrecy import vault
from rewards.core.unit import operation
from rewards.network.types import Node

from .. import queries, rules
from ..errors import (
    GrantExistsError,
    GrantNotFoundError,
    ParticipantLinkedError,
    StaffDisabledError,
    StaffNameTakenError,
    StaffNotFoundError,
    TotpRequiredError,
    WrongCredentialsError,
)
from ..models import RoleGrantRow, StaffRow
from ..types import Credentials, RoleGrant, Staff
from .sign_ins import end_staff_sign_ins


@operation
def create_staff(*, name: str, password_hash: str, now: datetime) -> Staff:
    """Add a staff account that holds no role yet.

    :raises InvalidStaffNameError: if the sign-in name is not good.
    :raises StaffNameTakenError: if another account has it.
    """
    staff_id = new_id()
    statement = insert(StaffRow).values(
        id=staff_id,
        name=rules.normalize_staff_name(name),
        password_hash=password_hash,
        totp_secret_sealed="",
        totp_step=0,
        failures=0,
        created_at=now,
    )
    written = db.session.execute(statement.on_conflict_do_nothing().returning(StaffRow.id))
    if written.one_or_none() is None:
        raise StaffNameTakenError
    return queries.get_staff(staff_id)


@operation
def link_participant(*, staff_id: UUID, participant_id: ParticipantId | None) -> None:
    """Keep who a staff member is as a participant.

    :raises ParticipantLinkedError: if another account is that participant's.
    """
    try:
        db.session.execute(
            sa.update(StaffRow)
            .where(StaffRow.id == staff_id)
            .values(participant_id=participant_id)
            .execution_options(synchronize_session=False)
        )
    except IntegrityError as error:
        if constraint_of(error) == "uq_staff__participant_id":
            raise ParticipantLinkedError from error
        raise


@operation
def lock_staff(staff_id: StaffId) -> ParticipantId | None:
    """Hold a staff account until the unit ends; return who its owner is as a participant.

    What one staff member did so far can then be counted, and nothing is added
    meanwhile. Others may go on to refer to the account.
    """
    found: UUID | None = db.session.execute(
        sa.select(StaffRow.participant_id)
        .where(StaffRow.id == staff_id)
        .with_for_update(key_share=True)
    ).scalar_one_or_none()
    return None if found is None else ParticipantId(found)


@operation
def judge_sign_in(
    *, credentials: Credentials, is_password_right: bool, totp: str, now: datetime
) -> WrongCredentialsError | TotpRequiredError | None:
    """Decide a sign-in whose password was checked already, and count it if it failed.

    A wrong try is returned, not raised, so that the count is committed. The
    password is checked before, because that is slow on purpose and the lock
    taken here would make others wait for it.

    :raises SignInDelayedError: if the account must wait after its failures.
    :raises WrongCredentialsError: if the account is disabled or was changed meanwhile.
    """
    row = _lock(credentials.staff_id)
    # Tries sent all at once were all let through at the door; of these the
    # lock lets one after another in, and the count is now the true one.
    rules.check_delay(row.failures, row.failed_at, now=now)
    if row.disabled_at is not None or row.password_hash != credentials.password_hash:
        raise WrongCredentialsError
    if not is_password_right:
        return _count_failure(row, now)
    step = row.totp_step
    if row.totp_secret_sealed:
        if not totp.strip():
            return TotpRequiredError()
        secret = vault().decrypt(row.totp_secret_sealed)
        step = rules.find_totp_step(secret, totp, after=row.totp_step, now=now)
        if step is None:
            return _count_failure(row, now)
    _write(row.id, {"failures": 0, "failed_at": None, "totp_step": step})
    return None


@operation
def set_password(*, staff_id: StaffId, password_hash: str, now: datetime) -> None:
    """Change a password, forget the failures and end every sign-in.

    :raises StaffNotFoundError: if there is no such account.
    :raises StaffDisabledError: if it is disabled.
    """
    _lock_enabled(staff_id)
    _write(staff_id, {"password_hash": password_hash, "failures": 0, "failed_at": None})
    end_staff_sign_ins(staff_id=staff_id, now=now)


@operation
def set_totp_secret(*, staff_id: StaffId, secret: str, now: datetime) -> None:
    """Ask for one-time codes of *secret* from now on, and end every sign-in.

    :raises StaffNotFoundError: if there is no such account.
    :raises StaffDisabledError: if it is disabled.
    """
    _lock_enabled(staff_id)
    _write(staff_id, {"totp_secret_sealed": vault().encrypt(secret), "totp_step": 0})
    end_staff_sign_ins(staff_id=staff_id, now=now)


@operation
def disable_staff(*, staff_id: StaffId, now: datetime) -> None:
    """Close a staff account for good and end every sign-in.

    :raises StaffNotFoundError: if there is no such account.
    :raises StaffDisabledError: if it is disabled already.
    """
    _lock_enabled(staff_id)
    _write(staff_id, {"disabled_at": now})
    end_staff_sign_ins(staff_id=staff_id, now=now)


@operation
def grant_role(*, staff_id: StaffId, role: Role, node: Node, now: datetime) -> RoleGrant:
    """Give a role at a node and everywhere below it.

    :raises StaffNotFoundError: if there is no such account.
    :raises StaffDisabledError: if it is disabled.
    :raises GrantExistsError: if the role is held there already.
    """
    _lock_enabled(staff_id)
    held = queries.list_grants(staff_id)
    if any(grant.role is role and grant.node_id == node.id for grant in held):
        raise GrantExistsError
    grant = RoleGrant(
        id=new_id(),
        staff_id=staff_id,
        role=role,
        node_id=node.id,
        node_path=node.path,
        granted_at=now,
        ended_at=None,
    )
    db.session.execute(
        sa.insert(RoleGrantRow).values(
            id=grant.id,
            staff_id=grant.staff_id,
            role=grant.role,
            node_id=grant.node_id,
            node_path=grant.node_path,
            granted_at=grant.granted_at,
            ended_at=None,
        )
    )
    return grant


@operation
def end_role(*, grant_id: UUID, now: datetime) -> None:
    """Take a role away; the grant stays on record.

    :raises GrantNotFoundError: if there is no such grant, or it has ended.
    """
    ended = db.session.execute(
        sa.update(RoleGrantRow)
        .where(RoleGrantRow.id == grant_id, RoleGrantRow.ended_at.is_(None))
        .values(ended_at=now)
        .returning(RoleGrantRow.id)
    )
    if ended.one_or_none() is None:
        raise GrantNotFoundError


def _count_failure(row: sa.Row[*tuple[Any, ...]], now: datetime) -> WrongCredentialsError:
    _write(row.id, {"failures": row.failures + 1, "failed_at": now})
    return WrongCredentialsError()


def _lock(staff_id: StaffId) -> sa.Row[*tuple[Any, ...]]:
    row = db.session.execute(
        sa.select(
            StaffRow.id,
            StaffRow.password_hash,
            StaffRow.totp_secret_sealed,
            StaffRow.totp_step,
            StaffRow.failures,
            StaffRow.failed_at,
            StaffRow.disabled_at,
        )
        .where(StaffRow.id == staff_id)
        .with_for_update()
    ).one_or_none()
    if row is None:
        raise StaffNotFoundError
    return row


def _lock_enabled(staff_id: StaffId) -> None:
    if _lock(staff_id).disabled_at is not None:
        raise StaffDisabledError


def _write(staff_id: UUID, values: dict[str, Any]) -> None:
    db.session.execute(sa.update(StaffRow).where(StaffRow.id == staff_id).values(**values))

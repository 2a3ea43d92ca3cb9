"""Staff accounts and their roles; each change is audited."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pyotp

from rewards.access import operations as access
from rewards.access.errors import NotAllowedError
from rewards.access.rules import authorize, check_grantable, visible_paths
from rewards.access.types import Actor, Role, StaffActor, StaffId, Verb
from rewards.core.unit import use_case
from rewards.network import queries as network
from rewards.participants import queries as participants

from .. import operations, queries, rules
from ..errors import GrantNotFoundError
from ..types import RoleGrant, Staff
from .checks import check_may_manage


@use_case
def create_staff(*, actor: Actor, name: str, password: str, now: datetime) -> Staff:
    """Add a staff account; until it is given a role it may do nothing.

    :raises NotAllowedError: if the actor manages staff nowhere.
    :raises InvalidStaffNameError: if the sign-in name is not good.
    :raises WeakPasswordError: if the password is not worth having.
    :raises StaffNameTakenError: if another account has the name.
    """
    if not visible_paths(actor, Verb.MANAGE_STAFF):
        raise NotAllowedError(verb=Verb.MANAGE_STAFF.value)
    rules.check_password(password, name=rules.normalize_staff_name(name))
    password_hash = rules.hash_password(password)
    staff = operations.create_staff(name=name, password_hash=password_hash, now=now)
    _audit(actor, "staff.created", staff.id, now)
    return staff


@use_case
def set_password(*, actor: Actor, staff_id: UUID, password: str, now: datetime) -> None:
    """Change a password and end every sign-in of the account.

    :raises NotAllowedError: if the actor is neither the account's owner nor manages it.
    :raises WeakPasswordError: if the password is not worth having.
    """
    staff = queries.get_staff(staff_id)
    check_may_manage(actor, staff.id)
    rules.check_password(password, name=staff.name)
    password_hash = rules.hash_password(password)
    operations.set_password(staff_id=staff.id, password_hash=password_hash, now=now)
    _audit(actor, "staff.password-set", staff.id, now)


@use_case
def set_totp(*, actor: Actor, staff_id: UUID, now: datetime) -> str:
    """Ask an account for one-time codes from now on; return what an authenticator app reads.

    :raises NotAllowedError: if the actor is neither the account's owner nor manages it.
    """
    staff = queries.get_staff(staff_id)
    check_may_manage(actor, staff.id)
    secret = pyotp.random_base32()
    operations.set_totp_secret(staff_id=staff.id, secret=secret, now=now)
    _audit(actor, "staff.totp-set", staff.id, now)
    return rules.build_totp_uri(secret, staff.name)


@use_case
def link_participant(
    *, actor: Actor, staff_id: UUID, participant_id: UUID | None, now: datetime
) -> None:
    """Keep who a staff member is as a participant, so that they decide nothing of their own.

    :raises NotAllowedError: if the actor does not manage the account.
    :raises ParticipantNotFoundError: if there is no such participant.
    :raises ParticipantLinkedError: if another account is that participant's.
    """
    staff = queries.get_staff(staff_id)
    check_may_manage(actor, staff.id)
    # Whoever could cut the link of their own account could decide on their own hours.
    if isinstance(actor, StaffActor) and actor.staff_id == staff.id:
        raise NotAllowedError(verb=Verb.MANAGE_STAFF.value)
    own = None if participant_id is None else participants.get_participant(participant_id).id
    operations.link_participant(staff_id=staff.id, participant_id=own)
    linked = own.hex if own else None
    _audit(actor, "staff.participant-linked", staff.id, now, participant=linked)


@use_case
def disable_staff(*, actor: Actor, staff_id: UUID, now: datetime) -> None:
    """Close a staff account for good and end every sign-in of it.

    :raises NotAllowedError: if the actor does not manage the account.
    :raises StaffDisabledError: if it is disabled already.
    """
    staff = queries.get_staff(staff_id)
    check_may_manage(actor, staff.id)
    operations.disable_staff(staff_id=staff.id, now=now)
    _audit(actor, "staff.disabled", staff.id, now)


@use_case
def grant_role(
    *, actor: Actor, staff_id: UUID, role: Role, node_id: UUID, now: datetime
) -> RoleGrant:
    """Give a role at a node and everywhere below it.

    :raises NotAllowedError: if the actor may not give that role there.
    :raises StaffDisabledError: if the account is disabled.
    :raises GrantExistsError: if the role is held there already.
    """
    node = network.get_node(node_id)
    check_grantable(actor, role, node.path)
    staff = queries.get_staff(staff_id)
    grant = operations.grant_role(staff_id=staff.id, role=role, node=node, now=now)
    _audit(actor, "staff.role-granted", staff.id, now, node_id=node.id, role=role.value)
    return grant


@use_case
def end_role(*, actor: Actor, staff_id: UUID, grant_id: UUID, now: datetime) -> None:
    """Take a role away.

    :raises NotAllowedError: if the actor does not manage staff at the node of the role.
    :raises GrantNotFoundError: if the staff member holds no such role.
    """
    grants = {grant.id: grant for grant in queries.list_grants(staff_id)}
    grant = grants.get(grant_id)
    if grant is None:
        raise GrantNotFoundError
    authorize(actor, Verb.MANAGE_STAFF, grant.node_path)
    operations.end_role(grant_id=grant.id, now=now)
    _audit(
        actor,
        "staff.role-ended",
        grant.staff_id,
        now,
        node_id=grant.node_id,
        role=grant.role.value,
    )


def _audit(
    actor: Actor,
    action: str,
    staff_id: StaffId,
    now: datetime,
    *,
    node_id: UUID | None = None,
    **details: Any,
) -> None:
    access.audit(
        actor=actor,
        action=action,
        node_id=node_id,
        subject=f"staff:{staff_id.hex}",
        details=details,
        now=now,
    )

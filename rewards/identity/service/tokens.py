"""Tokens of programs that act for a staff member or a participant."""

from datetime import datetime
from uuid import UUID

from rewards.access import operations as access
from rewards.access.types import Actor
from rewards.core.unit import use_case
from rewards.participants import queries as participants
from rewards.participants.errors import ParticipantClosedError

from .. import operations, queries, rules
from ..errors import SignInNotFoundError, StaffDisabledError, StaffNotFoundError
from ..types import SignedIn, SignInChannel
from .checks import check_may_change, check_may_manage


@use_case
def issue_token(
    *,
    actor: Actor,
    staff_name: str | None = None,
    participant_id: UUID | None = None,
    label: str,
    now: datetime,
) -> str:
    """Make a token for exactly one of a staff member and a participant; it is shown once.

    :raises InvalidLabelError: if the label is empty or too long.
    :raises StaffNotFoundError: if there is no staff member of that name.
    :raises StaffDisabledError: if the staff account is disabled.
    :raises ParticipantNotFoundError: if there is no such participant.
    :raises NotAllowedError: if the actor may not act on that account.
    """
    if (staff_name is None) == (participant_id is None):
        raise ValueError("either a staff name or a participant id")
    label = rules.normalize_label(label)
    if staff_name is not None:
        issued = _issue_to_staff(actor, staff_name, label, now)
    else:
        assert participant_id is not None
        issued = _issue_to_participant(actor, participant_id, label, now)
    access.audit(
        actor=actor,
        action="token.issued",
        node_id=None,
        subject=f"sign-in:{issued.sign_in_id.hex}",
        details={},
        now=now,
    )
    return issued.token


@use_case
def revoke_token(*, actor: Actor, sign_in_id: UUID, now: datetime) -> None:
    """End a token, or any sign-in, of somebody the actor manages.

    :raises SignInNotFoundError: if there is no such sign-in that still counts.
    :raises NotAllowedError: if the actor may not act on that account.
    """
    owner = queries.find_sign_in_owner(sign_in_id)
    if owner is None:
        raise SignInNotFoundError
    participant_id, staff_id = owner
    if participant_id is not None:
        check_may_change(actor, participants.get_participant(participant_id))
    elif staff_id is not None:
        check_may_manage(actor, staff_id)
    operations.end_sign_in(sign_in_id=sign_in_id, now=now)
    access.audit(
        actor=actor,
        action="token.revoked",
        node_id=None,
        subject=f"sign-in:{sign_in_id.hex}",
        details={},
        now=now,
    )


def _issue_to_staff(actor: Actor, name: str, label: str, now: datetime) -> SignedIn:
    staff = queries.find_staff(name)
    if staff is None:
        raise StaffNotFoundError
    check_may_manage(actor, staff.id)
    if staff.disabled_at is not None:
        raise StaffDisabledError
    return operations.open_staff_sign_in(
        staff_id=staff.id, channel=SignInChannel.API, label=label, now=now
    )


def _issue_to_participant(
    actor: Actor, participant_id: UUID, label: str, now: datetime
) -> SignedIn:
    participant = participants.get_participant(participant_id)
    check_may_change(actor, participant)
    if participant.closed_at is not None:
        raise ParticipantClosedError
    return operations.open_participant_sign_in(
        participant_id=participant.id, channel=SignInChannel.API, label=label, now=now
    )

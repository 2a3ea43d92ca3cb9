"""What staff saw proof of: qualifications, trainings, the consent of a guardian."""

from datetime import date, datetime
from uuid import UUID

from rewards.access import operations as access
from rewards.access.rules import authorize, is_self
from rewards.access.types import Actor, Verb
from rewards.core.unit import use_case
from rewards.network import queries as network
from rewards.participants import operations as participants
from rewards.participants import queries
from rewards.participants.errors import OwnQualificationError
from rewards.participants.types import (
    GuardianConsent,
    Participant,
    Qualification,
    QualificationId,
)


@use_case
def record_qualification(
    *,
    actor: Actor,
    participant_id: UUID,
    code: str,
    valid_until: date | None = None,
    now: datetime,
) -> tuple[Qualification, ...]:
    """Enter a profession or training that staff saw proof of; return what is entered now.

    :raises NotAllowedError: if the actor may not manage participants at the home node.
    :raises OwnQualificationError: if the actor is that participant.
    :raises ParticipantClosedError: if the account is closed.
    :raises InvalidQualificationError: if it is unknown, or has run out.
    """
    participant = _authorize(actor, participant_id)
    # It raises points and opens doors: like points, it is vouched for by another.
    if is_self(actor, participant.id):
        raise OwnQualificationError
    participants.record_qualification(
        participant_id=participant.id,
        code=code,
        valid_until=valid_until,
        verified_by=actor.principal,
        now=now,
    )
    until = "" if valid_until is None else valid_until.isoformat()
    _audit(actor, "qualification.recorded", participant, now, code=code, valid_until=until)
    return queries.list_qualifications(participant.id)


@use_case
def end_qualification(
    *, actor: Actor, participant_id: UUID, qualification_id: UUID, now: datetime
) -> None:
    """End a line of the register before it runs out.

    :raises NotAllowedError: if the actor may not manage participants at the home node.
    :raises ParticipantClosedError: if the account is closed.
    :raises QualificationNotFoundError: if there is no such line of the participant.
    """
    participant = _authorize(actor, participant_id)
    participants.end_qualification(
        participant_id=participant.id,
        qualification_id=QualificationId(qualification_id),
        ended_by=actor.principal,
        now=now,
    )
    _audit(actor, "qualification.ended", participant, now, line=qualification_id.hex)


@use_case
def give_guardian_consent(
    *, actor: Actor, participant_id: UUID, guardian_name: str, now: datetime
) -> GuardianConsent:
    """Record that a guardian, who stands before staff or was called, agrees.

    :raises NotAllowedError: if the actor may not manage participants at the home node.
    :raises ParticipantClosedError: if the account is closed.
    :raises NotAMinorError: if no guardian has a say, or the year of birth is not known.
    :raises InvalidNameError: if the guardian's name is not good.
    """
    participant = _authorize(actor, participant_id)
    participants.give_guardian_consent(
        participant_id=participant.id,
        guardian_name=guardian_name,
        recorded_by=actor.principal,
        now=now,
    )
    _audit(actor, "guardian_consent.given", participant, now)
    return queries.get_guardian_consent(participant.id)


@use_case
def withdraw_guardian_consent(*, actor: Actor, participant_id: UUID, now: datetime) -> None:
    """Record that a guardian no longer agrees.

    :raises NotAllowedError: if the actor may not manage participants at the home node.
    :raises ParticipantClosedError: if the account is closed.
    :raises NoGuardianConsentError: if there is no consent to withdraw.
    """
    participant = _authorize(actor, participant_id)
    participants.withdraw_guardian_consent(
        participant_id=participant.id, withdrawn_by=actor.principal, now=now
    )
    _audit(actor, "guardian_consent.withdrawn", participant, now)


def _authorize(actor: Actor, participant_id: UUID) -> Participant:
    participant = queries.get_participant(participant_id)
    home = network.get_node(participant.home_node_id)
    authorize(actor, Verb.MANAGE_PARTICIPANT, home.path)
    return participant


def _audit(
    actor: Actor, action: str, participant: Participant, now: datetime, **details: str
) -> None:
    access.audit(
        actor=actor,
        action=action,
        node_id=participant.home_node_id,
        subject=f"participant:{participant.id.hex}",
        details=details,
        now=now,
    )

"""The register of qualifications, and the consents of guardians."""

from datetime import date, datetime

import sqlalchemy as sa

from rewards.access.types import ParticipantId
from rewards.core import clock
from rewards.core.db import db
from rewards.core.ids import new_id
from rewards.core.secrecy import vault
from rewards.core.unit import operation

from .. import queries, rules
from ..errors import NoGuardianConsentError, NotAMinorError, QualificationNotFoundError
from ..models import GuardianConsentRow, QualificationRow
from ..types import QualificationId
from .writing import lock


@operation
def record_qualification(
    *,
    participant_id: ParticipantId,
    code: str,
    valid_until: date | None,
    verified_by: str,
    now: datetime,
) -> None:
    """Enter what staff saw proof of; the line of before, if there is one, ends.

    :raises ParticipantNotFoundError: if there is no such participant.
    :raises ParticipantClosedError: if the account is closed.
    :raises InvalidQualificationError: if it is unknown, or has run out.
    """
    known = rules.read_qualification(code)
    rules.check_valid_until(valid_until, today=clock.local_date(now, clock.zone()))
    lock(participant_id)
    mine = QualificationRow.participant_id == participant_id
    _end(sa.and_(mine, QualificationRow.code == known.value), ended_by=verified_by, now=now)
    db.session.execute(
        sa.insert(QualificationRow).values(
            id=new_id(),
            participant_id=participant_id,
            code=known.value,
            valid_until=valid_until,
            verified_by=verified_by,
            verified_at=now,
        )
    )


@operation
def end_qualification(
    *,
    participant_id: ParticipantId,
    qualification_id: QualificationId,
    ended_by: str,
    now: datetime,
) -> None:
    """End a line of the register before it runs out.

    :raises ParticipantNotFoundError: if there is no such participant.
    :raises ParticipantClosedError: if the account is closed.
    :raises QualificationNotFoundError: if there is no such line of the participant.
    """
    lock(participant_id)
    mine = QualificationRow.participant_id == participant_id
    if not _end(sa.and_(mine, QualificationRow.id == qualification_id), ended_by=ended_by, now=now):
        raise QualificationNotFoundError


@operation
def give_guardian_consent(
    *, participant_id: ParticipantId, guardian_name: str, recorded_by: str, now: datetime
) -> None:
    """Record that a guardian agrees; a consent of before, if there is one, ends.

    :raises ParticipantNotFoundError: if there is no such participant.
    :raises ParticipantClosedError: if the account is closed.
    :raises NotAMinorError: if no guardian has a say, or the year of birth is not known.
    :raises InvalidNameError: if the guardian's name is not good.
    """
    name = rules.normalize_name(guardian_name)
    lock(participant_id)
    if not queries.get_participant(participant_id).is_minor:
        raise NotAMinorError
    _withdraw(participant_id, withdrawn_by=recorded_by, now=now)
    db.session.execute(
        sa.insert(GuardianConsentRow).values(
            id=new_id(),
            participant_id=participant_id,
            guardian_name_sealed=vault().encrypt(name),
            text_version=rules.CONSENT_TEXT_VERSION,
            recorded_by=recorded_by,
            given_at=now,
        )
    )


@operation
def withdraw_guardian_consent(
    *, participant_id: ParticipantId, withdrawn_by: str, now: datetime
) -> None:
    """Record that a guardian no longer agrees.

    :raises ParticipantNotFoundError: if there is no such participant.
    :raises ParticipantClosedError: if the account is closed.
    :raises NoGuardianConsentError: if there is no consent to withdraw.
    """
    lock(participant_id)
    if not _withdraw(participant_id, withdrawn_by=withdrawn_by, now=now):
        raise NoGuardianConsentError


@operation
def forget_standing(*, participant_id: ParticipantId) -> None:
    """Delete what the register and guardians say of somebody whose account closes."""
    for row in (QualificationRow, GuardianConsentRow):
        db.session.execute(sa.delete(row).where(row.participant_id == participant_id))


def _end(which: sa.ColumnElement[bool], *, ended_by: str, now: datetime) -> bool:
    ended = db.session.execute(
        sa.update(QualificationRow)
        .where(which, QualificationRow.ended_at.is_(None))
        .values(ended_at=now, ended_by=ended_by)
        .returning(QualificationRow.id)
        .execution_options(synchronize_session=False)
    )
    return ended.first() is not None


def _withdraw(participant_id: ParticipantId, *, withdrawn_by: str, now: datetime) -> bool:
    ended = db.session.execute(
        sa.update(GuardianConsentRow)
        .where(
            GuardianConsentRow.participant_id == participant_id,
            GuardianConsentRow.withdrawn_at.is_(None),
        )
        # Who agreed no more is nobody's business; when, and by whose hand, is.
        .values(withdrawn_at=now, withdrawn_by=withdrawn_by, guardian_name_sealed="")
        .returning(GuardianConsentRow.id)
        .execution_options(synchronize_session=False)
    )
    return ended.first() is not None

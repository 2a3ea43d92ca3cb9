"""Reads of what somebody may take part in: age, register, a guardian's consent."""

from datetime import date
from uuid import UUID

import sqlalchemy as sa

from rewards.core.db import db, looking, table_of
from rewards.core.secrecy import vault

from .. import rules
from ..errors import NoGuardianConsentError, ParticipantClosedError, ParticipantNotFoundError
from ..models import GuardianConsentRow, ParticipantRow, QualificationRow
from ..types import GuardianConsent, Profession, Qualification, QualificationId, Standing, Training

_participants = table_of(ParticipantRow)
_consents = table_of(GuardianConsentRow)
_register = table_of(QualificationRow)
_has_consent = sa.exists().where(
    _consents.c.participant_id == _participants.c.id, _consents.c.withdrawn_at.is_(None)
)
# Built once: every check-in asks it.
_standing = (
    sa.select(
        _participants.c.birth_year,
        _participants.c.closed_at,
        _has_consent.label("is_agreed"),
        _register.c.code,
    )
    .select_from(_participants)
    .outerjoin(
        _register,
        sa.and_(
            _register.c.participant_id == _participants.c.id,
            _register.c.ended_at.is_(None),
            sa.or_(
                _register.c.valid_until.is_(None),
                _register.c.valid_until >= sa.bindparam("day", type_=sa.Date),
            ),
        ),
    )
    .where(_participants.c.id == sa.bindparam("wanted"))
)


def get_standing(participant_id: UUID, day: date) -> Standing:
    """Return what decides whether a participant may take part on *day*.

    :raises ParticipantNotFoundError: if there is no such participant.
    :raises ParticipantClosedError: if the account is closed.
    """
    with looking() as connection:
        rows = connection.execute(_standing, {"wanted": participant_id, "day": day}).all()
    if not rows:
        raise ParticipantNotFoundError
    if rows[0].closed_at is not None:
        raise ParticipantClosedError
    least, most = rules.span_age(rows[0].birth_year, year=day.year)
    held = [rules.read_qualification(row.code) for row in rows if row.code is not None]
    return Standing(
        age_least=least,
        age_most=most,
        professions=frozenset(each for each in held if isinstance(each, Profession)),
        trainings=frozenset(each for each in held if isinstance(each, Training)),
        has_guardian_consent=bool(rows[0].is_agreed),
    )


def list_qualifications(participant_id: UUID) -> tuple[Qualification, ...]:
    """Return the register's lines about a participant that nobody ended, run out or not."""
    rows = db.session.execute(
        sa.select(_register)
        .where(_register.c.participant_id == participant_id, _register.c.ended_at.is_(None))
        .order_by(_register.c.code)
    )
    return tuple(
        Qualification(
            id=QualificationId(row.id),
            code=rules.read_qualification(row.code),
            valid_until=row.valid_until,
            verified_by=row.verified_by,
            verified_at=row.verified_at,
        )
        for row in rows
    )


def get_guardian_consent(participant_id: UUID) -> GuardianConsent:
    """Return the consent of a guardian that is in force, with the full name.

    :raises NoGuardianConsentError: if there is none.
    """
    consent = find_guardian_consent(participant_id)
    if consent is None:
        raise NoGuardianConsentError
    return consent


def find_guardian_consent(participant_id: UUID) -> GuardianConsent | None:
    """Return the consent of a guardian that is in force, with the full name."""
    row = db.session.execute(
        sa.select(_consents).where(
            _consents.c.participant_id == participant_id, _consents.c.withdrawn_at.is_(None)
        )
    ).one_or_none()
    if row is None:
        return None
    return GuardianConsent(
        guardian_name=vault().decrypt(row.guardian_name_sealed),
        given_at=row.given_at,
        recorded_by=row.recorded_by,
        withdrawn_at=None,
    )

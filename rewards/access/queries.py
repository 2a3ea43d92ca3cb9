"""Reads of the audit."""

from collections.abc import Iterable

import sqlalchemy as sa

from rewards.core.db import db

from .models import AuditRecordRow

LOOK_UP_SIZE = 500


def is_recorded(*, subject: str, action: str) -> bool:
    """Tell whether *action* was ever done to *subject*."""
    found = db.session.execute(
        sa.select(AuditRecordRow.id)
        .where(AuditRecordRow.subject == subject, AuditRecordRow.action == action)
        .limit(1)
    ).one_or_none()
    return found is not None


def list_unrecorded(
    connection: sa.Connection, *, action: str, subjects: Iterable[str]
) -> tuple[str, ...]:
    """Return those of *subjects* that the audit does not know *action* of."""
    wanted = sorted(set(subjects))
    missing: list[str] = []
    for start in range(0, len(wanted), LOOK_UP_SIZE):
        some = wanted[start : start + LOOK_UP_SIZE]
        recorded = set(
            connection.scalars(
                sa.select(AuditRecordRow.subject).where(
                    AuditRecordRow.subject.in_(some), AuditRecordRow.action == action
                )
            )
        )
        missing += [subject for subject in some if subject not in recorded]
    return tuple(missing)

"""Reads of the audit."""

import sqlalchemy as sa

from rewards.core.db import db

from .models import AuditRecordRow


def is_recorded(*, subject: str, action: str) -> bool:
    """Tell whether *action* was ever done to *subject*."""
    found = db.session.execute(
        sa.select(AuditRecordRow.id)
        .where(AuditRecordRow.subject == subject, AuditRecordRow.action == action)
        .limit(1)
    ).one_or_none()
    return found is not None

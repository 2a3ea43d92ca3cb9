"""Writes the audit."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from rewards.core.db import db
from rewards.core.unit import operation

from .models import AuditRecordRow
from .types import Actor


@operation
def audit(
    *,
    actor: Actor,
    action: str,
    node_id: UUID | None,
    subject: str,
    details: Mapping[str, Any],
    now: datetime,
) -> None:
    """Write down what *actor* did, in the transaction that does it.

    *details* are JSON-plain codes and numbers, never names or phones.
    """
    db.session.execute(
        sa.insert(AuditRecordRow).values(
            at=now,
            principal=actor.principal,
            action=action,
            node_id=node_id,
            subject=subject,
            details=dict(details),
        )
    )

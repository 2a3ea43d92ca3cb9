"""Reads of the audit."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from rewards.core.db import db, table_of

from .models import AuditRecordRow
from .types import Audited, StaffAct, StaffId

LOOK_UP_SIZE = 500
FETCH_ROWS = 2_000


def is_recorded(*, subject: str, action: str) -> bool:
    """Tell whether *action* was ever done to *subject*."""
    found = db.session.execute(
        sa.select(AuditRecordRow.id)
        .where(AuditRecordRow.subject == subject, AuditRecordRow.action == action)
        .limit(1)
    ).one_or_none()
    return found is not None


def list_history(
    *, subjects: Collection[str], actions: Collection[str], principal: str
) -> dict[str, tuple[Audited, ...]]:
    """Return what everybody did to those subjects that *principal* did something to, in order."""
    row = AuditRecordRow
    asked = sa.and_(row.subject.in_(subjects), row.action.in_(actions))
    touched = sa.select(row.subject).where(asked, row.principal == principal)
    found = db.session.execute(
        sa.select(row.subject, row.action, row.principal, row.at, row.details)
        .where(asked, row.subject.in_(touched))
        .order_by(row.id)
    )
    history: dict[str, tuple[Audited, ...]] = {}
    for each in found:
        act = Audited(
            subject=each.subject,
            action=each.action,
            principal=each.principal,
            at=each.at,
            details=each.details,
        )
        history[act.subject] = (*history.get(act.subject, ()), act)
    return history


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


def stream_staff_acts(connection: sa.Connection, *, since: datetime | None) -> Iterator[StaffAct]:
    """Yield what staff did, by the audit, from *since* on."""
    record = table_of(AuditRecordRow).c
    query = sa.select(record.id, record.principal, record.node_id, record.at).where(
        record.principal.like("staff:%")
    )
    if since is not None:
        query = query.where(record.at >= since)
    for row in connection.execute(query, execution_options={"yield_per": FETCH_ROWS}):
        staff_id = StaffId(UUID(hex=row.principal.partition(":")[2]))
        yield StaffAct(id=row.id, staff_id=staff_id, node_id=row.node_id, at=row.at)

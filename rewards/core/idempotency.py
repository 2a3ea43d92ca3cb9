"""Idempotency keys: what was asked under a key, and what was answered.

Follows the IETF draft "The Idempotency-Key HTTP Header Field": the same key
with the same request gets the first answer again; with another request it is
refused. A key belongs to one principal and one route. A unit that rolled back
stored nothing, so a retry after a failure really runs.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from rewards.core.checks import FOUND_MAX, Scope, Violation
from rewards.core.db import Base, BigKey, UtcDateTime, db, insert
from rewards.core.errors import IdempotencyKeyReusedError

KEY_LENGTH_MAX = 128
FINGERPRINT_LENGTH = 64
STATUSES = (200, 599)


class IdempotencyKeyRow(Base):
    __tablename__ = "idempotency_keys"
    __table_args__ = (sa.UniqueConstraint("principal", "route", "key"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    principal: Mapped[str] = mapped_column(sa.String(64))
    route: Mapped[str] = mapped_column(sa.String(128))
    key: Mapped[str] = mapped_column(sa.String(KEY_LENGTH_MAX))
    fingerprint: Mapped[str] = mapped_column(sa.String(FINGERPRINT_LENGTH))
    status: Mapped[int]
    body: Mapped[str] = mapped_column(sa.Text)
    stored_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyedRequest:
    """A request that carries an idempotency key, and who sent it."""

    principal: str
    route: str
    key: str
    fingerprint: str
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a use case answered: an HTTP-shaped status and a JSON body."""

    status: int
    body: dict[str, Any]
    is_replay: bool


def fingerprint(value: Any) -> str:
    """Return a hash of a JSON-plain *value* that does not depend on the order of its keys."""
    # Escaped: half a surrogate pair may come in JSON and cannot be encoded.
    canonical = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def claim(request: KeyedRequest) -> Answer | None:
    """Take the key of *request*, or return the answer stored under it.

    The first statement of a unit of work: a twin of this request that is still
    running makes it wait here, so that it decides on nothing the twin has yet
    to change, and then gets the twin's answer.

    :raises IdempotencyKeyReusedError: if the key came with another request.
    """
    claimed = db.session.execute(
        insert(IdempotencyKeyRow)
        .values(
            principal=request.principal,
            route=request.route,
            key=request.key,
            fingerprint=request.fingerprint,
            status=0,
            body="",
            stored_at=request.received_at,
        )
        .on_conflict_do_nothing(index_elements=["principal", "route", "key"])
        .returning(IdempotencyKeyRow.id)
    ).one_or_none()
    if claimed is not None:
        return None
    row = db.session.execute(
        sa.select(
            IdempotencyKeyRow.fingerprint, IdempotencyKeyRow.status, IdempotencyKeyRow.body
        ).where(*_is(request))
    ).one()
    if row.fingerprint != request.fingerprint:
        raise IdempotencyKeyReusedError
    return Answer(status=row.status, body=json.loads(row.body), is_replay=True)


def store(request: KeyedRequest, answer: Answer) -> None:
    """Keep *answer* under the claimed key, in the open unit of work."""
    db.session.execute(
        sa.update(IdempotencyKeyRow)
        .where(*_is(request))
        .values(status=answer.status, body=json.dumps(answer.body))
        .execution_options(synchronize_session=False)
    )


def _is(request: KeyedRequest) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        IdempotencyKeyRow.principal == request.principal,
        IdempotencyKeyRow.route == request.route,
        IdempotencyKeyRow.key == request.key,
    )


def forget(*, before: datetime) -> int:
    """Delete the keys stored before a moment, in the open unit of work; return how many."""
    result = db.session.execute(
        sa.delete(IdempotencyKeyRow).where(IdempotencyKeyRow.stored_at < before)
    )
    return int(result.rowcount)  # type: ignore[attr-defined]


def forget_about(identifier: UUID) -> None:
    """Delete the answers that tell of *identifier*, in the open unit of work."""
    tells = IdempotencyKeyRow.body.like(f"%{identifier}%")
    db.session.execute(
        sa.delete(IdempotencyKeyRow).where(tells).execution_options(synchronize_session=False)
    )


def list_malformed(connection: sa.Connection, _scope: Scope) -> tuple[Violation, ...]:
    """Return the keys that stand without the answer that was given under them (I12).

    A key and its answer are committed together, so one without the other was
    not written by a unit of work.
    """
    row = IdempotencyKeyRow
    malformed = connection.execute(
        sa.select(row.id, row.status, sa.func.length(row.body).label("length"))
        .where(
            sa.or_(
                sa.not_(row.status.between(*STATUSES)),
                row.body == "",
                sa.func.length(row.fingerprint) != FINGERPRINT_LENGTH,
            )
        )
        .order_by(row.id)
        .limit(FOUND_MAX)
    )
    return tuple(
        Violation(
            invariant="I12",
            subject=f"idempotency_key:{found.id}",
            expected="a fingerprint and an answer",
            found=f"status {found.status}, {found.length} characters",
        )
        for found in malformed
    )

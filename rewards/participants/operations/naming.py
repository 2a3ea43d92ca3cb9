"""The index by which names are found, which nobody can read without the key."""

from collections.abc import Iterable
from uuid import UUID

import sqlalchemy as sa

from rewards.core.db import db
from rewards.core.secrecy import vault
from rewards.core.unit import operation

from .. import queries, rules
from ..models import NameKeyRow, ParticipantRow


@operation
def enter_name(*, participant_id: UUID, name: str) -> None:
    """Enter a name in the index, in the place of the one of before."""
    forget_name(participant_id=participant_id)
    _insert([(participant_id, name)])


@operation
def forget_name(*, participant_id: UUID) -> None:
    """Take a name out of the index."""
    db.session.execute(sa.delete(NameKeyRow).where(NameKeyRow.participant_id == participant_id))


@operation
def enter_names(*, after: UUID | None, limit: int) -> tuple[UUID | None, int]:
    """Enter the next *limit* names of open accounts anew.

    Return the last id that was looked at, None once there are no more, and how many were entered.
    """
    statement = (
        sa.select(ParticipantRow.id, ParticipantRow.name_sealed)
        .where(ParticipantRow.closed_at.is_(None))
        .order_by(ParticipantRow.id)
        .limit(limit)
        .with_for_update()
    )
    if after is not None:
        statement = statement.where(ParticipantRow.id > after)
    rows = db.session.execute(statement).all()
    ids = [row.id for row in rows]
    db.session.execute(sa.delete(NameKeyRow).where(NameKeyRow.participant_id.in_(ids)))
    _insert((row.id, vault().decrypt(row.name_sealed)) for row in rows)
    return (ids[-1] if len(rows) == limit else None), len(rows)


def _insert(names: Iterable[tuple[UUID, str]]) -> None:
    values = [
        {"key": queries.hash_key(key), "participant_id": participant_id}
        for participant_id, name in names
        # Sorted, so that two who write the same keys never wait for each other.
        for key in sorted(rules.index_name(name))
    ]
    if values:
        db.session.execute(sa.insert(NameKeyRow), values)

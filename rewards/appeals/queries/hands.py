"""By whose word stands what an appeal is about, in each of its parts."""

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa

from rewards.checkins import queries as checkins
from rewards.corrections import queries as corrections
from rewards.ledger import queries as ledger

LOOK_UP_SIZE = 500
_NOBODY: frozenset[str] = frozenset()


def list_hands(
    connection: sa.Connection, subject_ids: Collection[UUID]
) -> dict[UUID, frozenset[str]]:
    """Return who entered, closed, asked for or decided on each of those entries and attendances."""
    wanted = sorted(set(subject_ids))
    found: dict[UUID, frozenset[str]] = {}
    for start in range(0, len(wanted), LOOK_UP_SIZE):
        found |= _list_some(connection, wanted[start : start + LOOK_UP_SIZE])
    return found


def _list_some(
    connection: sa.Connection, subject_ids: Collection[UUID]
) -> dict[UUID, frozenset[str]]:
    origins = ledger.list_origins(connection, subject_ids)
    # An attendance that earned nothing is its own source.
    sources = {each: (each, "") for each in subject_ids} | origins
    source_ids = {source_id for source_id, _ in sources.values()}
    hands = checkins.list_hands(connection, source_ids)
    hands |= corrections.list_hands(connection, source_ids)
    return {
        subject_id: hands.get(source_id, _NOBODY) | ({actor} if actor else _NOBODY)
        for subject_id, (source_id, actor) in sources.items()
    }

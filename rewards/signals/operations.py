"""Keeping signals, and what was found out about them."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from rewards.activities.types import Occasion
from rewards.core.db import db, insert, table_of
from rewards.core.ids import new_id
from rewards.core.unit import operation

from . import rules
from .errors import SignalDecidedError
from .models import SignalMarkRow, SignalRow
from .types import Pattern, SignalId, SignalState

_signals = table_of(SignalRow)
KEPT = timedelta(days=180)


@operation
def keep_pattern(pattern: Pattern, *, occasion: Occasion, now: datetime) -> bool:
    """Keep a pattern as a signal, or add to the open one that it is; return whether it is new.

    What somebody has looked at stays as it was.
    """
    people = [person.hex for person in rules.list_people(pattern.sightings)]
    times = [each.at for each in pattern.sightings]
    written = db.session.execute(
        insert(_signals)
        .values(
            id=new_id(),
            kind=pattern.kind,
            subject=pattern.subject,
            node_id=occasion.node_id,
            node_path=occasion.node_path,
            occasion_id=occasion.id,
            participants=people,
            staff=pattern.staff,
            count=len(pattern.sightings),
            first_at=min(times),
            last_at=max(times),
            found_at=now,
            state=SignalState.OPEN,
            note="",
        )
        .on_conflict_do_nothing(index_elements=["kind", "subject"])
        .returning(_signals.c.id)
    ).one_or_none()
    if written is None:
        _add(pattern, people, first_at=min(times), last_at=max(times))
    return written is not None


@operation
def decide(
    signal_id: SignalId, *, state: SignalState, note: str, decided_by: str, now: datetime
) -> None:
    """Write what was found out about an open signal.

    :raises SignalDecidedError: if somebody was faster.
    """
    decided = db.session.execute(
        sa.update(_signals)
        .where(_signals.c.id == signal_id, _signals.c.state == SignalState.OPEN)
        .values(state=state, note=note, decided_by=decided_by, decided_at=now)
        .returning(_signals.c.id)
    ).one_or_none()
    if decided is None:
        raise SignalDecidedError


@operation
def mark(looked_until: datetime) -> None:
    """Write up to when check-ins have been looked through; never back."""
    statement = insert(table_of(SignalMarkRow)).values(id=1, looked_until=looked_until)
    db.session.execute(
        statement.on_conflict_do_update(
            index_elements=["id"],
            set_={"looked_until": looked_until},
            where=table_of(SignalMarkRow).c.looked_until < looked_until,
        )
    )


@operation
def forget_signals(*, now: datetime) -> int:
    """Delete what is older than half a year; return how many."""
    result = db.session.execute(sa.delete(_signals).where(_signals.c.last_at < now - KEPT))
    return int(result.rowcount)  # type: ignore[attr-defined]


def _add(pattern: Pattern, people: list[str], *, first_at: datetime, last_at: datetime) -> None:
    row: Any = db.session.execute(
        sa.select(_signals)
        .where(_signals.c.kind == pattern.kind, _signals.c.subject == pattern.subject)
        .with_for_update()
    ).one()
    known = list(dict.fromkeys([*row.participants, *people]))
    if row.state is not SignalState.OPEN or (known == row.participants and last_at <= row.last_at):
        return
    db.session.execute(
        sa.update(_signals)
        .where(_signals.c.id == row.id)
        .values(
            participants=known,
            count=max(row.count, len(pattern.sightings), len(known)),
            first_at=min(row.first_at, first_at),
            last_at=max(row.last_at, last_at),
        )
    )

"""Keeping signals, and what was found out about them."""

from collections.abc import Sequence
from dataclasses import replace
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
# Between a subject and how many times it was a signal.
AGAIN = "#"


@operation
def keep_pattern(pattern: Pattern, *, occasion: Occasion, now: datetime) -> bool:
    """Keep a pattern as a signal, or add to the open one that it is; return whether it is new.

    What somebody has looked at stays as it was: what was recorded since then is a
    signal of its own once it is enough for one.
    """
    earlier = _list_kept(pattern)
    decided = [each.decided_at for each in earlier if each.state is not SignalState.OPEN]
    if decided:
        # A scan may come in long after it was made: nobody has looked at that one.
        since = tuple(each for each in pattern.sightings if each.recorded_at > max(decided))
        pattern = replace(pattern, sightings=since)
        if not rules.is_enough(pattern):
            return False
    if len(decided) < len(earlier):
        _add(earlier[-1], pattern)
        return False
    people = [person.hex for person in rules.list_people(pattern.sightings)]
    times = [each.at for each in pattern.sightings]
    written = db.session.execute(
        insert(_signals)
        .values(
            id=new_id(),
            kind=pattern.kind,
            subject=_subject_of(pattern, len(earlier)),
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


def _list_kept(pattern: Pattern) -> Sequence[Any]:
    """Return what was kept of a pattern so far, from the first on; others wait."""
    return db.session.execute(
        sa.select(_signals)
        .where(
            _signals.c.kind == pattern.kind,
            sa.or_(
                _signals.c.subject == pattern.subject,
                _signals.c.subject.startswith(f"{pattern.subject}{AGAIN}", autoescape=True),
            ),
        )
        .order_by(_signals.c.id)
        .with_for_update()
    ).all()


def _subject_of(pattern: Pattern, earlier: int) -> str:
    return f"{pattern.subject}{AGAIN}{earlier + 1}" if earlier else pattern.subject


def _add(row: Any, pattern: Pattern) -> None:
    people = [person.hex for person in rules.list_people(pattern.sightings)]
    times = [each.at for each in pattern.sightings]
    known = list(dict.fromkeys([*row.participants, *people]))
    if known == row.participants and max(times) <= row.last_at:
        return
    db.session.execute(
        sa.update(_signals)
        .where(_signals.c.id == row.id)
        .values(
            participants=known,
            count=max(row.count, len(pattern.sightings), len(known)),
            first_at=min(row.first_at, *times),
            last_at=max(row.last_at, *times),
        )
    )

"""Whether the chain holds: I13, I14 and I16."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from rewards.core.checks import FOUND_MAX, Scope, Violation
from rewards.core.db import table_of

from .. import rules
from ..models import EntryRow, OutboxRow, SealHeadRow, SealRow
from ..types import ChainHead

FETCH_ROWS = 2_000
LOOK_UP_SIZE = 500
GENESIS = ChainHead(0, rules.GENESIS_HASH)
UNSEALED_MAX = timedelta(seconds=60)

OnSealed = Callable[[int], object]

_entries = table_of(EntryRow)
_outbox = table_of(OutboxRow)
_seals = table_of(SealRow)
_head = table_of(SealHeadRow)


def find_last_seal(connection: sa.Connection, *, through: int | None = None) -> ChainHead:
    """Return the last seal there is, up to number *through*; of an empty chain, number 0.

    What the head says of it is not asked.
    """
    query = sa.select(_seals.c.seq, _seals.c.hash).order_by(_seals.c.seq.desc()).limit(1)
    if through is not None:
        query = query.where(_seals.c.seq <= through)
    row = connection.execute(query).one_or_none()
    return GENESIS if row is None else ChainHead(row.seq, row.hash)


def list_departures(connection: sa.Connection, verified: ChainHead) -> tuple[Violation, ...]:
    """Return how the chain differs from what it was where it was last found right (I13)."""
    if verified.seq == 0:
        return ()
    stored = connection.scalar(sa.select(_seals.c.hash).where(_seals.c.seq == verified.seq))
    if stored == verified.hash:
        return ()
    return (
        Violation(
            invariant="I13",
            subject=f"seal:{verified.seq}",
            expected=f"hash {verified.hash}, as verified before",
            found="no such seal" if stored is None else f"hash {stored}",
        ),
    )


def list_broken_links(
    connection: sa.Connection, scope: Scope, *, start: ChainHead, on_sealed: OnSealed
) -> tuple[Violation, ...]:
    """Return where the chain breaks between *start* and the end of *scope* (I13).

    *start* is the place before the first seal of the scope; *on_sealed* is told
    how many seals were walked, now and then.
    """
    links = connection.execute(
        sa.select(
            _seals.c.seq,
            _seals.c.hash,
            _seals.c.version,
            *(_entries.c[name] for name in rules.CHAINED_FIELDS[rules.CHAIN_VERSION]),
        )
        .outerjoin(_entries, _entries.c.id == _seals.c.entry_id)
        .where(_seals.c.seq > scope.after, _seals.c.seq <= scope.through)
        .order_by(_seals.c.seq),
        execution_options={"yield_per": FETCH_ROWS},
    ).mappings()
    broken: list[Violation] = []
    last = start
    for number, link in enumerate(links, start=1):
        if len(broken) < FOUND_MAX:
            broken += _judge_link(link, last)
        # Goes on from what is stored, so that each break is told once.
        last = ChainHead(link["seq"], link["hash"])
        if number % FETCH_ROWS == 0:
            on_sealed(number)
    return tuple(broken)


def list_loose_ends(connection: sa.Connection, scope: Scope) -> tuple[Violation, ...]:
    """Return where entries and seals are not one to one, and a head that is not the end (I13)."""
    head = connection.execute(sa.select(_head.c.seq, _head.c.hash)).one_or_none()
    last = find_last_seal(connection)
    stored = GENESIS if head is None else ChainHead(head.seq, head.hash)
    loose = [] if stored == last else [_differ("head", last, stored)]
    entries, seals, pending = (_count(table) for table in (_entries, _seals, _outbox))
    counted = connection.execute(sa.select(entries, seals, pending)).one()
    # Naming rows takes longer than counting them.
    if scope.is_whole or counted[0] != counted[1] + counted[2]:
        loose += _list_misplaced(connection)
    return tuple(loose)


def list_late(connection: sa.Connection, scope: Scope) -> tuple[Violation, ...]:
    """Return the oldest entry that waits for its seal for too long (I16)."""
    # Numbers of the outbox are drawn as entries are posted. Asked for by the one entry, because
    # SQLite would look up every entry there is in an empty outbox.
    first = sa.select(_outbox.c.entry_id).order_by(_outbox.c.id).limit(1).scalar_subquery()
    oldest = connection.scalar(sa.select(_entries.c.posted_at).where(_entries.c.id == first))
    if oldest is None or scope.now - oldest <= UNSEALED_MAX:
        return ()
    seconds = int((scope.now - oldest).total_seconds())
    return (
        Violation(
            invariant="I16",
            subject="outbox",
            expected=f"entries sealed within {int(UNSEALED_MAX.total_seconds())} s",
            found=f"one that waits for {seconds} s",
        ),
    )


def list_contradictions(
    connection: sa.Connection, anchors: Sequence[ChainHead]
) -> tuple[Violation, ...]:
    """Return the anchors, taken of the chain before, that it does not have now (I14)."""
    found: list[Violation] = []
    for start in range(0, len(anchors), LOOK_UP_SIZE):
        some = anchors[start : start + LOOK_UP_SIZE]
        rows = connection.execute(
            sa.select(_seals.c.seq, _seals.c.hash).where(
                _seals.c.seq.in_(sorted({anchor.seq for anchor in some}))
            )
        )
        stored = {row.seq: row.hash for row in rows}
        found += [
            Violation(
                invariant="I14",
                subject=f"seal:{anchor.seq}",
                expected=f"hash {anchor.hash}, as anchored",
                found=f"hash {stored[anchor.seq]}" if anchor.seq in stored else "no such seal",
            )
            for anchor in some
            if stored.get(anchor.seq) != anchor.hash
        ]
    return tuple(found[:FOUND_MAX])


def _judge_link(link: Any, last: ChainHead) -> list[Violation]:
    subject = f"seal:{link['seq']}"
    found = []
    if link["seq"] != last.seq + 1:
        found.append(
            Violation(
                invariant="I13",
                subject=subject,
                expected=f"number {last.seq + 1} after {last.seq}",
                found=f"number {link['seq']}",
            )
        )
    if link["id"] is None:
        return [
            *found,
            Violation(invariant="I13", subject=subject, expected="an entry", found="no entry"),
        ]
    if link["version"] not in rules.CHAINED_FIELDS:
        return [
            *found,
            Violation(
                invariant="I13",
                subject=subject,
                expected="a version that is known",
                found=f"version {link['version']}",
            ),
        ]
    digest = rules.next_hash(last.hash, rules.canonical(link, version=link["version"]))
    # Behind a gap the hash before is unknown, and nothing can be said.
    if not found and digest != link["hash"]:
        found.append(
            Violation(
                invariant="I13",
                subject=subject,
                expected=f"hash {digest} over entry {link['id']}",
                found=f"hash {link['hash']}",
            )
        )
    return found


def _list_misplaced(connection: sa.Connection) -> list[Violation]:
    places = sa.case((_seals.c.seq.is_(None), 0), else_=1) + sa.case(
        (_outbox.c.id.is_(None), 0), else_=1
    )
    rows = connection.execute(
        sa.select(_entries.c.id, places.label("places"))
        .outerjoin(_seals, _seals.c.entry_id == _entries.c.id)
        .outerjoin(_outbox, _outbox.c.entry_id == _entries.c.id)
        .where(places != 1)
        .limit(FOUND_MAX)
    )
    return [
        Violation(
            invariant="I13",
            subject=f"entry:{row.id}",
            expected="either a seal or a place in the outbox",
            found="both" if row.places else "neither",
        )
        for row in rows
    ]


def _differ(subject: str, expected: ChainHead, found: ChainHead) -> Violation:
    return Violation(
        invariant="I13",
        subject=subject,
        expected=f"number {expected.seq}, hash {expected.hash}",
        found=f"number {found.seq}, hash {found.hash}",
    )


def _count(table: sa.Table) -> sa.ScalarSelect[int]:
    return sa.select(sa.func.count()).select_from(table).scalar_subquery()

"""A district of many people and a year of their attendances, written by a few statements.

Only what boards are made of is written: people, entries and the numbers of
their seals. Hashes are invented, so the books would not pass a check.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa

from rewards.access.types import SystemActor
from rewards.core.db import db
from rewards.network import service as network
from rewards.network.types import Level, Node

# The people of two centers, as a district has them.
CENTERS = (("杏花岭", 41_500), ("迎泽", 86_000))
INSTITUTES = 5
STATIONS = 4
DAYS = 365
BATCH = 50_000
# Of so many attendances one is a service shift, which gives minutes as well.
SERVICE_EACH = 3

_PEOPLE = sa.text("""
INSERT INTO participants (id, number, name_sealed, phone_sealed, masked_name, masked_phone,
    nickname, board_display, home_node_id, registered_at)
SELECT ('0a000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, (20000000 + n)::text,
    '', '', '王*英', '', '', 'masked', (:stations)[1 + n % :count], :now
FROM generate_series(CAST(:first AS integer), CAST(:last AS integer)) AS n
""")
# The places of people repeat only after everybody came: 7919 is prime.
_ENTRIES = sa.text("""
INSERT INTO ledger_entries (id, participant_id, asset, amount, reason, source_id, rule_code,
    rule_version, board, node_id, node_path, actor, occurred_at, posted_at, business_date, details)
SELECT ('0b00000' || kind || '-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
    ('0a000000-0000-7000-8000-' || lpad(to_hex(p), 12, '0'))::uuid,
    CASE kind WHEN 0 THEN 'points' ELSE 'service_minutes' END,
    CASE kind WHEN 0 THEN 5 + n % 40 ELSE 60 + n % 120 END,
    'attendance', ('0c000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
    'ACT_JOIN', 1, CASE n % :service_each WHEN 0 THEN 'service' ELSE 'study' END,
    nodes.id, nodes.path, 'participant:invented', at, at,
    (at AT TIME ZONE 'Asia/Shanghai')::date, '{}'
FROM generate_series(CAST(:first AS integer), CAST(:last AS integer)) AS n
CROSS JOIN LATERAL (SELECT CAST(n::bigint * 7919 % :people AS integer) AS p,
    CAST(:end AS timestamptz) - interval '1 second'
    * (n::bigint * 7919 * 31 % (:days * 86400)) AS at) AS who
JOIN participants ON participants.id
    = ('0a000000-0000-7000-8000-' || lpad(to_hex(p), 12, '0'))::uuid
JOIN nodes ON nodes.id = participants.home_node_id
CROSS JOIN generate_series(0, CASE n % :service_each WHEN 0 THEN 1 ELSE 0 END) AS kind
""")
_SEALS = sa.text("""
INSERT INTO ledger_seals (seq, entry_id, hash, version)
SELECT (SELECT coalesce(max(seq), 0) FROM ledger_seals)
    + row_number() OVER (ORDER BY posted_at, id), id, md5(id::text) || md5(source_id::text), 3
FROM ledger_entries
WHERE NOT EXISTS (SELECT 1 FROM ledger_seals WHERE entry_id = ledger_entries.id)
""")
_HEAD = sa.text("""
INSERT INTO ledger_seal_head (id, seq, hash)
SELECT 1, seq, hash FROM ledger_seals ORDER BY seq DESC LIMIT 1
ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash
""")


@dataclass(slots=True)
class Crowd:
    """The centers with how many people each, and how many attendances were written."""

    centers: list[tuple[Node, int]]
    people: int
    attendances: int = 0


def add_people(people: int, now: datetime) -> Crowd:
    """Add the centers, and *people* in the proportion of `CENTERS`."""
    whole = sum(count for _, count in CENTERS)
    crowd = Crowd([], 0)
    for name, count in CENTERS:
        center, stations = _add_center(name, now)
        size = people * count // whole
        db.session.rollback()
        with db.engine.begin() as connection:
            connection.execute(
                _PEOPLE,
                {
                    "stations": [station.id for station in stations],
                    "count": len(stations),
                    "first": crowd.people,
                    "last": crowd.people + size - 1,
                    "now": now,
                },
            )
        crowd.centers.append((center, size))
        crowd.people += size
    return crowd


def attend(
    crowd: Crowd, attendances: int, *, end: datetime, on_progress: Callable[[int], object]
) -> None:
    """Write attendances up to that many in all, spread over a year, and seal their entries."""
    while crowd.attendances < attendances:
        last = min(crowd.attendances + BATCH, attendances) - 1
        _run(
            _ENTRIES,
            {
                "first": crowd.attendances,
                "last": last,
                "people": crowd.people,
                "days": DAYS,
                "end": end,
                "service_each": SERVICE_EACH,
            },
        )
        crowd.attendances = last + 1
        on_progress(crowd.attendances)
    _run(_SEALS)
    _run(_HEAD)
    _run(sa.text("ANALYZE ledger_entries, ledger_seals, participants, nodes"))


def count_entries() -> int:
    """Return how many entries there are."""
    with db.engine.connect() as connection:
        return int(connection.execute(sa.text("SELECT count(*) FROM ledger_entries")).scalar_one())


def count_active(since: date) -> int:
    """Return how many people have an entry of *since* or later."""
    statement = sa.text(
        "SELECT count(DISTINCT participant_id) FROM ledger_entries WHERE business_date >= :since"
    )
    with db.engine.connect() as connection:
        return int(connection.execute(statement, {"since": since}).scalar_one())


def list_people(center: Node, count: int) -> list[UUID]:
    """Return the ids of some people of a center, from all over it."""
    statement = sa.text(
        "SELECT participants.id FROM participants JOIN nodes ON nodes.id = home_node_id"
        " WHERE nodes.path LIKE :branch ORDER BY md5(participants.id::text) LIMIT :count"
    )
    with db.engine.connect() as connection:
        found = connection.execute(statement, {"branch": f"{center.path}%", "count": count})
        return list(found.scalars())


def _add_center(name: str, now: datetime) -> tuple[Node, list[Node]]:
    center = _add_node(Level.CENTER, name, None, now)
    stations = []
    for number in range(INSTITUTES):
        institute = _add_node(Level.INSTITUTE, f"{name}{number}所", center, now)
        stations += [
            _add_node(Level.STATION, f"{name}{number}所{place}站", institute, now)
            for place in range(STATIONS)
        ]
    return center, stations


def _add_node(level: Level, name: str, parent: Node | None, now: datetime) -> Node:
    return network.create_node(
        actor=SystemActor(),
        level=level,
        name=name,
        parent_id=None if parent is None else parent.id,
        now=now,
    )


def _run(statement: sa.TextClause, values: dict[str, object] | None = None) -> None:
    with db.engine.begin() as connection:
        # Minutes on a busy machine, and nothing here needs to be checked.
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        connection.execute(statement, values or {})

"""What must hold after every experiment: the journal against the books, the books, the boards."""

import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from rewards.core import clock
from rewards.core.db import db
from rewards.leaderboards import service as leaderboards
from rewards.network import queries as network
from tests.factories.redemptions import count_inconsistencies

from . import fold
from .clients import CODE_PASSED, Client
from .fold import Comparison
from .world import open_app

QUIET_SECONDS_MAX = 10
LOOK_SECONDS = 0.2
LIMIT = 100
STATUSES = {"fulfil": "fulfilled", "cancel": "cancelled"}

INCONSISTENCIES = {
    "every entry is balanced": """
        SELECT COUNT(*) FROM (
            SELECT e.id FROM ledger_entries e LEFT JOIN ledger_postings p ON p.entry_id = e.id
            GROUP BY e.id HAVING COALESCE(SUM(p.amount), 1) <> 0 OR COUNT(p.id) < 2
        ) AS wrong""",
    "all postings together are nothing": """
        SELECT COUNT(*) FROM (SELECT SUM(amount) AS total FROM ledger_postings) AS sums
        WHERE total <> 0""",
    "nobody holds more than they have": """
        SELECT COUNT(*) FROM ledger_accounts
        WHERE kind = 'participant' AND balance - held < 0""",
    "one credit for a person, an occasion and a rule": """
        SELECT COUNT(*) FROM (
            SELECT 1 FROM ledger_entries WHERE reason = 'attendance' AND occasion_id IS NOT NULL
            GROUP BY participant_id, occasion_id, rule_code, asset HAVING COUNT(*) > 1
        ) AS wrong""",
    "every check-in has its credit": """
        SELECT COUNT(*) FROM check_ins c
        LEFT JOIN ledger_entries e ON e.source_id = c.id WHERE e.id IS NULL""",
    "every credit has its check-in": """
        SELECT COUNT(*) FROM ledger_entries e LEFT JOIN check_ins c ON c.id = e.source_id
        WHERE e.occasion_id IS NOT NULL AND c.id IS NULL""",
    "one debit for a redemption": """
        SELECT COUNT(*) FROM (
            SELECT 1 FROM ledger_entries WHERE reason = 'redemption'
            GROUP BY source_id HAVING COUNT(*) > 1
        ) AS wrong""",
    "seats are taken by those who are there": """
        SELECT COUNT(*) FROM occasion_seats s WHERE s.taken > s.capacity OR s.taken <> (
            SELECT COUNT(*) FROM check_ins c WHERE c.occasion_id = s.occasion_id)""",
    "keys have an answer": "SELECT COUNT(*) FROM idempotency_keys WHERE status = 0",
    "entries are sealed or waiting to be": """
        SELECT COUNT(*) FROM ledger_entries e
        LEFT JOIN ledger_seals s ON s.entry_id = e.id
        LEFT JOIN ledger_outbox o ON o.entry_id = e.id
        WHERE (s.seq IS NULL) = (o.id IS NULL)""",
    "seals have no gap": """
        SELECT COUNT(*) FROM (SELECT COUNT(*) AS n, COALESCE(MAX(seq), 0) AS last
            FROM ledger_seals) AS seals WHERE n <> last""",
}


@dataclass(kw_only=True)
class Outcome:
    """What an experiment came to."""

    acknowledged: int
    retried: int
    lost: list = field(default_factory=list)
    doubled: list = field(default_factory=list)
    inconsistencies: dict = field(default_factory=dict)
    contradictions: list = field(default_factory=list)
    failures: list = field(default_factory=list)
    refused: Counter = field(default_factory=Counter)
    unanswered: list = field(default_factory=list)
    boards: Comparison = field(default_factory=Comparison)
    verified: list = field(default_factory=list)

    @property
    def is_clean(self):
        wrong = (
            self.lost,
            self.doubled,
            self.inconsistencies,
            self.contradictions,
            self.failures,
            self.refused,
            self.unanswered,
            self.boards.failure,
            self.boards.wrong,
            self.verified,
        )
        return not any(wrong)

    def __str__(self):
        counts = (
            f"acknowledged {self.acknowledged}, retried {self.retried}, lost {len(self.lost)},"
            f" doubled {len(self.doubled)}, cells compared {self.boards.cells},"
            f" wrong {len(self.boards.wrong)}"
        )
        rest = {
            "inconsistencies": self.inconsistencies,
            "contradictions": len(self.contradictions),
            "failures": len(self.failures),
            "refused": dict(self.refused),
            "unanswered": len(self.unanswered),
            "not compared": self.boards.failure,
            "wrong by its own comparison": len(self.verified),
        }
        return counts + "".join(f", {name} {count}" for name, count in rest.items() if count)


def check_books(settings, journal, *, foreseen=()):
    """Compare the journal with the books, and the books with themselves.

    *foreseen* are the refusals that the experiment provokes, by code.
    """
    refused = [call.refusal for call in journal.calls if call.refusal]
    with open_app(settings):
        return Outcome(
            acknowledged=sum(call.is_acknowledged for call in journal.calls),
            retried=journal.retried,
            lost=[*find_lost_check_ins(journal), *find_lost_redemptions(journal)],
            doubled=[*find_doubled_check_ins(journal), *find_doubled_redemptions(journal)],
            inconsistencies=find_inconsistencies(),
            contradictions=list(journal.contradictions),
            failures=journal.failures,
            refused=Counter(code for code in refused if code not in {CODE_PASSED, *foreseen}),
            unanswered=journal.unanswered,
        )


def check_all(settings, journal, *, foreseen=(), quiet=QUIET_SECONDS_MAX):
    """Check the books, and the boards once they have followed."""
    outcome = check_books(settings, journal, foreseen=foreseen)
    with open_app(settings):
        outcome.boards = fold.compare(quiet=quiet)
        # The program's own comparison must come to the same.
        outcome.verified = list(leaderboards.verify(on_progress=lambda *_: None))
    return outcome


def find_lost_check_ins(journal):
    """Return the acknowledged check-ins that the books do not know, or know otherwise."""
    rows = _all("SELECT id, participant_id, occasion_id FROM check_ins")
    stored = {_uuid(row.id): (_uuid(row.participant_id), _uuid(row.occasion_id)) for row in rows}
    credited = {
        _uuid(row.source_id): int(row.points)
        for row in _all(
            "SELECT source_id, SUM(amount) AS points FROM ledger_entries"
            " WHERE reason = 'attendance' AND asset = 'points' GROUP BY source_id"
        )
    }
    for call in journal.acknowledged("check-in"):
        found = UUID(call.answer["id"])
        if stored.get(found) != call.subject[1:] or credited.get(found, 0) != call.answer["points"]:
            yield call


def find_doubled_check_ins(journal):
    """Return what is there although nobody was told that it is."""
    told = {call.subject[1:] for call in journal.acknowledged("check-in")}
    rows = _all("SELECT participant_id, occasion_id FROM check_ins")
    counts = Counter((_uuid(row.participant_id), _uuid(row.occasion_id)) for row in rows)
    return [pair for pair, count in counts.items() if count > 1 or pair not in told]


def find_lost_redemptions(journal):
    """Return the acknowledged steps of redemptions that the books do not know."""
    rows = _all("SELECT id, participant_id, status FROM redemptions")
    stored = {_uuid(row.id): (_uuid(row.participant_id), row.status) for row in rows}
    for call in journal.acknowledged("reserve"):
        if stored.get(UUID(call.answer["id"]), (None,))[0] != call.subject[1]:
            yield call
    for kind, status in STATUSES.items():
        for call in journal.acknowledged(kind):
            if stored.get(UUID(call.subject[1]), (None, None))[1] != status:
                yield call


def find_doubled_redemptions(journal):
    """Return the redemptions that nobody was told of: a request that took effect twice."""
    told = {UUID(call.answer["id"]) for call in journal.acknowledged("reserve")}
    closed = {
        (UUID(call.subject[1]), status)
        for kind, status in STATUSES.items()
        for call in journal.acknowledged(kind)
    }
    for row in _all("SELECT id, status FROM redemptions"):
        is_told = row.status == "reserved" or (_uuid(row.id), row.status) in closed
        if _uuid(row.id) not in told or not is_told:
            yield row


def find_inconsistencies():
    """Return each invariant that does not hold, with how often."""
    counts = count_inconsistencies()
    counts |= {name: _all(statement)[0][0] for name, statement in INCONSISTENCIES.items()}
    db.session.rollback()
    return {name: count for name, count in counts.items() if count}


def compare_answer(port, world):
    """Compare the board that the API shows with a sum over the books; return its source.

    Readers share an answer for some seconds, so it is asked for until it says that
    it is younger than the question.
    """
    asked_at = clock.now()
    with open_app(world.settings):
        expected = list_expected(world)
    deadline = time.monotonic() + QUIET_SECONDS_MAX
    board = read_board(port, world)
    while datetime.fromisoformat(board["as_of"]) < asked_at:
        assert time.monotonic() < deadline, f"the board is still of {board['as_of']}"
        time.sleep(LOOK_SECONDS)
        board = read_board(port, world)
    assert [item["value"] for item in board["items"]] == expected
    return board["source"]


def list_expected(world):
    """Return the values of the board of the center, of all time, from the top."""
    center = network.get_node(world.center_id)
    entries = fold.list_entries(center.label)
    values = Counter()
    for entry in entries:
        values[entry.participant_id] += entry.amount * (entry.asset == "points")
    return sorted((value for value in values.values() if value > 0), reverse=True)[:LIMIT]


def read_board(port, world):
    """Return the board of the center, of all time, as the API answers."""
    path = f"/api/v1/leaderboards?node_id={world.center_id}&period=all&limit={LIMIT}"
    status, content = Client(port, None).get(path, world.people[0].token)
    assert status == 200, content
    return content


def _all(statement):
    rows = db.session.execute(sa.text(statement)).all()
    db.session.rollback()
    return rows


def _uuid(value):
    return value if isinstance(value, UUID) else UUID(str(value))

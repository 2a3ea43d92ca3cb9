"""Each invariant is found broken by one row that was changed behind the application's back."""

import pytest

from rewards.core.db import db
from rewards.ledger.models import EntryRow
from tests.factories.tampering import tamper

FIRST_CREDIT = """
    SELECT e.id FROM ledger_entries e JOIN ledger_seals s ON s.entry_id = e.id
    WHERE e.reason = 'attendance' AND e.asset = 'points' ORDER BY s.seq LIMIT 1"""
SPENDING = "SELECT id FROM ledger_entries WHERE reason = 'redemption'"
SPENDING_SEAL = f"(SELECT min(seq) FROM ledger_seals WHERE entry_id IN ({SPENDING}))"
UNIQUE_CREDITS = """
    CREATE UNIQUE INDEX uq_ledger_entries__attendance ON ledger_entries
    (participant_id, occasion_id, rule_code, asset, renewal) WHERE reason = 'attendance'"""
UNIQUE_DECISIONS = """
    CREATE UNIQUE INDEX uq_ledger_entries__decided ON ledger_entries
    (source_id, rule_code, asset) WHERE reason IN ('award', 'adjustment', 'backfill')"""
DECISION = "SELECT id FROM ledger_entries WHERE reason = 'adjustment'"
FIRST_POSTING = """
    SELECT min(p.id) FROM ledger_postings p JOIN ledger_accounts a ON a.id = p.account_id
    WHERE a.kind = 'participant'"""
REVERSAL = "WHERE reason = 'reversal' AND asset = 'points'"
POINTS = "kind = 'participant' AND asset = 'points'"

DECLINE = """
    UPDATE check_ins SET state = 'declined', minutes = 0,
        checked_out_at = NULL, attended_until = NULL"""
FIRST_MINUTES = """
    SELECT e.id FROM ledger_entries e JOIN ledger_seals s ON s.entry_id = e.id
    WHERE e.asset = 'service_minutes' ORDER BY s.seq LIMIT 1"""
BUDGET = (
    "INSERT INTO redemption_budgets (node_id, quarter, node_path, points, used, set_by, set_at)"
    " SELECT id, '2999-10-01', path, 10, 7, 'system', '2001-01-01 00:00:00' FROM nodes LIMIT 1"
)
REVIEWED = """
    INSERT INTO minute_reviews (id, check_in_id, participant_id, node_path, level, minutes,
        business_date, state, requested_at, decided_by, decided_at, reason)
    SELECT id, id, participant_id, '', 'institute', 60, counted_on, 'approved', closed_at,
        'staff:1', closed_at, '' FROM check_ins WHERE counted_minutes > 0"""
CAME_EARLIER = "UPDATE check_ins SET attended_from = '2026-01-01 00:00:00.000000'"

# What is changed, after the invariants that this breaks.
TAMPERED = {
    "I1 I2: a posting": (
        f"UPDATE ledger_postings SET amount = amount + 1 WHERE id = ({FIRST_POSTING})",
    ),
    "I1 I2 I13: an amount": (
        f"UPDATE ledger_entries SET amount = amount + 1 WHERE id = ({FIRST_CREDIT})",
    ),
    "I2: a balance": (f"UPDATE ledger_accounts SET balance = balance + 1 WHERE {POINTS}",),
    "I2: what is held": ("UPDATE ledger_accounts SET held = held - 1 WHERE held > 0",),
    "I2: what was earned": ("UPDATE ledger_accounts SET earned = 0 WHERE earned > 0",),
    "I2: a lot": ("UPDATE ledger_lots SET remaining = 0 WHERE remaining = amount",),
    "I2: what a lot was used for": ("UPDATE ledger_lot_uses SET amount = amount * 2",),
    "I2: the last day of a lot": ("UPDATE ledger_lots SET valid_until = '2099-12-31'",),
    "I2: a lot of more than there was": (
        "UPDATE ledger_lots SET amount = amount + 1, remaining = remaining + 1",
    ),
    "I3 I13: points spent before they were earned": (
        f"UPDATE ledger_seals SET seq = -1 WHERE seq = {SPENDING_SEAL}",
        "UPDATE ledger_seals SET seq = 1000 WHERE seq = 1",
        "UPDATE ledger_seals SET seq = 1 WHERE seq = -1",
    ),
    "I6 I13: the board of a reversal": (f"UPDATE ledger_entries SET board = 'none' {REVERSAL}",),
    "I6 I13: the day of a reversal": (
        f"UPDATE ledger_entries SET business_date = '2026-01-01' {REVERSAL}",
    ),
    "I6 I13 I18: a reversal of a reversal": (
        f"UPDATE ledger_entries SET reverses_id = id {REVERSAL}",
    ),
    "I7: a level": ("UPDATE stock_levels SET on_hand = on_hand + 1",),
    "I7: a movement": ("DELETE FROM stock_movements WHERE kind = 'receive'",),
    "I8 I19: an end": (
        """UPDATE redemptions SET status = 'cancelled', collected_by = '', returned_at = NULL
        WHERE status = 'fulfilled'""",
    ),
    "I8: the rest of a part": ("UPDATE redemptions SET split_from = NULL",),
    "I8: what came back": ("DELETE FROM redemption_returns WHERE kind = 'undone'",),
    "I8: when it came back": ("UPDATE redemptions SET returned_at = NULL",),
    "I8: a refund of another": (
        f"""UPDATE redemption_returns SET entry_id = ({FIRST_CREDIT})
        WHERE kind = 'refunded'""",
    ),
    "I7 I8: a piece that came back": ("DELETE FROM stock_movements WHERE kind = 'return'",),
    "I7 I8: a piece that was replaced": ("DELETE FROM stock_movements WHERE kind = 'replace'",),
    "I8: a hold": ("UPDATE ledger_holds SET status = 'released' WHERE status = 'captured'",),
    "I2 I8 I13: a debit": (
        f"UPDATE ledger_entries SET reason = 'attendance' WHERE id IN ({SPENDING})",
    ),
    "I8: a redemption": ("DELETE FROM redemptions WHERE status = 'expired'",),
    "I9: the seats": ("UPDATE occasion_seats SET taken = taken - 1",),
    "I1 I2 I10 I13: an award": (
        f"UPDATE ledger_entries SET amount = 500 WHERE id = ({FIRST_CREDIT})",
    ),
    "I11: the minutes": ("UPDATE check_ins SET minutes = 121 WHERE minutes IS NOT NULL",),
    "I11: the check-out": ("UPDATE check_ins SET checked_out_at = NULL WHERE minutes IS NOT NULL",),
    "I11 I19: what was declined": (f"{DECLINE} WHERE minutes IS NOT NULL",),
    "I11 I19: what was undone": (
        f"{DECLINE} WHERE minutes IS NOT NULL".replace("declined", "undone"),
    ),
    "I11: two places at once": (f"{CAME_EARLIER} WHERE attended_from IS NOT NULL",),
    "I11: a long day": ("UPDATE check_ins SET counted_minutes = 481 WHERE minutes IS NOT NULL",),
    "I11 I13: a back-fill nobody asked for": (
        f"UPDATE ledger_entries SET reason = 'backfill' WHERE id = ({FIRST_MINUTES})",
    ),
    "I11 I19: reviewed minutes that do not count": (REVIEWED,),
    "I12: an answer": ("UPDATE idempotency_keys SET body = ''",),
    "I13: an entry": (f"UPDATE ledger_entries SET board = 'service' WHERE id = ({FIRST_CREDIT})",),
    "I13: a hash": (f"UPDATE ledger_seals SET hash = '{'0' * 64}' WHERE seq = 3",),
    "I13: a missing seal": ("DELETE FROM ledger_seals WHERE seq = 3",),
    "I13: the head": ("UPDATE ledger_seal_head SET seq = seq - 1",),
    "I17: a role that had ended": ("UPDATE role_grants SET ended_at = granted_at",),
    "I17: a role elsewhere": ("UPDATE role_grants SET node_path = 'elsewhere/'",),
    "I18: an amount": ("UPDATE corrections SET amount = 8 WHERE kind = 'adjustment'",),
    "I19: an audit of a correction": (
        "DELETE FROM audit_records WHERE action = 'correction.adjusted'",
    ),
    "I19: an audit of a check-in": ("DELETE FROM audit_records WHERE action = 'check_in.entered'",),
    "I19: an audit of a check-out": (
        "DELETE FROM audit_records WHERE action = 'check_out.entered'",
    ),
    "I19: an audit of a hand-over": (
        "DELETE FROM audit_records WHERE action = 'redemption.fulfilled'",
    ),
    "I19: an audit of what came back": (
        "DELETE FROM audit_records WHERE action = 'redemption.refunded'",
    ),
    "I19: an audit of a part": ("DELETE FROM audit_records WHERE action = 'redemption.split'",),
    "I13 I21: a date": (
        f"UPDATE ledger_entries SET business_date = '2026-01-01' WHERE id = ({FIRST_CREDIT})",
    ),
    "I26: a budget": (BUDGET,),
    "I22: a nickname": ("UPDATE participants SET nickname = '小王' WHERE closed_at IS NOT NULL",),
    "I22: a key of a name": (
        "INSERT INTO name_keys SELECT 'ab', id FROM participants WHERE closed_at IS NOT NULL",
    ),
    "I22: a card": (
        """INSERT INTO cards (id, participant_id, label, issued_at, issued_by, revoked_by)
        SELECT id, id, 'ab', closed_at, '', '' FROM participants WHERE closed_at IS NOT NULL""",
    ),
    "I22: a link to WeChat": (
        """INSERT INTO wechat_links (id, participant_id, openid_lookup, linked_at)
        SELECT id, id, 'ab', closed_at FROM participants WHERE closed_at IS NOT NULL""",
    ),
    "I8 I22: who was to collect": (
        """INSERT INTO redemption_proxies (redemption_id, name_sealed, phone_tail_sealed, named_at)
        SELECT r.id, '', '', p.closed_at FROM redemptions r, participants p
        WHERE p.closed_at IS NOT NULL AND r.status = 'expired'""",
        """UPDATE redemptions SET participant_id =
            (SELECT id FROM participants WHERE closed_at IS NOT NULL)
        WHERE status = 'expired'""",
    ),
    "I25: a place in a slot": ("UPDATE pickup_slots SET booked = booked + 1",),
    "I22: a year": ("UPDATE participants SET birth_year = 1956 WHERE closed_at IS NOT NULL",),
}


def names_of(report):
    return {each["invariant"] for each in report["violations"]}


@pytest.mark.parametrize("depth", ["--fast", "--full"])
def test_books_that_nobody_touched_are_clean(run, depth):
    status, report = run(depth)

    assert (status, report["result"], report["violations"]) == (0, "clean", [])
    assert report["seals"]["through"] == report["seals"]["last"] > 20


def test_one_changed_row_is_found_by_what_it_breaks_and_by_nothing_else(run, rewind):
    assert_all_are_found(run, rewind, "--full")


@pytest.mark.databases("sqlite")
def test_the_fast_check_finds_each_changed_row_as_well(run, rewind):
    assert_all_are_found(run, rewind, "--fast")


# What is asked of PostgreSQL is tried by the full check, how far the fast one looks with SQLite.
@pytest.mark.nightly
@pytest.mark.databases("postgresql")
def test_the_fast_check_finds_each_changed_row_in_postgresql(run, rewind):
    assert_all_are_found(run, rewind, "--fast")


def assert_all_are_found(run, rewind, depth):
    found = {}
    for name, statements in TAMPERED.items():
        # One world for all: to build it takes longer than to check it.
        tamper(*statements)
        status, report = run(depth)
        rewind()
        found[name] = (status, names_of(report))

    expected = {name: (1, set(name.partition(":")[0].split())) for name in TAMPERED}
    assert found == expected
    assert run(depth)[0] == 0


@pytest.mark.parametrize(
    ("index", "entry"), [(UNIQUE_CREDITS, FIRST_CREDIT), (UNIQUE_DECISIONS, DECISION)]
)
def test_a_second_entry_is_found_where_the_unique_index_is_gone(run, index, entry):
    others = ", ".join(name for name in sorted(EntryRow.__mapper__.columns.keys()) if name != "id")
    unused = "'" + "0" * 32 + "'" if db.engine.dialect.name == "sqlite" else "gen_random_uuid()"
    tamper(
        f"DROP INDEX {index.split()[3]}",
        f"INSERT INTO ledger_entries (id, {others})"
        f" SELECT {unused}, {others} FROM ledger_entries WHERE id = ({entry})",
    )
    try:
        # It has no seal, so it is out of reach for the fast check.
        status, report = run("--full")
    finally:
        tamper("DELETE FROM ledger_entries", index)

    assert status == 1
    assert {"I4", "I13"} <= names_of(report)


@pytest.mark.databases("postgresql")
@pytest.mark.parametrize("depth", ["--fast", "--full"])
@pytest.mark.parametrize(("table", "column"), [("check_ins", "ticket"), ("redemptions", "code")])
def test_what_is_accepted_once_is_found_twice_where_its_constraint_is_gone(
    run, table, column, depth
):
    name = f"uq_{table}__{column}"
    tamper(
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
        f"UPDATE {table} SET {column} = '10000000'"
        f" WHERE id IN (SELECT id FROM {table} ORDER BY id LIMIT 2)",
    )
    try:
        status, report = run(depth)
    finally:
        tamper(
            f"UPDATE {table} SET {column} = left(md5(id::text), 8)",
            f"ALTER TABLE {table} ADD CONSTRAINT {name} UNIQUE ({column})",
        )

    assert (status, names_of(report)) == (1, {"I20"})
    assert len(report["violations"]) == 1


def test_subjects_are_identifiers_and_no_names(run):
    tamper(*TAMPERED["I2: a balance"], *TAMPERED["I11: the minutes"], *TAMPERED["I8 I19: an end"])

    _, report = run("--full")

    text = str(report["violations"])
    assert len(report["violations"]) > 5
    assert text.isascii()

"""The database itself refuses to change what was written once, and unbalanced entries."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from rewards.core.db import db

INSERT_ONLY = (
    "audit_records",
    "board_closings",
    "board_snapshots",
    "consents",
    "ledger_entries",
    "ledger_postings",
    "ledger_seals",
    "point_rules",
    "stock_movements",
)
ENTRY = "00000000-0000-7000-8000-0000000000e1"
ACCOUNTS = tuple(f"00000000-0000-7000-8000-00000000000{number}" for number in (1, 3, 2))


@pytest.fixture
def without_foreign_keys(app, database):
    """Let rows stand without those they point to; triggers stay."""
    if database.kind == "sqlite":
        db.session.connection().connection.driver_connection.execute("ROLLBACK")
        db.session.execute(sa.text("PRAGMA foreign_keys=OFF"))
        db.session.connection().connection.driver_connection.execute("BEGIN")
        return
    tables = db.session.execute(
        sa.text("SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype = 'f'")
    )
    for table, name in tables.all():
        db.session.execute(sa.text(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"'))


def run(text, **values):
    return db.session.execute(sa.text(text), values)


def uid(text):
    return text.replace("-", "") if db.engine.dialect.name == "sqlite" else text


def post(amount, account=0, entry=ENTRY):
    run(
        "INSERT INTO ledger_postings (entry_id, account_id, amount) VALUES (:entry, :account, :n)",
        entry=uid(entry),
        account=uid(ACCOUNTS[account]),
        n=amount,
    )


def put_into_outbox(entry=ENTRY):
    run("INSERT INTO ledger_outbox (entry_id) VALUES (:entry)", entry=uid(entry))


@pytest.mark.parametrize("table", INSERT_ONLY)
@pytest.mark.databases("postgresql")
@pytest.mark.parametrize("change", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}", "TRUNCATE {0}"])
def test_postgresql_refuses_to_change(app, table, change):
    column = sa.inspect(db.engine).get_columns(table)[0]["name"]
    cascade = " CASCADE" if change.startswith("TRUNCATE") else ""

    with pytest.raises(IntegrityError, match="insert-only"):
        run(change.format(table, column) + cascade)


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("table", INSERT_ONLY)
def test_sqlite_has_a_trigger_against_each_change(app, table):
    triggers = run("SELECT name FROM sqlite_master WHERE tbl_name = :table", table=table)

    assert {f"{table}__no_update", f"{table}__no_delete"} <= set(triggers.scalars())


REPLACED = (
    "audit_records",
    "board_closings",
    "board_snapshots",
    "ledger_entries",
    "ledger_lot_uses",
    "ledger_lots",
    "ledger_postings",
    "ledger_seals",
)


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("table", REPLACED)
def test_sqlite_has_a_trigger_against_replacing_a_row(app, table):
    triggers = run("SELECT name FROM sqlite_master WHERE tbl_name = :table", table=table)

    assert f"{table}__no_replace" in set(triggers.scalars())


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("is_ours", [True, False], ids=["by us", "by another program"])
def test_a_posting_is_not_replaced(without_foreign_keys, is_ours):
    post(1)
    number = run("SELECT id FROM ledger_postings").scalar_one()
    if not is_ours:
        run("PRAGMA recursive_triggers=OFF")

    with pytest.raises(IntegrityError, match="insert-only"):
        run(
            "INSERT OR REPLACE INTO ledger_postings (id, entry_id, account_id, amount)"
            " VALUES (:id, :entry, :account, 9)",
            id=number,
            entry=uid(ENTRY),
            account=uid(ACCOUNTS[0]),
        )


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE ledger_lots SET valid_until = '2099-12-31'",
        "UPDATE ledger_lots SET amount = amount + 1",
        "DELETE FROM ledger_lots",
    ],
)
def test_of_a_lot_only_what_is_left_changes(without_foreign_keys, change):
    run(
        "INSERT INTO ledger_lots (entry_id, account_id, amount, remaining, valid_until)"
        " VALUES (:entry, :account, 5, 5, '2027-12-31')",
        entry=uid(ENTRY),
        account=uid(ACCOUNTS[0]),
    )
    run("UPDATE ledger_lots SET remaining = 4")

    with pytest.raises(IntegrityError, match=r"only what is left|insert-only"):
        run(change)


@pytest.mark.parametrize("change", ["UPDATE {0} SET amount = 2", "DELETE FROM {0}"])
def test_a_posting_stays_as_it_was_written(without_foreign_keys, change):
    post(1)

    with pytest.raises(IntegrityError, match="insert-only"):
        run(change.format("ledger_postings"))


def test_a_balanced_entry_goes_into_the_outbox(without_foreign_keys):
    post(5, account=0)
    post(-5, account=1)

    put_into_outbox()

    assert run("SELECT count(*) FROM ledger_outbox").scalar_one() == 1


def test_an_unbalanced_entry_does_not(without_foreign_keys):
    post(5, account=0)
    post(-4, account=1)

    with pytest.raises(IntegrityError, match="sum to zero"):
        put_into_outbox()


def test_an_entry_without_postings_does_not(without_foreign_keys):
    with pytest.raises(IntegrityError, match="sum to zero"):
        put_into_outbox()


@pytest.mark.databases("sqlite")
def test_an_entry_in_the_outbox_takes_no_more_postings(without_foreign_keys):
    post(5, account=0)
    post(-5, account=1)
    put_into_outbox()

    with pytest.raises(IntegrityError, match="closed"):
        post(1, account=2)


@pytest.mark.databases("postgresql")
def test_a_posting_that_unbalances_an_entry_is_refused_at_the_commit(without_foreign_keys):
    post(5, account=0)
    post(-5, account=1)
    put_into_outbox()
    post(1, account=2)

    with pytest.raises(IntegrityError, match="sum to zero"):
        run("SET CONSTRAINTS ALL IMMEDIATE")

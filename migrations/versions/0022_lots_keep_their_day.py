"""Of a lot nothing changes but what is left, and on SQLite no row is replaced by another.

SQLite runs the triggers that refuse a deletion for INSERT OR REPLACE only on a
connection that asks for it, as the application's do; these hold on any.
"""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

FIXED = "entry_id, account_id, amount, valid_until"
KEYS = {
    "audit_records": "id = NEW.id",
    "ledger_entries": "id = NEW.id",
    "ledger_lot_uses": "lot_id = NEW.lot_id AND entry_id = NEW.entry_id",
    "ledger_lots": "entry_id = NEW.entry_id",
    "ledger_postings": "id = NEW.id",
    "ledger_seals": "seq = NEW.seq",
}


def upgrade():
    if op.get_bind().dialect.name == "sqlite":
        refusal = "SELECT RAISE(ABORT, 'of a lot only what is left changes')"
        op.execute(
            f"CREATE TRIGGER ledger_lots__no_update BEFORE UPDATE OF {FIXED} ON ledger_lots"
            f" BEGIN {refusal}; END"
        )
        op.execute(
            "CREATE TRIGGER ledger_lots__no_delete BEFORE DELETE ON ledger_lots"
            f" BEGIN {refusal}; END"
        )
        for table, is_same in KEYS.items():
            same = f"SELECT 1 FROM {table} WHERE {is_same}"  # noqa: S608
            op.execute(
                f"CREATE TRIGGER {table}__no_replace BEFORE INSERT ON {table}"
                f" WHEN EXISTS ({same})"
                f" BEGIN SELECT RAISE(ABORT, '{table} is insert-only'); END"
            )
        return
    op.execute(
        f"CREATE TRIGGER ledger_lots__fixed BEFORE UPDATE OF {FIXED} ON ledger_lots"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER ledger_lots__kept BEFORE DELETE OR TRUNCATE ON ledger_lots"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def downgrade():
    if op.get_bind().dialect.name == "sqlite":
        for name in ("ledger_lots__no_update", "ledger_lots__no_delete"):
            op.execute(f"DROP TRIGGER {name}")
        for table in KEYS:
            op.execute(f"DROP TRIGGER {table}__no_replace")
        return
    op.execute("DROP TRIGGER ledger_lots__fixed ON ledger_lots")
    op.execute("DROP TRIGGER ledger_lots__kept ON ledger_lots")

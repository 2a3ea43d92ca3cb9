"""What is written once stays: the database itself refuses to change or delete it.

Also: an entry closes when it is put into the outbox. From then on its postings
are what they are, and they sum to zero. A migration that makes one of these
tables anew, as SQLite needs for most changes of a column, must make its
triggers anew.
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

INSERT_ONLY = (
    "audit_records",
    "consents",
    "ledger_entries",
    "ledger_postings",
    "ledger_seals",
    "stock_movements",
)

POSTGRESQL_FUNCTIONS = (
    """
    CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '% is insert-only', TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
    END
    $$
    """,
    """
    CREATE FUNCTION check_entry_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF (SELECT coalesce(sum(amount), 1) FROM ledger_postings
            WHERE entry_id = NEW.entry_id) <> 0 THEN
            RAISE EXCEPTION 'the postings of an entry must sum to zero'
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
        END IF;
        RETURN NEW;
    END
    $$
    """,
    """
    CREATE FUNCTION check_entry_open() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT 1 FROM ledger_seals WHERE entry_id = NEW.entry_id) THEN
            RAISE EXCEPTION 'the entry is closed'
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
        END IF;
        RETURN NEW;
    END
    $$
    """,
)

POSTGRESQL_TRIGGERS = (
    """
    CREATE TRIGGER ledger_outbox__balanced AFTER INSERT ON ledger_outbox
    FOR EACH ROW EXECUTE FUNCTION check_entry_balanced()
    """,
    # An entry is posted in one statement, whose parts run in any order: what
    # a posting added later would do can be judged at the commit only.
    """
    CREATE CONSTRAINT TRIGGER ledger_postings__balanced AFTER INSERT ON ledger_postings
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_entry_balanced()
    """,
    """
    CREATE TRIGGER ledger_postings__open BEFORE INSERT ON ledger_postings
    FOR EACH ROW EXECUTE FUNCTION check_entry_open()
    """,
)

SQLITE_TRIGGERS = (
    """
    CREATE TRIGGER ledger_outbox__balanced BEFORE INSERT ON ledger_outbox
    WHEN (SELECT coalesce(sum(amount), 1) FROM ledger_postings
          WHERE entry_id = NEW.entry_id) <> 0
    BEGIN SELECT RAISE(ABORT, 'the postings of an entry must sum to zero'); END
    """,
    """
    CREATE TRIGGER ledger_postings__open BEFORE INSERT ON ledger_postings
    WHEN EXISTS (SELECT 1 FROM ledger_outbox WHERE entry_id = NEW.entry_id)
        OR EXISTS (SELECT 1 FROM ledger_seals WHERE entry_id = NEW.entry_id)
    BEGIN SELECT RAISE(ABORT, 'the entry is closed'); END
    """,
)


def upgrade():
    if op.get_bind().dialect.name == "sqlite":
        for table in INSERT_ONLY:
            for change in ("update", "delete"):
                op.execute(
                    f"CREATE TRIGGER {table}__no_{change} BEFORE {change} ON {table}"
                    f" BEGIN SELECT RAISE(ABORT, '{table} is insert-only'); END"
                )
        statements = SQLITE_TRIGGERS
    else:
        for statement in POSTGRESQL_FUNCTIONS:
            op.execute(statement)
        for table in INSERT_ONLY:
            # For each statement: TRUNCATE knows no rows.
            op.execute(
                f"CREATE TRIGGER {table}__insert_only"
                f" BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
                " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            )
        statements = POSTGRESQL_TRIGGERS
    for statement in statements:
        op.execute(statement)


def downgrade():
    if op.get_bind().dialect.name == "sqlite":
        for table in INSERT_ONLY:
            for change in ("update", "delete"):
                op.execute(f"DROP TRIGGER {table}__no_{change}")
        op.execute("DROP TRIGGER ledger_outbox__balanced")
        op.execute("DROP TRIGGER ledger_postings__open")
        return
    for table in INSERT_ONLY:
        op.execute(f"DROP TRIGGER {table}__insert_only ON {table}")
    op.execute("DROP TRIGGER ledger_outbox__balanced ON ledger_outbox")
    op.execute("DROP TRIGGER ledger_postings__balanced ON ledger_postings")
    op.execute("DROP TRIGGER ledger_postings__open ON ledger_postings")
    for function in ("refuse_change", "check_entry_balanced", "check_entry_open"):
        op.execute(f"DROP FUNCTION {function}()")

"""Entries and holds of units that waited while the books were frozen, and credit tried before.

On PostgreSQL a unit that waited for an account goes on with what it saw of the
freeze before. It is run again, as after any failure of serialization. SQLite
lets nobody read before the lock.
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

TABLES = ("ledger_entries", "ledger_holds")
FUNCTION = """
    CREATE FUNCTION refuse_when_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT 1 FROM ledger_freeze WHERE frozen_at IS NOT NULL) THEN
            RAISE EXCEPTION 'the books were frozen meanwhile'
                USING ERRCODE = 'serialization_failure';
        END IF;
        RETURN NULL;
    END
    $$
"""


def upgrade():
    op.add_column(
        "withheld_credits", sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True)
    )
    if op.get_bind().dialect.name == "sqlite":
        return
    op.execute(FUNCTION)
    for table in TABLES:
        op.execute(
            f"CREATE TRIGGER {table}__not_frozen BEFORE INSERT ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_when_frozen()"
        )


def downgrade():
    if op.get_bind().dialect.name != "sqlite":
        for table in TABLES:
            op.execute(f"DROP TRIGGER {table}__not_frozen ON {table}")
        op.execute("DROP FUNCTION refuse_when_frozen()")
    op.drop_column("withheld_credits", "tried_at")

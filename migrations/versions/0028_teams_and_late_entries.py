"""The team an entry counts for, and the day whose boards count an entry that came late.

Neither is filled in for what is posted already: the books are insert-only.
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

MIRROR = """
    NEW.reverses_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM ledger_entries AS original
        WHERE original.id = NEW.reverses_id
            AND original.reason NOT IN ('reversal', 'refund', 'expiry')
            AND (original.reason = 'redemption') = (NEW.reason = 'refund')
            AND original.participant_id = NEW.participant_id
            AND original.asset = NEW.asset
            AND original.amount = -NEW.amount
            AND original.node_path = NEW.node_path
            AND original.business_date = NEW.business_date
            AND original.board = NEW.board
            {same_team}
    )
"""
SAME_TEAM = "AND original.team_id IS NOT DISTINCT FROM NEW.team_id"
POSTGRESQL_MIRROR = """
    CREATE OR REPLACE FUNCTION check_reversal_mirrors() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF {mirror} THEN
            RAISE EXCEPTION 'a reversal must mirror its original'
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
        END IF;
        RETURN NEW;
    END
    $$
"""
SQLITE_MIRROR = """
    CREATE TRIGGER ledger_entries__mirrors BEFORE INSERT ON ledger_entries
    WHEN {mirror}
    BEGIN SELECT RAISE(ABORT, 'a reversal must mirror its original'); END
"""


def upgrade():
    op.add_column("ledger_entries", sa.Column("team_id", sa.Uuid(), nullable=True))
    op.add_column("ledger_entries", sa.Column("counted_on", sa.Date(), nullable=True))
    op.create_index("ix_ledger_entries__business_date", "ledger_entries", ["business_date"])
    op.create_index(
        "ix_ledger_entries__late",
        "ledger_entries",
        ["counted_on"],
        postgresql_where=sa.text("counted_on IS NOT NULL"),
        sqlite_where=sa.text("counted_on IS NOT NULL"),
    )
    op.create_table(
        "closing_policies",
        sa.Column("node_id", sa.Uuid(), nullable=False),
        sa.Column("settle_days", sa.SmallInteger(), nullable=False),
        sa.Column("late_entries", sa.String(length=32), nullable=False),
        sa.CheckConstraint(
            "settle_days BETWEEN 0 AND 31", name=op.f("ck_closing_policies__settle_days_in_month")
        ),
        sa.CheckConstraint(
            "late_entries IN ('current', 'original')", name=op.f("ck_closing_policies__lateentries")
        ),
        sa.ForeignKeyConstraint(["node_id"], ["nodes.id"], name="fk_closing_policies__node_id"),
        sa.PrimaryKeyConstraint("node_id", name="pk_closing_policies"),
    )
    _replace_mirror(SAME_TEAM)


def downgrade():
    _replace_mirror("")
    op.drop_table("closing_policies")
    op.drop_index("ix_ledger_entries__late", "ledger_entries")
    op.drop_index("ix_ledger_entries__business_date", "ledger_entries")
    op.drop_column("ledger_entries", "counted_on")
    op.drop_column("ledger_entries", "team_id")


def _replace_mirror(same_team):
    mirror = MIRROR.format(same_team=same_team)
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER ledger_entries__mirrors")
        op.execute(SQLITE_MIRROR.format(mirror=mirror))
    else:
        op.execute(POSTGRESQL_MIRROR.format(mirror=mirror))

"""Hours that were taken back hold nobody, and nobody is counted twice where none check out.

Who was there by a check-in without a check-out is held by nothing, so the
guard against two places at once does not see a back-fill beside it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

CHECK_INS = """
    SELECT 1 FROM check_ins
    WHERE participant_id = NEW.participant_id AND id <> NEW.id
        AND attended_from < attended_until
        AND attended_from < NEW.attended_until AND NEW.attended_from < attended_until
"""
BACK_FILLS = """
    SELECT 1 FROM back_fills
    WHERE participant_id = NEW.participant_id AND id <> NEW.id AND state <> 'refused' {alive}
        AND attended_from < NEW.attended_until AND NEW.attended_from < attended_until
"""
OVERLAP_FUNCTION = """
    CREATE OR REPLACE FUNCTION refuse_overlap() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_advisory_xact_lock(hashtextextended(NEW.participant_id::text, 63));
        -- A statement of its own, so that it sees what was committed while this waited.
        IF {condition} THEN
            RAISE EXCEPTION 'one person cannot be in two places'
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'no_overlap';
        END IF;
        RETURN NEW;
    END
    $$
"""
OVERLAP_TRIGGER = """
    CREATE TRIGGER {table}__no_overlap_on_{change} BEFORE {change} ON {table}
    WHEN NEW.attended_from < NEW.attended_until AND ({condition})
    BEGIN SELECT RAISE(ABORT, 'CHECK constraint failed: no_overlap'); END
"""
OVERLAP_GUARDS = (("check_ins", "insert"), ("check_ins", "update"), ("back_fills", "insert"))
BEFORE = f"EXISTS ({CHECK_INS}) OR EXISTS ({BACK_FILLS.format(alive='')})"
AFTER = f"EXISTS ({CHECK_INS}) OR EXISTS ({BACK_FILLS.format(alive='AND withdrawn_at IS NULL')})"

# By table: when a row may count somebody a second time, and what it would be beside.
ONCE = {
    "check_ins": (
        "NEW.state = 'counted' AND NEW.minutes IS NULL",
        """
        SELECT 1 FROM back_fills
        WHERE participant_id = NEW.participant_id AND occasion_id = NEW.occasion_id
            AND state <> 'refused' AND withdrawn_at IS NULL
        """,
    ),
    "back_fills": (
        "NEW.occasion_id IS NOT NULL",
        """
        SELECT 1 FROM check_ins
        WHERE participant_id = NEW.participant_id AND occasion_id = NEW.occasion_id
            AND state = 'counted' AND minutes IS NULL AND withdrawn_at IS NULL
        """,
    ),
}
ONCE_FUNCTION = """
    CREATE FUNCTION refuse_second_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_advisory_xact_lock(hashtextextended(NEW.participant_id::text, 63));
        -- A statement of its own, so that it sees what was committed while this waited.
        IF EXISTS ({second}) THEN
            RAISE EXCEPTION 'one person counts once at an occasion'
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'counted_once';
        END IF;
        RETURN NEW;
    END
    $$
"""
ONCE_TRIGGER = """
    CREATE TRIGGER {table}__counted_once BEFORE INSERT ON {table}
    FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION refuse_second_{table}()
"""
ONCE_TRIGGER_OF_SQLITE = """
    CREATE TRIGGER {table}__counted_once BEFORE INSERT ON {table}
    WHEN {when} AND EXISTS ({second})
    BEGIN SELECT RAISE(ABORT, 'CHECK constraint failed: counted_once'); END
"""


def upgrade():
    for table in ONCE:
        op.add_column(table, sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
    replace_overlap_guards(AFTER)
    for table, (when, second) in ONCE.items():
        if is_sqlite():
            op.execute(ONCE_TRIGGER_OF_SQLITE.format(table=table, when=when, second=second))
        else:
            op.execute(ONCE_FUNCTION.format(table=table, second=second))
            op.execute(ONCE_TRIGGER.format(table=table, when=when))


def downgrade():
    for table in ONCE:
        if is_sqlite():
            op.execute(f"DROP TRIGGER {table}__counted_once")
        else:
            op.execute(f"DROP TRIGGER {table}__counted_once ON {table}")
            op.execute(f"DROP FUNCTION refuse_second_{table}()")
    replace_overlap_guards(BEFORE)
    for table in ONCE:
        op.drop_column(table, "withdrawn_at")


def replace_overlap_guards(condition):
    if not is_sqlite():
        op.execute(OVERLAP_FUNCTION.format(condition=condition))
        return
    for table, change in OVERLAP_GUARDS:
        op.execute(f"DROP TRIGGER {table}__no_overlap_on_{change}")
        op.execute(OVERLAP_TRIGGER.format(table=table, change=change, condition=condition))


def is_sqlite():
    return op.get_bind().dialect.name == "sqlite"

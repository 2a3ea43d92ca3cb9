"""How each attendance ended, and a guard against attending two occasions at the same time.

The guard is a trigger on both databases. On PostgreSQL it takes a lock of the
person's, because two units that insert at once do not see each other's rows.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

GUARD = "check_ins__no_overlap"
STATES = ("open", "counted", "confirmed", "declined", "lapsed")

FILL = (
    """
    UPDATE check_ins SET state = 'open'
    WHERE checked_out_at IS NULL
        AND occasion_id IN (SELECT id FROM occasions WHERE requires_check_out)
    """,
    """
    UPDATE check_ins SET attended_from = (
        SELECT CASE WHEN check_ins.checked_in_at < o.starts_at
            THEN o.starts_at ELSE check_ins.checked_in_at END
        FROM occasions o WHERE o.id = check_ins.occasion_id)
    WHERE occasion_id IN (SELECT id FROM occasions WHERE requires_check_out)
    """,
    """
    UPDATE check_ins SET attended_until = (
        SELECT CASE WHEN check_ins.checked_out_at < o.ends_at
            THEN check_ins.checked_out_at ELSE o.ends_at END
        FROM occasions o WHERE o.id = check_ins.occasion_id)
    WHERE attended_from IS NOT NULL
    """,
    "UPDATE check_ins SET attended_until = attended_from WHERE attended_until < attended_from",
)

POSTGRESQL_FUNCTION = """
    CREATE FUNCTION refuse_overlap() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_advisory_xact_lock(hashtextextended(NEW.participant_id::text, 63));
        -- A statement of its own, so that it sees what was committed while this waited.
        IF EXISTS (
            SELECT 1 FROM check_ins
            WHERE participant_id = NEW.participant_id AND id <> NEW.id
                AND attended_from < attended_until
                AND attended_from < NEW.attended_until AND NEW.attended_from < attended_until
        ) THEN
            RAISE EXCEPTION 'one person cannot be in two places'
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'no_overlap';
        END IF;
        RETURN NEW;
    END
    $$
"""
POSTGRESQL_TRIGGER = f"""
    CREATE TRIGGER {GUARD}
    BEFORE INSERT OR UPDATE OF participant_id, attended_from, attended_until ON check_ins
    FOR EACH ROW WHEN (NEW.attended_from < NEW.attended_until) EXECUTE FUNCTION refuse_overlap()
"""
# Said as a CHECK says it, so that the program knows the refusal by its name.
SQLITE_TRIGGER = """
    CREATE TRIGGER {name} BEFORE {change} ON check_ins
    WHEN NEW.attended_from < NEW.attended_until AND EXISTS (
        SELECT 1 FROM check_ins
        WHERE participant_id = NEW.participant_id AND id <> NEW.id
            AND attended_from < attended_until
            AND attended_from < NEW.attended_until AND NEW.attended_from < attended_until)
    BEGIN SELECT RAISE(ABORT, 'CHECK constraint failed: no_overlap'); END
"""


def upgrade():
    state = sa.Enum(
        *STATES, name="attendancestate", native_enum=False, create_constraint=True, length=32
    )
    with op.batch_alter_table("check_ins") as table:
        table.add_column(sa.Column("state", state, nullable=False, server_default="counted"))
        table.add_column(sa.Column("attended_from", sa.DateTime(timezone=True)))
        table.add_column(sa.Column("attended_until", sa.DateTime(timezone=True)))
        table.add_column(sa.Column("closed_by", sa.String(length=64)))
        table.add_column(sa.Column("closed_at", sa.DateTime(timezone=True)))
        table.add_column(
            sa.Column("note", sa.String(length=200), nullable=False, server_default="")
        )
    for statement in FILL:
        op.execute(statement)
    with op.batch_alter_table("check_ins") as table:
        table.alter_column("state", existing_type=state, server_default=None)
        table.alter_column("note", existing_type=sa.String(length=200), server_default=None)
        table.create_check_constraint(
            op.f("ck_check_ins__span_forward"), "attended_from <= attended_until"
        )
        table.create_check_constraint(
            op.f("ck_check_ins__open_no_end"),
            "state <> 'open' OR (checked_out_at IS NULL AND minutes IS NULL)",
        )
        table.create_check_constraint(
            op.f("ck_check_ins__unproved_gives_nothing"),
            "state NOT IN ('declined', 'lapsed') OR"
            " (minutes = 0 AND checked_out_at IS NULL AND attended_until IS NULL)",
        )
    op.create_index(
        "ix_check_ins__open",
        "check_ins",
        ["attended_until"],
        postgresql_where=sa.text("state = 'open'"),
        sqlite_where=sa.text("state = 'open'"),
    )
    if op.get_bind().dialect.name == "sqlite":
        for change in ("insert", "update"):
            op.execute(SQLITE_TRIGGER.format(name=f"{GUARD}_on_{change}", change=change))
    else:
        op.execute(POSTGRESQL_FUNCTION)
        op.execute(POSTGRESQL_TRIGGER)


def downgrade():
    if op.get_bind().dialect.name == "sqlite":
        for change in ("insert", "update"):
            op.execute(f"DROP TRIGGER {GUARD}_on_{change}")
    else:
        op.execute(f"DROP TRIGGER {GUARD} ON check_ins")
        op.execute("DROP FUNCTION refuse_overlap()")
    op.drop_index("ix_check_ins__open", table_name="check_ins")
    with op.batch_alter_table("check_ins") as table:
        for name in ("span_forward", "open_no_end", "unproved_gives_nothing", "attendancestate"):
            table.drop_constraint(op.f(f"ck_check_ins__{name}"), type_="check")
        for name in ("note", "closed_at", "closed_by", "attended_until", "attended_from", "state"):
            table.drop_column(name)

"""Attendance that was a mistake can be undone, and the same person checked in and credited again.

What was undone stays: the next one of that person and occasion has the next number, and so
has its credit. On SQLite a table is rebuilt to change a constraint, which drops every
trigger that speaks of it: they are made anew.
"""

import sqlalchemy as sa
from alembic import op

from rewards.core.rebuilding import keeping_triggers

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

BEFORE = ("open", "counted", "confirmed", "declined", "lapsed")
AFTER = (*BEFORE, "undone")
NOTHING = ("declined", "lapsed")
ONCE = "uq_ledger_entries__attendance"
ONCE_OF = ["participant_id", "occasion_id", "rule_code", "asset"]
PERSON = "uq_check_ins__occasion_id_participant_id"


def upgrade():
    for table in ("check_ins", "ledger_entries"):
        renewal = sa.Column("renewal", sa.SmallInteger(), server_default="0", nullable=False)
        op.add_column(table, renewal)
    replace_guard([*ONCE_OF, "renewal"])
    with keeping_triggers(op.get_bind()), op.batch_alter_table("check_ins") as table:
        table.drop_constraint(PERSON, type_="unique")
        table.create_unique_constraint(
            f"{PERSON}_renewal", ["occasion_id", "participant_id", "renewal"]
        )
        replace_states(table, AFTER, (*NOTHING, "undone"))


def downgrade():
    # One that was undone gave nothing, like one that was declined; of several, the last counts.
    op.execute(
        """
        DELETE FROM minute_reviews WHERE check_in_id IN (
            SELECT id FROM check_ins AS one WHERE EXISTS (
                SELECT 1 FROM check_ins AS other
                WHERE other.occasion_id = one.occasion_id
                    AND other.participant_id = one.participant_id
                    AND other.renewal > one.renewal))
        """
    )
    op.execute(
        """
        DELETE FROM check_ins WHERE EXISTS (
            SELECT 1 FROM check_ins AS other
            WHERE other.occasion_id = check_ins.occasion_id
                AND other.participant_id = check_ins.participant_id
                AND other.renewal > check_ins.renewal)
        """
    )
    op.execute("UPDATE check_ins SET state = 'declined' WHERE state = 'undone'")
    with keeping_triggers(op.get_bind()), op.batch_alter_table("check_ins") as table:
        replace_states(table, BEFORE, NOTHING)
        table.drop_constraint(f"{PERSON}_renewal", type_="unique")
        table.create_unique_constraint(PERSON, ["occasion_id", "participant_id"])
        table.drop_column("renewal")
    op.drop_index(ONCE, table_name="ledger_entries")
    op.drop_column("ledger_entries", "renewal")
    create_guard(ONCE_OF)


def replace_guard(columns):
    op.drop_index(ONCE, table_name="ledger_entries")
    create_guard(columns)


def create_guard(columns):
    where = sa.text("reason = 'attendance'")
    op.create_index(
        ONCE,
        "ledger_entries",
        columns,
        unique=True,
        postgresql_where=where,
        sqlite_where=where,
    )


def replace_states(table, values, nothing):
    allowed = ", ".join(f"'{value}'" for value in values)
    unproved = ", ".join(f"'{value}'" for value in nothing)
    is_nothing = "minutes = 0 AND checked_out_at IS NULL AND attended_until IS NULL"
    for name, condition in (
        ("attendancestate", f"state IN ({allowed})"),
        ("unproved_gives_nothing", f"state NOT IN ({unproved}) OR ({is_nothing})"),
    ):
        table.drop_constraint(op.f(f"ck_check_ins__{name}"), type_="check")
        table.create_check_constraint(op.f(f"ck_check_ins__{name}"), condition)

"""How presence was shown, from which browser and at which gate; and what occasions ask for.

A browser is kept as a keyed hash. On SQLite a table is rebuilt to change a
constraint, which drops every trigger that speaks of it: they are made anew.
"""

import sqlalchemy as sa
from alembic import op

from rewards.core.rebuilding import keeping_triggers

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

BEFORE = ("display_code", "digits", "staff")
AFTER = ("display_code", "digits", "poster", "card", "member_code", "staff")


def asked():
    return (
        sa.Column("age_min", sa.Integer(), nullable=True),
        sa.Column("age_max", sa.Integer(), nullable=True),
        sa.Column("qualification", sa.String(length=24), server_default="", nullable=False),
        sa.Column("training", sa.String(length=24), server_default="", nullable=False),
        sa.Column("takes_sign_ups", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("sign_up_closes_at", sa.DateTime(timezone=True), nullable=True),
    )


def shown():
    return (
        sa.Column("device", sa.String(length=16), nullable=True),
        sa.Column("utc_offset", sa.SmallInteger(), nullable=True),
        sa.Column("gate", sa.String(length=20), server_default="", nullable=False),
        sa.Column("is_offline", sa.Boolean(), server_default=sa.false(), nullable=False),
    )


def upgrade():
    for column in asked():
        op.add_column("occasions", column)
    with keeping_triggers(op.get_bind()):
        with op.batch_alter_table("occasions") as table:
            table.add_column(sa.Column("zone_id", sa.Uuid(), nullable=True))
            table.create_foreign_key("fk_occasions__zone_id", "space_zones", ["zone_id"], ["id"])
            table.create_index("ix_occasions__zone_id", ["zone_id"])
            table.create_check_constraint(
                op.f("ck_occasions__ages_forward"),
                "age_min >= 0 AND (age_max IS NULL OR age_max >= 0)"
                " AND (age_min IS NULL OR age_max IS NULL OR age_min <= age_max)",
            )
        for column in shown():
            op.add_column("check_ins", column)
        with op.batch_alter_table("check_ins") as table:
            replace_channels(table, AFTER)
    op.create_index(
        "ix_check_ins__device",
        "check_ins",
        ["device", "recorded_at"],
        postgresql_where=sa.text("device IS NOT NULL"),
        sqlite_where=sa.text("device IS NOT NULL"),
    )


def downgrade():
    op.drop_index("ix_check_ins__device", table_name="check_ins")
    # What was shown by a newer way was shown to staff, or read from a wall like digits.
    op.execute("UPDATE check_ins SET channel = 'staff' WHERE channel IN ('card', 'member_code')")
    op.execute("UPDATE check_ins SET channel = 'digits' WHERE channel = 'poster'")
    with keeping_triggers(op.get_bind()):
        with op.batch_alter_table("check_ins") as table:
            replace_channels(table, BEFORE)
            for column in shown():
                table.drop_column(column.name)
        with op.batch_alter_table("occasions") as table:
            table.drop_constraint(op.f("ck_occasions__ages_forward"), type_="check")
            table.drop_index("ix_occasions__zone_id")
            table.drop_constraint("fk_occasions__zone_id", type_="foreignkey")
            table.drop_column("zone_id")
            for column in asked():
                table.drop_column(column.name)


def replace_channels(table, values):
    name = op.f("ck_check_ins__checkinchannel")
    table.drop_constraint(name, type_="check")
    words = ", ".join(f"'{value}'" for value in values)
    table.create_check_constraint(name, f"channel IN ({words})")

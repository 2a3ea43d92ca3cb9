"""Series of occasions, templates for them, and the addresses of calendars.

On SQLite a table is rebuilt to gain a foreign key, which drops every trigger
that speaks of it: they are made anew.
"""

import sqlalchemy as sa
from alembic import op

from rewards.core.rebuilding import keeping_triggers

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade():
    make_series()
    make_templates()
    make_feeds()
    with keeping_triggers(op.get_bind()), op.batch_alter_table("occasions") as table:
        table.add_column(sa.Column("series_id", sa.Uuid(), nullable=True))
        table.add_column(sa.Column("series_slot", sa.Date(), nullable=True))
        table.add_column(sa.Column("revision", sa.Integer(), server_default="0", nullable=False))
        table.add_column(sa.Column("revised_at", sa.DateTime(timezone=True), nullable=True))
        table.create_foreign_key(
            "fk_occasions__series_id", "occasion_series", ["series_id"], ["id"]
        )
        table.create_unique_constraint(
            "uq_occasions__series_id_series_slot", ["series_id", "series_slot"]
        )
        table.create_check_constraint(
            op.f("ck_occasions__slot_of_series"), "(series_id IS NULL) = (series_slot IS NULL)"
        )


def downgrade():
    with keeping_triggers(op.get_bind()), op.batch_alter_table("occasions") as table:
        table.drop_constraint(op.f("ck_occasions__slot_of_series"), type_="check")
        table.drop_constraint("uq_occasions__series_id_series_slot", type_="unique")
        table.drop_constraint("fk_occasions__series_id", type_="foreignkey")
        for name in ("series_id", "series_slot", "revision", "revised_at"):
            table.drop_column(name)
    for name in ("calendar_feeds", "occasion_templates", "occasion_series"):
        op.drop_table(name)


def make_series():
    op.create_table(
        "occasion_series",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("node_id", sa.Uuid(), nullable=False),
        sa.Column("node_path", sa.String(length=48), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("rule", sa.String(length=200), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("start", sa.Time(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("skips", sa.JSON(), nullable=False),
        sa.Column("planned_through", sa.Date(), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "minutes BETWEEN 1 AND 1440", name=op.f("ck_occasion_series__a_day_at_most")
        ),
        sa.CheckConstraint(
            "ends_on >= starts_on OR ends_on IS NULL",
            name=op.f("ck_occasion_series__days_forward"),
        ),
        sa.ForeignKeyConstraint(["node_id"], ["nodes.id"], name="fk_occasion_series__node_id"),
        sa.PrimaryKeyConstraint("id", name="pk_occasion_series"),
    )
    op.create_index("ix_occasion_series__node_path", "occasion_series", ["node_path"])
    op.create_index("ix_occasion_series__planned_through", "occasion_series", ["planned_through"])


def make_templates():
    op.create_table(
        "occasion_templates",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("node_id", sa.Uuid(), nullable=False),
        sa.Column("node_path", sa.String(length=48), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("start", sa.Time(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "minutes BETWEEN 1 AND 1440", name=op.f("ck_occasion_templates__a_day_at_most")
        ),
        sa.ForeignKeyConstraint(["node_id"], ["nodes.id"], name="fk_occasion_templates__node_id"),
        sa.PrimaryKeyConstraint("id", name="pk_occasion_templates"),
    )
    op.create_index("ix_occasion_templates__node_path", "occasion_templates", ["node_path"])


def make_feeds():
    op.create_table(
        "calendar_feeds",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.String(length=32), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participants.id"], name="fk_calendar_feeds__participant_id"
        ),
        sa.PrimaryKeyConstraint("participant_id", name="pk_calendar_feeds"),
        sa.UniqueConstraint("label", name="uq_calendar_feeds__label"),
    )

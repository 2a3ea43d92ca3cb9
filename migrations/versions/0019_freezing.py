"""Books that are frozen while they are wrong, and the credit that waits for them."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

MARKS = ("found", "whole_checked_at", "whole_violations")


def upgrade():
    op.create_table(
        "ledger_freeze",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("invariants", sa.String(length=80), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_ledger_freeze__one_row")),
        sa.PrimaryKeyConstraint("id", name="pk_ledger_freeze"),
    )
    op.create_table(
        "withheld_credits",
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("occasion_id", sa.Uuid(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("verified", sa.String(length=80), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withheld_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("credited_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["occasion_id"], ["occasions.id"], name="fk_withheld_credits__occasion_id"
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participants.id"], name="fk_withheld_credits__participant_id"
        ),
        sa.PrimaryKeyConstraint("source_id", name="pk_withheld_credits"),
    )
    op.create_index(
        "ix_withheld_credits__due",
        "withheld_credits",
        ["source_id"],
        postgresql_where=sa.text("credited_at IS NULL"),
        sqlite_where=sa.text("credited_at IS NULL"),
    )
    op.add_column(
        "verified_marks", sa.Column("found", sa.JSON(), nullable=False, server_default="[]")
    )
    op.add_column(
        "verified_marks", sa.Column("whole_checked_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column("verified_marks", sa.Column("whole_violations", sa.Integer(), nullable=True))
    with op.batch_alter_table("verified_marks") as marks:
        marks.alter_column("found", server_default=None, existing_type=sa.JSON())


def downgrade():
    with op.batch_alter_table("verified_marks") as marks:
        for column in MARKS:
            marks.drop_column(column)
    op.drop_index("ix_withheld_credits__due", table_name="withheld_credits")
    op.drop_table("withheld_credits")
    op.drop_table("ledger_freeze")

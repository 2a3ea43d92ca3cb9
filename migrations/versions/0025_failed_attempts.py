"""Attempts that came to nothing, where the first of a day counts."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "failed_attempts",
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("rule_code", sa.String(length=24), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participants.id"], name="fk_failed_attempts__participant_id"
        ),
        sa.PrimaryKeyConstraint("source_id", name="pk_failed_attempts"),
    )
    op.create_index(
        "ix_failed_attempts__day",
        "failed_attempts",
        ["participant_id", "rule_code", "business_date"],
    )


def downgrade():
    op.drop_index("ix_failed_attempts__day", "failed_attempts")
    op.drop_table("failed_attempts")

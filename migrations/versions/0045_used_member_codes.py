"""Which codes of participants' phones were used, and where: each is good at one occasion."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "used_member_codes",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("occasion_id", sa.Uuid(), nullable=False),
        sa.Column("used_by", sa.String(64), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participants.id"],
            name=op.f("fk_used_member_codes__participant_id"),
        ),
        sa.ForeignKeyConstraint(
            ["occasion_id"], ["occasions.id"], name=op.f("fk_used_member_codes__occasion_id")
        ),
        sa.PrimaryKeyConstraint("participant_id", "step", name=op.f("pk_used_member_codes")),
    )
    op.create_index(op.f("ix_used_member_codes__used_at"), "used_member_codes", ["used_at"])


def downgrade():
    op.drop_table("used_member_codes")

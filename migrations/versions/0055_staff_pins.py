"""Clerks who share a tablet are told apart by digits of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "staff_pins",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tablet_hash", sa.String(64), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("pin_hash", sa.String(200), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_staff_pins__staff_id"),
        sa.PrimaryKeyConstraint("id", name="pk_staff_pins"),
        sa.UniqueConstraint("tablet_hash", "staff_id", name="uq_staff_pins__tablet_hash_staff_id"),
    )
    op.create_index("ix_staff_pins__staff_id", "staff_pins", ["staff_id"])
    op.create_index("ix_staff_pins__expires_at", "staff_pins", ["expires_at"])
    op.add_column(
        "sign_ins",
        sa.Column("is_desk", sa.Boolean(), server_default=sa.false(), nullable=False),
    )


def downgrade():
    op.execute("DELETE FROM sign_ins WHERE is_desk")
    op.drop_column("sign_ins", "is_desk")
    op.drop_table("staff_pins")

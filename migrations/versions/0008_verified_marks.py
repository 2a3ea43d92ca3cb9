"""How far the chain of the books was verified."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "verified_marks",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("violations", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_verified_marks__one_row")),
        sa.PrimaryKeyConstraint("id", name="pk_verified_marks"),
    )


def downgrade():
    op.drop_table("verified_marks")

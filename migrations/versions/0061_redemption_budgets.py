"""What a branch of the network may redeem in a quarter."""

import sqlalchemy as sa
from alembic import op

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "redemption_budgets",
        sa.Column("node_id", sa.Uuid(), nullable=False),
        sa.Column("quarter", sa.Date(), nullable=False),
        sa.Column("node_path", sa.String(length=48), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.Column("set_by", sa.String(length=64), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "used BETWEEN 0 AND points", name=op.f("ck_redemption_budgets__used_within_points")
        ),
        sa.ForeignKeyConstraint(["node_id"], ["nodes.id"], name="fk_redemption_budgets__node_id"),
        sa.PrimaryKeyConstraint("node_id", "quarter", name="pk_redemption_budgets"),
    )
    op.create_index(
        "ix_redemption_budgets__quarter", "redemption_budgets", ["quarter", "node_path"]
    )


def downgrade():
    op.drop_table("redemption_budgets")

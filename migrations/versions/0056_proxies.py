"""Owners can name somebody who collects for them."""

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "redemption_proxies",
        sa.Column("redemption_id", sa.Uuid(), nullable=False),
        sa.Column("name_sealed", sa.Text(), nullable=False),
        sa.Column("phone_tail_sealed", sa.Text(), nullable=False),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["redemption_id"], ["redemptions.id"], name="fk_redemption_proxies__redemption_id"
        ),
        sa.PrimaryKeyConstraint("redemption_id", name="pk_redemption_proxies"),
    )


def downgrade():
    op.drop_table("redemption_proxies")

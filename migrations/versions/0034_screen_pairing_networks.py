"""From which network a screen waits, and by which code a screen was paired."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column(
        "screen_pairings",
        sa.Column("network_hash", sa.String(length=64), server_default="", nullable=False),
    )
    op.add_column("screens", sa.Column("paired_code", sa.String(length=6), nullable=True))


def downgrade():
    op.drop_column("screens", "paired_code")
    op.drop_column("screen_pairings", "network_hash")

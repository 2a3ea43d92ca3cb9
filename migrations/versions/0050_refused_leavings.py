"""Refused scans know whether somebody wanted to leave."""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column(
        "refused_scans",
        sa.Column("is_leaving", sa.Boolean(), server_default=sa.false(), nullable=False),
    )


def downgrade():
    op.drop_column("refused_scans", "is_leaving")

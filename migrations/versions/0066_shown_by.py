"""What showed at the desk that the owner of a redemption came."""

import sqlalchemy as sa
from alembic import op

revision = "0066"
down_revision = "0065"
branch_labels = None
depends_on = None


def upgrade():
    # What was handed over before keeps its row as it is: nobody wrote down what was shown.
    op.add_column(
        "redemptions",
        sa.Column("shown_by", sa.String(length=16), server_default="", nullable=False),
    )


def downgrade():
    op.drop_column("redemptions", "shown_by")

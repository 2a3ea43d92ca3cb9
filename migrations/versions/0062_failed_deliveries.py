"""Deliveries that failed are found without looking at all that arrived."""

import sqlalchemy as sa
from alembic import op

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None

IS_FAILED = sa.text("state = 'failed'")
NAME = "ix_webhook_deliveries__failed"


def upgrade():
    op.create_index(
        NAME,
        "webhook_deliveries",
        ["subscription_id", "id"],
        postgresql_where=IS_FAILED,
        sqlite_where=IS_FAILED,
    )


def downgrade():
    op.drop_index(NAME, "webhook_deliveries")

"""How far a subscription has come in sending again what was recorded since a moment."""

import sqlalchemy as sa
from alembic import op

revision = "0070"
down_revision = "0069"
branch_labels = None
depends_on = None

COUNTS = ("replay_total", "replay_done")


def upgrade():
    moment = sa.Column("replay_since", sa.DateTime(timezone=True), nullable=True)
    op.add_column("webhook_subscriptions", moment)
    for name in ("replay_after", "replay_through"):
        op.add_column("webhook_subscriptions", sa.Column(name, sa.Uuid(), nullable=True))
    for name in COUNTS:
        column = sa.Column(name, sa.Integer(), server_default="0", nullable=False)
        op.add_column("webhook_subscriptions", column)


def downgrade():
    for name in (*COUNTS, "replay_through", "replay_after", "replay_since"):
        op.drop_column("webhook_subscriptions", name)

"""A desk says every now and then that no scan waits on it, and when it is closed."""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("gate_devices", sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True))


def downgrade():
    op.drop_column("gate_devices", "heard_at")

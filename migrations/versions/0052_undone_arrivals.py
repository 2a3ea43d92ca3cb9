"""A sign-up keeps how it stood before somebody came, so that a slip can be undone."""

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("sign_ups", sa.Column("state_before", sa.String(length=16), nullable=True))
    op.add_column("sign_ups", sa.Column("missed_before", sa.DateTime(timezone=True), nullable=True))


def downgrade():
    op.drop_column("sign_ups", "missed_before")
    op.drop_column("sign_ups", "state_before")

"""Whose guardian agreed no more is no longer named."""

from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None


def upgrade():
    op.execute(
        "UPDATE guardian_consents SET guardian_name_sealed = '' WHERE withdrawn_at IS NOT NULL"
    )


def downgrade():
    pass

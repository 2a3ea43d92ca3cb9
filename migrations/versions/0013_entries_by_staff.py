"""An index of what staff entered by hand."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade():
    op.create_index(
        "ix_ledger_entries__entered",
        "ledger_entries",
        ["posted_at"],
        unique=False,
        postgresql_where=sa.text("actor LIKE 'staff:%'"),
        sqlite_where=sa.text("actor LIKE 'staff:%'"),
    )


def downgrade():
    op.drop_index("ix_ledger_entries__entered", "ledger_entries")

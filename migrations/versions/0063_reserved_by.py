"""Who of the staff reserved something for its owner."""

import sqlalchemy as sa
from alembic import op

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None

# On SQLite an id is kept without its dashes; the audit names it so too.
KNOWN = """
    UPDATE redemptions SET reserved_by = COALESCE((
        SELECT MAX(a.principal) FROM audit_records a
        WHERE a.action = 'redemption.reserved'
        AND a.subject = 'redemption:' || REPLACE(CAST(redemptions.id AS TEXT), '-', '')), '')
    WHERE status = 'reserved'
"""


def upgrade():
    op.add_column(
        "redemptions",
        sa.Column("reserved_by", sa.String(length=64), server_default="", nullable=False),
    )
    # What came to its end keeps its row as it is: nothing is handed over of it any more.
    op.execute(KNOWN)


def downgrade():
    op.drop_column("redemptions", "reserved_by")

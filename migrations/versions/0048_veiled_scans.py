"""Refused scans keep no code of a card or of somebody's phone.

What was kept before could hold one; texts too short for that stay.
"""

from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade():
    op.execute("UPDATE refused_scans SET raw = '' WHERE length(raw) > 20")


def downgrade():
    pass

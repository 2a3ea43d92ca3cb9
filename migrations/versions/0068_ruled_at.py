"""By the rules of which moment an attendance is judged whose times were put right."""

import sqlalchemy as sa
from alembic import op

revision = "0068"
down_revision = "0067"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("check_ins", sa.Column("ruled_at", sa.DateTime(timezone=True), nullable=True))


def downgrade():
    op.drop_column("check_ins", "ruled_at")

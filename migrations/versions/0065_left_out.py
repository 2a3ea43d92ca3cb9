"""How many items of a shelf a stocktake left out."""

import sqlalchemy as sa
from alembic import op

revision = "0065"
down_revision = "0064"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("stocktakes", sa.Column("left_out", sa.Integer(), nullable=True))


def downgrade():
    op.drop_column("stocktakes", "left_out")

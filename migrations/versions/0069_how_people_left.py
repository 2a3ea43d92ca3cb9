"""On which browser people left, and whom staff let go by word; browsers for 30 days."""

import sqlalchemy as sa
from alembic import op

revision = "0069"
down_revision = "0068"
branch_labels = None
depends_on = None

IS_SHOWN = "out_device IS NOT NULL OR out_by_word"


def upgrade():
    op.add_column("check_ins", sa.Column("out_device", sa.String(length=16), nullable=True))
    op.add_column(
        "check_ins",
        sa.Column("out_by_word", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.create_index(
        "ix_check_ins__left",
        "check_ins",
        ["closed_at"],
        postgresql_where=sa.text(IS_SHOWN),
        sqlite_where=sa.text(IS_SHOWN),
    )


def downgrade():
    op.drop_index("ix_check_ins__left", table_name="check_ins")
    op.drop_column("check_ins", "out_by_word")
    op.drop_column("check_ins", "out_device")

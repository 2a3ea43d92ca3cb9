"""A series that was split knows the one that goes on from where it ends."""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("occasion_series") as table:
        table.add_column(sa.Column("successor_id", sa.Uuid(), nullable=True))
        table.create_foreign_key(
            op.f("fk_occasion_series__successor_id"),
            "occasion_series",
            ["successor_id"],
            ["id"],
        )


def downgrade():
    with op.batch_alter_table("occasion_series") as table:
        table.drop_constraint(op.f("fk_occasion_series__successor_id"), type_="foreignkey")
        table.drop_column("successor_id")

"""Who a staff member is as a participant: nobody decides on their own points and hours."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("staff") as table:
        table.add_column(sa.Column("participant_id", sa.Uuid(), nullable=True))
        table.create_unique_constraint("uq_staff__participant_id", ["participant_id"])
        table.create_foreign_key(
            "fk_staff__participant_id", "participants", ["participant_id"], ["id"]
        )


def downgrade():
    with op.batch_alter_table("staff") as table:
        table.drop_constraint("fk_staff__participant_id", type_="foreignkey")
        table.drop_constraint("uq_staff__participant_id", type_="unique")
        table.drop_column("participant_id")

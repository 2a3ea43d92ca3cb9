"""Photo boards are zones of an offline space too, and a zone can be closed."""

import sqlalchemy as sa
from alembic import op

from rewards.core.rebuilding import keeping_triggers

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

BEFORE = ("sign_in", "reading", "audiobook", "exchange", "quiz")
AFTER = (*BEFORE, "photo_board")


def upgrade():
    op.add_column("space_zones", sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
    with keeping_triggers(op.get_bind()), op.batch_alter_table("space_zones") as table:
        replace_kinds(table, AFTER)


def downgrade():
    # A board shows something to read.
    op.execute("UPDATE space_zones SET kind = 'reading' WHERE kind = 'photo_board'")
    with keeping_triggers(op.get_bind()), op.batch_alter_table("space_zones") as table:
        replace_kinds(table, BEFORE)
        table.drop_column("closed_at")


def replace_kinds(table, values):
    name = op.f("ck_space_zones__zonekind")
    table.drop_constraint(name, type_="check")
    words = ", ".join(f"'{value}'" for value in values)
    table.create_check_constraint(name, f"kind IN ({words})")

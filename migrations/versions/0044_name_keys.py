"""The index by which names are found, as keyed hashes of what staff may type.

It is filled by `flask participants index-names`: names are encrypted, and only the
program has the key.
"""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "name_keys",
        sa.Column("key", sa.String(16), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participants.id"], name=op.f("fk_name_keys__participant_id")
        ),
        sa.PrimaryKeyConstraint("key", "participant_id", name=op.f("pk_name_keys")),
    )
    op.create_index(op.f("ix_name_keys__participant_id"), "name_keys", ["participant_id"])


def downgrade():
    op.drop_table("name_keys")

"""Notices to participants."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "participant_notices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participants.id"], name="fk_participant_notices__participant_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_participant_notices"),
        sa.UniqueConstraint(
            "participant_id", "kind", "key", name="uq_participant_notices__participant_id_kind_key"
        ),
    )
    op.create_index(
        "ix_participant_notices__participant_id",
        "participant_notices",
        ["participant_id", "id"],
        unique=False,
    )
    op.create_index(
        "ix_participant_notices__unread",
        "participant_notices",
        ["participant_id"],
        unique=False,
        postgresql_where=sa.text("read_at IS NULL"),
        sqlite_where=sa.text("read_at IS NULL"),
    )


def downgrade():
    op.drop_table("participant_notices")

"""Printed cards, by which staff know who carries no phone; one that is good for each person."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "cards",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.String(16), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by", sa.String(64), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.String(64), nullable=False),
        sa.Column("reason", sa.String(32), nullable=True),
        sa.CheckConstraint(
            "(revoked_at IS NULL) = (reason IS NULL)",
            name=op.f("ck_cards__revoked_with_reason"),
        ),
        sa.CheckConstraint(
            "reason IN ('lost', 'damaged', 'returned', 'closed')", name=op.f("ck_cards__cardend")
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participants.id"], name=op.f("fk_cards__participant_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cards")),
        sa.UniqueConstraint("label", name=op.f("uq_cards__label")),
    )
    op.create_index(op.f("ix_cards__participant_id"), "cards", ["participant_id"])
    live = sa.text("revoked_at IS NULL")
    op.create_index(
        "uq_cards__live",
        "cards",
        ["participant_id"],
        unique=True,
        postgresql_where=live,
        sqlite_where=live,
    )


def downgrade():
    op.drop_table("cards")

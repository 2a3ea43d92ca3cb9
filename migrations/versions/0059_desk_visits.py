"""Whoever spends points at the desk shows a code or a card there, and a code counts once."""

import sqlalchemy as sa
from alembic import op

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "desk_visits",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("space_id", sa.Uuid(), nullable=False),
        sa.Column(
            "proof",
            sa.Enum(
                "member_code",
                "card",
                name="proof",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("step", sa.Integer(), nullable=True),
        sa.Column("opened_by", sa.String(64), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(proof = 'card') = (step IS NULL)", name="step_of_a_code"),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participants.id"], name="fk_desk_visits__participant_id"
        ),
        sa.ForeignKeyConstraint(["space_id"], ["spaces.id"], name="fk_desk_visits__space_id"),
        sa.PrimaryKeyConstraint("id", name="pk_desk_visits"),
        sa.UniqueConstraint("participant_id", "step", name="uq_desk_visits__participant_id_step"),
    )
    op.create_index("ix_desk_visits__ends_at", "desk_visits", ["ends_at"])


def downgrade():
    op.drop_table("desk_visits")

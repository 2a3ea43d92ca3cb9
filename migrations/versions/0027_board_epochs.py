"""Epochs of the boards, and how far they were seen to be."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

CAUSES = ("lost", "foreign", "layout", "drift", "asked")


def upgrade():
    op.create_table(
        "board_epochs",
        sa.Column("center", sa.String(length=8), nullable=False),
        sa.Column("epoch", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("cause", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("epoch > 0", name=op.f("ck_board_epochs__epoch_positive")),
        sa.CheckConstraint(
            f"cause IN ({', '.join(repr(cause) for cause in CAUSES)})",
            name=op.f("ck_board_epochs__cause"),
        ),
        sa.PrimaryKeyConstraint("center", "epoch", name="pk_board_epochs"),
    )
    op.create_table(
        "board_marks",
        sa.Column("center", sa.String(length=8), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("followed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verified_cells", sa.BigInteger(), nullable=False),
        sa.Column("wrong_cells", sa.BigInteger(), nullable=False),
        sa.Column("drifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("drifted_epoch", sa.BigInteger(), nullable=True),
        sa.Column("drifts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("center", name="pk_board_marks"),
    )


def downgrade():
    op.drop_table("board_marks")
    op.drop_table("board_epochs")

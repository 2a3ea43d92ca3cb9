"""Appeals against a line of the history."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

OPEN = sa.text("state = 'open'")


def upgrade():
    op.create_table(
        "appeals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=True),
        sa.Column("check_in_id", sa.Uuid(), nullable=True),
        sa.Column("node_id", sa.Uuid(), nullable=False),
        sa.Column("node_path", sa.String(length=48), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "upheld",
                "rejected",
                "withdrawn",
                name="appealstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.String(length=500), nullable=False),
        sa.Column("correction_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("(entry_id IS NULL) <> (check_in_id IS NULL)", name="one_subject"),
        sa.CheckConstraint("(state = 'open') = (closed_at IS NULL)", name="closed_when_not_open"),
        sa.CheckConstraint(
            "(state IN ('upheld', 'rejected')) = (answered_by <> '')",
            name="answered_by_somebody",
        ),
        sa.CheckConstraint("answer = '' OR answered_by <> ''", name="answer_has_author"),
        sa.CheckConstraint(
            "correction_id IS NULL OR state = 'upheld'", name="corrected_when_upheld"
        ),
        sa.CheckConstraint("due_at > made_at", name="due_later"),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participants.id"], name="fk_appeals__participant_id"
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["ledger_entries.id"], name="fk_appeals__entry_id"),
        sa.ForeignKeyConstraint(["check_in_id"], ["check_ins.id"], name="fk_appeals__check_in_id"),
        sa.ForeignKeyConstraint(["node_id"], ["nodes.id"], name="fk_appeals__node_id"),
        sa.ForeignKeyConstraint(
            ["correction_id"], ["ledger_entries.id"], name="fk_appeals__correction_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_appeals"),
    )
    for column in ("entry_id", "check_in_id"):
        op.create_index(
            f"uq_appeals__{column}",
            "appeals",
            [column],
            unique=True,
            postgresql_where=OPEN,
            sqlite_where=OPEN,
        )
    op.create_index(
        "ix_appeals__due",
        "appeals",
        ["due_at", "id"],
        unique=False,
        postgresql_where=OPEN,
        sqlite_where=OPEN,
    )
    op.create_index("ix_appeals__participant_id", "appeals", ["participant_id", "id"], unique=False)
    op.create_index("ix_appeals__node_path", "appeals", ["node_path", "id"], unique=False)


def downgrade():
    op.drop_table("appeals")

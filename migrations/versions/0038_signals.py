"""Patterns of checking in that are worth a second look."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

KINDS = ("shared_device", "burst", "foreign_time_zone", "friends")
STATES = ("open", "harmless", "followed_up")


def words(name, values):
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade():
    op.create_table(
        "signals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", words("signalkind", KINDS), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("node_id", sa.Uuid(), nullable=False),
        sa.Column("node_path", sa.String(length=48), nullable=False),
        sa.Column("occasion_id", sa.Uuid(), nullable=False),
        sa.Column("participants", sa.JSON(), nullable=False),
        sa.Column("staff", sa.String(length=64), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", words("signalstate", STATES), nullable=False),
        sa.Column("decided_by", sa.String(length=64), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.CheckConstraint("first_at <= last_at", name=op.f("ck_signals__times_forward")),
        sa.CheckConstraint(
            "(state = 'open') = (decided_by IS NULL)", name=op.f("ck_signals__decided_by")
        ),
        sa.CheckConstraint(
            "(decided_by IS NULL) = (decided_at IS NULL)", name=op.f("ck_signals__decided_at")
        ),
        sa.CheckConstraint(
            "staff = '' OR decided_by <> staff", name=op.f("ck_signals__second_person")
        ),
        sa.ForeignKeyConstraint(["node_id"], ["nodes.id"], name="fk_signals__node_id"),
        sa.ForeignKeyConstraint(["occasion_id"], ["occasions.id"], name="fk_signals__occasion_id"),
        sa.PrimaryKeyConstraint("id", name="pk_signals"),
        sa.UniqueConstraint("kind", "subject", name="uq_signals__kind_subject"),
    )
    op.create_index("ix_signals__branch", "signals", ["node_path", "state", "last_at"])
    op.create_table(
        "signal_marks",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("looked_until", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_signal_marks__one_row")),
        sa.PrimaryKeyConstraint("id", name="pk_signal_marks"),
    )


def downgrade():
    op.drop_table("signal_marks")
    op.drop_table("signals")

"""Sign-ups for occasions, and the pauses of those who left places empty."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

STATES = ("confirmed", "waiting", "cancelled", "released", "arrived")
MISSED = sa.text("missed_at IS NOT NULL")


def upgrade():
    op.create_table(
        "sign_ups",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("occasion_id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                *STATES,
                name="signupstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("queue_no", sa.Integer(), nullable=True),
        sa.Column("signed_up_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_up_by", sa.String(length=64), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("came_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("missed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_by", sa.String(length=64), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint(
            "(state = 'waiting') = (queue_no IS NOT NULL)", name="in_line_while_waiting"
        ),
        sa.CheckConstraint(
            "state <> 'confirmed' OR confirmed_at IS NOT NULL", name="confirmed_once"
        ),
        sa.CheckConstraint("reminded >= 0 AND reminded <= 2", name="reminded_stages"),
        sa.ForeignKeyConstraint(["occasion_id"], ["occasions.id"], name="fk_sign_ups__occasion_id"),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participants.id"], name="fk_sign_ups__participant_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_sign_ups"),
        sa.UniqueConstraint(
            "occasion_id", "participant_id", name="uq_sign_ups__occasion_id_participant_id"
        ),
    )
    op.create_index("ix_sign_ups__in_line", "sign_ups", ["occasion_id", "state", "queue_no"])
    op.create_index("ix_sign_ups__participant_id", "sign_ups", ["participant_id", "id"])
    op.create_index(
        "ix_sign_ups__missed",
        "sign_ups",
        ["participant_id", "missed_at"],
        postgresql_where=MISSED,
        sqlite_where=MISSED,
    )
    op.create_table(
        "sign_up_pauses",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by", sa.String(length=64), nullable=True),
        sa.CheckConstraint("begins_at < ends_at", name="begins_before_ends"),
        sa.CheckConstraint("(lifted_at IS NULL) = (lifted_by IS NULL)", name="lifted_by_somebody"),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participants.id"], name="fk_sign_up_pauses__participant_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_sign_up_pauses"),
    )
    op.create_index(
        "ix_sign_up_pauses__participant_id", "sign_up_pauses", ["participant_id", "ends_at"]
    )


def downgrade():
    op.drop_index("ix_sign_up_pauses__participant_id", "sign_up_pauses")
    op.drop_table("sign_up_pauses")
    # What they kept is free again.
    op.execute(
        "UPDATE occasion_seats SET taken = taken - (SELECT count(*) FROM sign_ups"
        " WHERE sign_ups.occasion_id = occasion_seats.occasion_id"
        " AND sign_ups.state = 'confirmed')"
    )
    for name in ("missed", "participant_id", "in_line"):
        op.drop_index(f"ix_sign_ups__{name}", "sign_ups")
    op.drop_table("sign_ups")

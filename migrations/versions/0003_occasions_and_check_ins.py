"""Occasions, their seats, check-ins and refused scans."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "occasions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "activity",
                "study_session",
                "service_shift",
                name="occasionkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("node_id", sa.Uuid(), nullable=False),
        sa.Column("node_path", sa.String(length=48), nullable=False),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("team", sa.String(length=80), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("requires_check_out", sa.Boolean(), nullable=False),
        sa.Column("rule_code", sa.String(length=24), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "scheduled",
                "cancelled",
                name="occasionstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("code_label", sa.String(length=16), nullable=False),
        sa.Column("code_key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("capacity > 0", name=op.f("ck_occasions__capacity_positive")),
        sa.CheckConstraint("opens_at < closes_at", name=op.f("ck_occasions__opens_before_closes")),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_occasions__starts_before_ends")),
        sa.ForeignKeyConstraint(["node_id"], ["nodes.id"], name="fk_occasions__node_id"),
        sa.PrimaryKeyConstraint("id", name="pk_occasions"),
        sa.UniqueConstraint("code_label", name="uq_occasions__code_label"),
    )
    op.create_index(
        "ix_occasions__path_starts", "occasions", ["node_path", "starts_at"], unique=False
    )
    op.create_index("ix_occasions__starts_at", "occasions", ["starts_at"], unique=False)
    op.create_table(
        "occasion_seats",
        sa.Column("occasion_id", sa.Uuid(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "taken <= capacity", name=op.f("ck_occasion_seats__taken_within_capacity")
        ),
        sa.CheckConstraint("taken >= 0", name=op.f("ck_occasion_seats__taken_not_negative")),
        sa.ForeignKeyConstraint(
            ["occasion_id"], ["occasions.id"], name="fk_occasion_seats__occasion_id"
        ),
        sa.PrimaryKeyConstraint("occasion_id", name="pk_occasion_seats"),
    )
    op.create_table(
        "check_ins",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("occasion_id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("checked_in_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "channel",
            sa.Enum(
                "display_code",
                "digits",
                "staff",
                name="checkinchannel",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("recorded_by", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ticket", sa.String(length=32), nullable=True),
        sa.Column("checked_out_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("awards", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "checked_out_at >= checked_in_at", name=op.f("ck_check_ins__out_after_in")
        ),
        sa.CheckConstraint("minutes >= 0", name=op.f("ck_check_ins__minutes_not_negative")),
        sa.ForeignKeyConstraint(
            ["occasion_id"], ["occasions.id"], name="fk_check_ins__occasion_id"
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participants.id"], name="fk_check_ins__participant_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_check_ins"),
        sa.UniqueConstraint(
            "occasion_id", "participant_id", name="uq_check_ins__occasion_id_participant_id"
        ),
        sa.UniqueConstraint("ticket", name="uq_check_ins__ticket"),
    )
    op.create_index("ix_check_ins__participant_id", "check_ins", ["participant_id"], unique=False)
    op.create_table(
        "refused_scans",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("occasion_id", sa.Uuid(), nullable=True),
        sa.Column("participant_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_by", sa.String(length=64), nullable=False),
        sa.Column("raw", sa.String(length=256), nullable=False),
        sa.ForeignKeyConstraint(
            ["occasion_id"], ["occasions.id"], name="fk_refused_scans__occasion_id"
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participants.id"], name="fk_refused_scans__participant_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_refused_scans"),
    )
    op.create_index("ix_refused_scans__at", "refused_scans", ["at"], unique=False)
    op.create_index("ix_refused_scans__occasion_id", "refused_scans", ["occasion_id"], unique=False)
    op.create_index(
        "ix_refused_scans__participant_id", "refused_scans", ["participant_id"], unique=False
    )


def downgrade():
    op.drop_table("refused_scans")
    op.drop_table("check_ins")
    op.drop_table("occasion_seats")
    op.drop_table("occasions")

"""Pages that go on without a network on a tablet, and the scans that they upload later."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

IS_REFUSED = sa.text("state = 'refused'")


def upgrade():
    op.create_table(
        "gate_devices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("occasion_id", sa.Uuid(), nullable=False),
        sa.Column("opened_by", sa.String(length=64), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("elapsed_milliseconds", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("sequence >= 0", name=op.f("ck_gate_devices__sequence_not_negative")),
        sa.ForeignKeyConstraint(
            ["occasion_id"], ["occasions.id"], name="fk_gate_devices__occasion_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_gate_devices"),
    )
    op.create_index("ix_gate_devices__occasion_id", "gate_devices", ["occasion_id"])
    op.create_index("ix_gate_devices__loaded_at", "gate_devices", ["loaded_at"])
    _create_scans()


def _create_scans():
    op.create_table(
        "offline_scans",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("occasion_id", sa.Uuid(), nullable=False),
        sa.Column("node_id", sa.Uuid(), nullable=False),
        sa.Column("node_path", sa.String(length=48), nullable=False),
        sa.Column("direction", sa.String(length=32), nullable=False),
        sa.Column("gate", sa.String(length=20), nullable=False),
        sa.Column("raw", sa.Text(), nullable=True),
        sa.Column("scanned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_sure", sa.Boolean(), nullable=False),
        sa.Column("skipped", sa.Integer(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("check_in_id", sa.Uuid(), nullable=True),
        sa.Column("participant_id", sa.Uuid(), nullable=True),
        sa.Column("settled_by", sa.String(length=64), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.CheckConstraint("sequence > 0", name=op.f("ck_offline_scans__sequence_positive")),
        sa.CheckConstraint("skipped >= 0", name=op.f("ck_offline_scans__skipped_not_negative")),
        sa.CheckConstraint(
            "(state IN ('settled', 'dropped')) = (settled_at IS NOT NULL)",
            name=op.f("ck_offline_scans__settled_at"),
        ),
        sa.CheckConstraint(
            "(state IN ('refused', 'dropped')) = (check_in_id IS NULL)",
            name=op.f("ck_offline_scans__check_in"),
        ),
        sa.CheckConstraint("direction IN ('in', 'out')", name=op.f("ck_offline_scans__direction")),
        sa.CheckConstraint(
            "state IN ('done', 'already', 'refused', 'settled', 'dropped')",
            name=op.f("ck_offline_scans__scanstate"),
        ),
        sa.ForeignKeyConstraint(
            ["device_id"], ["gate_devices.id"], name="fk_offline_scans__device_id"
        ),
        sa.ForeignKeyConstraint(
            ["occasion_id"], ["occasions.id"], name="fk_offline_scans__occasion_id"
        ),
        sa.ForeignKeyConstraint(["node_id"], ["nodes.id"], name="fk_offline_scans__node_id"),
        sa.ForeignKeyConstraint(
            ["check_in_id"], ["check_ins.id"], name="fk_offline_scans__check_in_id"
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participants.id"], name="fk_offline_scans__participant_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_offline_scans"),
        sa.UniqueConstraint("device_id", "sequence", name="uq_offline_scans__device_id_sequence"),
    )
    for column in ("occasion_id", "uploaded_at", "check_in_id", "participant_id"):
        op.create_index(f"ix_offline_scans__{column}", "offline_scans", [column])
    op.create_index(
        "ix_offline_scans__refused",
        "offline_scans",
        ["node_path", "scanned_at"],
        postgresql_where=IS_REFUSED,
        sqlite_where=IS_REFUSED,
    )


def downgrade():
    op.drop_table("offline_scans")
    op.drop_table("gate_devices")

"""Offline spaces, rewards, stock and redemptions."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "spaces",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("node_id", sa.Uuid(), nullable=False),
        sa.Column("node_path", sa.String(length=48), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("address", sa.String(length=120), nullable=False),
        sa.Column("hours", sa.String(length=80), nullable=False),
        sa.Column("phone", sa.String(length=32), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["node_id"], ["nodes.id"], name="fk_spaces__node_id"),
        sa.PrimaryKeyConstraint("id", name="pk_spaces"),
        sa.UniqueConstraint("node_id", "name", name="uq_spaces__node_id_name"),
    )
    op.create_index("ix_spaces__node_path", "spaces", ["node_path"], unique=False)
    op.create_table(
        "space_zones",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("space_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "sign_in",
                "reading",
                "audiobook",
                "exchange",
                "quiz",
                name="zonekind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["space_id"], ["spaces.id"], name="fk_space_zones__space_id"),
        sa.PrimaryKeyConstraint("id", name="pk_space_zones"),
        sa.UniqueConstraint("space_id", "position", name="uq_space_zones__space_id_position"),
    )
    op.create_table(
        "rewards",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("space_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("unit", sa.String(length=8), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "goods",
                "culture",
                "service",
                "honour",
                name="rewardkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("picture", sa.String(length=24), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("is_listed", sa.Boolean(), nullable=False),
        sa.CheckConstraint("points > 0", name=op.f("ck_rewards__points_positive")),
        sa.ForeignKeyConstraint(["space_id"], ["spaces.id"], name="fk_rewards__space_id"),
        sa.PrimaryKeyConstraint("id", name="pk_rewards"),
        sa.UniqueConstraint("space_id", "name", name="uq_rewards__space_id_name"),
    )
    op.create_table(
        "stock_levels",
        sa.Column("reward_id", sa.Uuid(), nullable=False),
        sa.Column("on_hand", sa.Integer(), nullable=False),
        sa.Column("reserved", sa.Integer(), nullable=False),
        sa.CheckConstraint("on_hand >= 0", name=op.f("ck_stock_levels__on_hand_not_negative")),
        sa.CheckConstraint(
            "reserved <= on_hand", name=op.f("ck_stock_levels__reserved_within_on_hand")
        ),
        sa.CheckConstraint("reserved >= 0", name=op.f("ck_stock_levels__reserved_not_negative")),
        sa.ForeignKeyConstraint(["reward_id"], ["rewards.id"], name="fk_stock_levels__reward_id"),
        sa.PrimaryKeyConstraint("reward_id", name="pk_stock_levels"),
    )
    op.create_table(
        "redemptions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("space_id", sa.Uuid(), nullable=False),
        sa.Column("reward_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "reserved",
                "fulfilled",
                "cancelled",
                "expired",
                name="redemptionstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("hold_id", sa.Uuid(), nullable=False),
        sa.Column("reserved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "(status = 'reserved') = (closed_at IS NULL)",
            name=op.f("ck_redemptions__closed_when_not_reserved"),
        ),
        sa.CheckConstraint("points > 0", name=op.f("ck_redemptions__points_positive")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_redemptions__quantity_positive")),
        sa.ForeignKeyConstraint(["hold_id"], ["ledger_holds.id"], name="fk_redemptions__hold_id"),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participants.id"], name="fk_redemptions__participant_id"
        ),
        sa.ForeignKeyConstraint(["reward_id"], ["rewards.id"], name="fk_redemptions__reward_id"),
        sa.ForeignKeyConstraint(["space_id"], ["spaces.id"], name="fk_redemptions__space_id"),
        sa.PrimaryKeyConstraint("id", name="pk_redemptions"),
        sa.UniqueConstraint("code", name="uq_redemptions__code"),
        sa.UniqueConstraint("hold_id", name="uq_redemptions__hold_id"),
    )
    op.create_index(
        "ix_redemptions__participant_id", "redemptions", ["participant_id", "id"], unique=False
    )
    op.create_index(
        "ix_redemptions__reserved",
        "redemptions",
        ["expires_at"],
        unique=False,
        postgresql_where=sa.text("status = 'reserved'"),
        sqlite_where=sa.text("status = 'reserved'"),
    )
    op.create_index("ix_redemptions__space_id", "redemptions", ["space_id", "id"], unique=False)
    op.create_table(
        "stock_movements",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reward_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "receive",
                "reserve",
                "release",
                "fulfil",
                "adjust",
                name="movementkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("redemption_id", sa.Uuid(), nullable=True),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("note", sa.String(length=120), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(kind IN ('receive', 'adjust')) = (redemption_id IS NULL)",
            name=op.f("ck_stock_movements__redemption_named"),
        ),
        sa.CheckConstraint(
            "quantity > 0 OR kind = 'adjust'", name=op.f("ck_stock_movements__quantity_positive")
        ),
        sa.CheckConstraint("quantity <> 0", name=op.f("ck_stock_movements__quantity_not_zero")),
        sa.ForeignKeyConstraint(
            ["redemption_id"],
            ["redemptions.id"],
            name="fk_stock_movements__redemption_id",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["reward_id"], ["rewards.id"], name="fk_stock_movements__reward_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_stock_movements"),
        sa.UniqueConstraint("redemption_id", "kind", name="uq_stock_movements__redemption_id_kind"),
    )
    op.create_index("ix_stock_movements__reward_id", "stock_movements", ["reward_id"], unique=False)


def downgrade():
    op.drop_table("stock_movements")
    op.drop_table("redemptions")
    op.drop_table("stock_levels")
    op.drop_table("rewards")
    op.drop_table("space_zones")
    op.drop_table("spaces")

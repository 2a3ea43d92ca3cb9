"""What the exchange desk keeps: conditions of a reward item, its pictures and prices, slots to
collect at, wishes, what became of a redemption later, and every way a piece moves.

On SQLite a table is rebuilt to change a constraint, which drops every trigger that speaks of
it: they are made anew.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from rewards.core.rebuilding import keeping_triggers

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

KINDS_BEFORE = ("goods", "culture", "service", "honour")
KINDS_AFTER = (*KINDS_BEFORE, "giving")
MOVES_BEFORE = ("receive", "reserve", "release", "fulfil", "adjust")
MOVES_AFTER = (
    "receive",
    "reserve",
    "release",
    "fulfil",
    "return",
    "replace",
    "damage",
    "transfer_out",
    "transfer_in",
    "stocktake",
    "adjust",
)
FIXED_AT_THE_END = (
    "participant_id",
    "space_id",
    "reward_id",
    "quantity",
    "points",
    "status",
    "hold_id",
    "reserved_at",
    "expires_at",
    "closed_at",
    "closed_by",
)
FINAL = "redemptions__final"
MESSAGE = "the end of a redemption is final"


def upgrade():
    make_pictures()
    make_prices()
    make_slots()
    make_wishes()
    with keeping_triggers(op.get_bind()):
        change_spaces()
        change_rewards()
        change_redemptions()
        change_movements()
    make_returns()
    protect_ends()


def downgrade():
    unprotect_ends()
    op.drop_table("redemption_returns")
    with keeping_triggers(op.get_bind()):
        restore_movements()
        restore_redemptions()
        restore_rewards()
        with op.batch_alter_table("spaces") as table:
            table.drop_constraint(op.f("ck_spaces__slots_whole"), type_="check")
            table.drop_column("slot_minutes")
            table.drop_column("slot_capacity")
    for name in ("wishes", "pickup_slots", "reward_prices", "reward_pictures"):
        op.drop_table(name)


def make_pictures():
    op.create_table(
        "reward_pictures",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("space_id", sa.Uuid(), nullable=False),
        sa.Column("media_type", sa.String(length=32), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("thumbnail", sa.LargeBinary(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("uploaded_by", sa.String(length=64), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("width > 0 AND height > 0", name=op.f("ck_reward_pictures__has_size")),
        sa.ForeignKeyConstraint(["space_id"], ["spaces.id"], name="fk_reward_pictures__space_id"),
        sa.PrimaryKeyConstraint("id", name="pk_reward_pictures"),
        sa.UniqueConstraint("space_id", "digest", name="uq_reward_pictures__space_id_digest"),
    )
    op.create_index("ix_reward_pictures__digest", "reward_pictures", ["digest"])


def make_prices():
    op.create_table(
        "reward_prices",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reward_id", sa.Uuid(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(length=64), nullable=False),
        sa.CheckConstraint("points > 0", name=op.f("ck_reward_prices__points_positive")),
        sa.ForeignKeyConstraint(["reward_id"], ["rewards.id"], name="fk_reward_prices__reward_id"),
        sa.PrimaryKeyConstraint("id", name="pk_reward_prices"),
    )
    op.create_index("ix_reward_prices__reward_id", "reward_prices", ["reward_id", "id"])
    # What an item cost before is not known; its history begins here.
    prices = sa.table("reward_prices", *map(sa.column, ("reward_id", "points", "changed_by")))
    moment = sa.column("valid_from", sa.DateTime(timezone=True))
    prices.append_column(moment)
    rewards = sa.table("rewards", sa.column("id"), sa.column("points"))
    op.execute(
        prices.insert().from_select(
            ["reward_id", "points", "changed_by", "valid_from"],
            sa.select(
                rewards.c.id,
                rewards.c.points,
                sa.literal("system"),
                sa.literal(datetime.now(UTC), sa.DateTime(timezone=True)),
            ),
        )
    )


def make_slots():
    op.create_table(
        "pickup_slots",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("space_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("booked", sa.Integer(), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_pickup_slots__forward")),
        sa.CheckConstraint(
            "booked BETWEEN 0 AND capacity", name=op.f("ck_pickup_slots__booked_within_capacity")
        ),
        sa.ForeignKeyConstraint(["space_id"], ["spaces.id"], name="fk_pickup_slots__space_id"),
        sa.PrimaryKeyConstraint("id", name="pk_pickup_slots"),
        sa.UniqueConstraint("space_id", "starts_at", name="uq_pickup_slots__space_id_starts_at"),
    )


def make_wishes():
    op.create_table(
        "wishes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("node_id", sa.Uuid(), nullable=False),
        sa.Column("node_path", sa.String(length=48), nullable=False),
        sa.Column("title", sa.String(length=40), nullable=False),
        sa.Column("details", sa.String(length=300), nullable=False),
        sa.Column("target_points", sa.Integer(), nullable=False),
        sa.Column("given_points", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_by", sa.String(length=64), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("target_points > 0", name=op.f("ck_wishes__target_positive")),
        sa.CheckConstraint(
            "given_points BETWEEN 0 AND target_points", name=op.f("ck_wishes__given_within_target")
        ),
        sa.ForeignKeyConstraint(["node_id"], ["nodes.id"], name="fk_wishes__node_id"),
        sa.PrimaryKeyConstraint("id", name="pk_wishes"),
    )
    op.create_index("ix_wishes__node_path", "wishes", ["node_path"])


def change_spaces():
    with op.batch_alter_table("spaces") as table:
        table.add_column(sa.Column("slot_minutes", sa.SmallInteger(), nullable=True))
        table.add_column(sa.Column("slot_capacity", sa.SmallInteger(), nullable=True))
        table.create_check_constraint(
            op.f("ck_spaces__slots_whole"),
            "(slot_minutes IS NULL) = (slot_capacity IS NULL)"
            " AND (slot_minutes IS NULL OR slot_minutes > 0 AND slot_capacity > 0)",
        )


def change_rewards():
    with op.batch_alter_table("rewards") as table:
        for column in (
            sa.Column("description", sa.String(length=300), server_default="", nullable=False),
            sa.Column("picture_id", sa.Uuid(), nullable=True),
            sa.Column("limit_count", sa.SmallInteger(), nullable=True),
            sa.Column("limit_period", sa.String(length=32), nullable=True),
            sa.Column("counts_in_month", sa.Boolean(), server_default=sa.true(), nullable=False),
            sa.Column("min_balance", sa.Integer(), server_default="0", nullable=False),
            sa.Column("age_min", sa.SmallInteger(), nullable=True),
            sa.Column("age_max", sa.SmallInteger(), nullable=True),
            sa.Column("visible_node_id", sa.Uuid(), nullable=True),
            sa.Column("visible_path", sa.String(length=48), server_default="", nullable=False),
            sa.Column("low_at", sa.Integer(), nullable=True),
        ):
            table.add_column(column)
        table.create_foreign_key(
            "fk_rewards__picture_id", "reward_pictures", ["picture_id"], ["id"]
        )
        table.create_foreign_key(
            "fk_rewards__visible_node_id", "nodes", ["visible_node_id"], ["id"]
        )
        replace_check(table, "rewards", "rewardkind", f"kind IN ({quote(KINDS_AFTER)})")
        for name, condition in REWARD_CHECKS.items():
            table.create_check_constraint(op.f(f"ck_rewards__{name}"), condition)


REWARD_CHECKS = {
    "limitperiod": "limit_period IN ('month', 'quarter', 'year', 'ever')",
    "limit_whole": "(limit_count IS NULL) = (limit_period IS NULL)",
    "limit_positive": "limit_count IS NULL OR limit_count > 0",
    "min_balance_not_negative": "min_balance >= 0",
    "ages_possible": "(age_min IS NULL OR age_min BETWEEN 0 AND 120)"
    " AND (age_max IS NULL OR age_max BETWEEN 0 AND 120)"
    " AND (age_min IS NULL OR age_max IS NULL OR age_min <= age_max)",
    "low_at_not_negative": "low_at IS NULL OR low_at >= 0",
    "visible_whole": "(visible_node_id IS NULL) = (visible_path = '')",
}


def restore_rewards():
    with op.batch_alter_table("rewards") as table:
        for name in REWARD_CHECKS:
            table.drop_constraint(op.f(f"ck_rewards__{name}"), type_="check")
        replace_check(table, "rewards", "rewardkind", f"kind IN ({quote(KINDS_BEFORE)})")
        table.drop_constraint("fk_rewards__visible_node_id", type_="foreignkey")
        table.drop_constraint("fk_rewards__picture_id", type_="foreignkey")
        for name in (
            "description",
            "picture_id",
            "limit_count",
            "limit_period",
            "counts_in_month",
            "min_balance",
            "age_min",
            "age_max",
            "visible_node_id",
            "visible_path",
            "low_at",
        ):
            table.drop_column(name)


REDEMPTION_CHECKS = {
    "collectedby": "collected_by IN ('', 'owner', 'proxy', 'slip')",
    "returned_after_fulfilment": "returned_at IS NULL OR status = 'fulfilled'",
    "collected_at_fulfilment": "collected_by = '' OR status = 'fulfilled'",
}


def change_redemptions():
    with op.batch_alter_table("redemptions") as table:
        for column in (
            sa.Column("wish_id", sa.Uuid(), nullable=True),
            sa.Column("collected_by", sa.String(length=32), server_default="", nullable=False),
            sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
            sa.Column("extended_at", sa.DateTime(timezone=True), nullable=True),
            sa.Column("slot_id", sa.Uuid(), nullable=True),
            sa.Column("split_from", sa.Uuid(), nullable=True),
            sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        ):
            table.add_column(column)
        table.create_foreign_key("fk_redemptions__wish_id", "wishes", ["wish_id"], ["id"])
        table.create_foreign_key("fk_redemptions__slot_id", "pickup_slots", ["slot_id"], ["id"])
        table.create_foreign_key(
            "fk_redemptions__split_from", "redemptions", ["split_from"], ["id"]
        )
        for name, condition in REDEMPTION_CHECKS.items():
            table.create_check_constraint(op.f(f"ck_redemptions__{name}"), condition)
    op.create_index("ix_redemptions__slot_id", "redemptions", ["slot_id"])
    op.create_index("ix_redemptions__split_from", "redemptions", ["split_from"])
    op.create_index("ix_redemptions__wish_id", "redemptions", ["wish_id"])


def restore_redemptions():
    for name in ("slot_id", "split_from", "wish_id"):
        op.drop_index(f"ix_redemptions__{name}", table_name="redemptions")
    with op.batch_alter_table("redemptions") as table:
        for name in REDEMPTION_CHECKS:
            table.drop_constraint(op.f(f"ck_redemptions__{name}"), type_="check")
        for name in ("wish_id", "slot_id", "split_from"):
            table.drop_constraint(f"fk_redemptions__{name}", type_="foreignkey")
        for name in (
            "wish_id",
            "collected_by",
            "reminded_at",
            "extended_at",
            "slot_id",
            "split_from",
            "returned_at",
        ):
            table.drop_column(name)


REDEMPTION_NAMED = (
    "(kind IN ('reserve', 'release', 'fulfil', 'return', 'replace')) = (redemption_id IS NOT NULL)"
)
MOVEMENT_CHECKS = {
    "movementkind": (
        f"kind IN ({', '.join(repr(kind) for kind in MOVES_BEFORE)})",
        f"kind IN ({', '.join(repr(kind) for kind in MOVES_AFTER)})",
    ),
    "quantity_positive": (
        "quantity > 0 OR kind = 'adjust'",
        "quantity > 0 OR kind IN ('adjust', 'stocktake')",
    ),
    "redemption_named": (
        "(kind IN ('receive', 'adjust')) = (redemption_id IS NULL)",
        REDEMPTION_NAMED,
    ),
}
SOURCES = "kind IN ('receive', 'adjust', 'damage') OR (source_id IS NULL) ="


def change_movements():
    with op.batch_alter_table("stock_movements") as table:
        table.add_column(sa.Column("source_id", sa.Uuid(), nullable=True))
        for name, (_before, after) in MOVEMENT_CHECKS.items():
            replace_check(table, "stock_movements", name, after)
        table.create_check_constraint(
            op.f("ck_stock_movements__source_named"),
            f"{SOURCES} (kind NOT IN ('transfer_out', 'transfer_in', 'stocktake'))",
        )
        table.create_unique_constraint(
            "uq_stock_movements__source_id_reward_id_kind", ["source_id", "reward_id", "kind"]
        )
    op.create_index("ix_stock_movements__moved_at", "stock_movements", ["moved_at"])


def restore_movements():
    op.drop_index("ix_stock_movements__moved_at", table_name="stock_movements")
    with op.batch_alter_table("stock_movements") as table:
        table.drop_constraint("uq_stock_movements__source_id_reward_id_kind", type_="unique")
        table.drop_constraint(op.f("ck_stock_movements__source_named"), type_="check")
        for name, (before, _after) in MOVEMENT_CHECKS.items():
            replace_check(table, "stock_movements", name, before)
        table.drop_column("source_id")


def make_returns():
    op.create_table(
        "redemption_returns",
        sa.Column("redemption_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "undone",
                "refunded",
                "replaced",
                name="returnkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=120), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=True),
        sa.Column("returned_by", sa.String(length=64), nullable=False),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_redemption_returns__quantity_positive")),
        sa.CheckConstraint(
            "(kind = 'replaced') = (entry_id IS NULL)",
            name=op.f("ck_redemption_returns__points_back_unless_replaced"),
        ),
        sa.ForeignKeyConstraint(
            ["redemption_id"], ["redemptions.id"], name="fk_redemption_returns__redemption_id"
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["ledger_entries.id"], name="fk_redemption_returns__entry_id"
        ),
        sa.PrimaryKeyConstraint("redemption_id", name="pk_redemption_returns"),
    )


def protect_ends():
    if op.get_bind().dialect.name == "sqlite":
        broken = differs(lambda column: f"NEW.{column} IS NOT OLD.{column}")
        op.execute(
            f"CREATE TRIGGER {FINAL} BEFORE UPDATE ON redemptions"
            f" WHEN OLD.status <> 'reserved' AND ({broken})"
            f" BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        )
        return
    broken = differs(lambda column: f"NEW.{column} IS DISTINCT FROM OLD.{column}")
    op.execute(
        f"""
        CREATE FUNCTION check_redemption_final() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF OLD.status <> 'reserved' AND ({broken}) THEN
                RAISE EXCEPTION '{MESSAGE}'
                    USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
            END IF;
            RETURN NEW;
        END
        $$
        """
    )
    op.execute(
        f"CREATE TRIGGER {FINAL} BEFORE UPDATE ON redemptions"
        " FOR EACH ROW EXECUTE FUNCTION check_redemption_final()"
    )


def unprotect_ends():
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DROP TRIGGER {FINAL}")
        return
    op.execute(f"DROP TRIGGER {FINAL} ON redemptions")
    op.execute("DROP FUNCTION check_redemption_final()")


def differs(compare):
    return " OR ".join(compare(column) for column in FIXED_AT_THE_END)


def replace_check(table, table_name, name, condition):
    table.drop_constraint(op.f(f"ck_{table_name}__{name}"), type_="check")
    table.create_check_constraint(op.f(f"ck_{table_name}__{name}"), condition)


def quote(values):
    return ", ".join(f"'{value}'" for value in values)

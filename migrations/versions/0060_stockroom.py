"""Why pieces move without a resident: changes by two, transfers, stocktakes and deliveries.

What was asked for never changes and an end is final: the database refuses it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None

PENDING = "status = 'pending'"
# By table: what never changes, and the status from which the rest may.
FIXED = {
    "stock_change_requests": (
        "pending",
        (
            "id",
            "kind",
            "reward_id",
            "space_id",
            "node_id",
            "node_path",
            "quantity",
            "note",
            "stocktake_id",
            "requested_by",
            "requested_at",
        ),
    ),
    "stock_transfers": (
        "sent",
        (
            "id",
            "from_space_id",
            "from_node_id",
            "from_path",
            "to_space_id",
            "to_node_id",
            "to_path",
            "note",
            "sent_by",
            "sent_at",
        ),
    ),
    "stocktakes": (
        "open",
        ("id", "space_id", "node_id", "node_path", "started_by", "started_at"),
    ),
}
MESSAGE = "what was done in the stockroom is final"


def upgrade():
    make_stocktakes()
    make_changes()
    make_transfers()
    make_deliveries()
    if op.get_bind().dialect.name == "sqlite":
        protect_on_sqlite()
    else:
        protect_on_postgresql()


def downgrade():
    for name in (
        "stock_deliveries",
        "stock_transfer_lines",
        "stock_transfers",
        "stock_change_requests",
        "stocktake_counts",
        "stocktakes",
    ):
        op.drop_table(name)
    if op.get_bind().dialect.name != "sqlite":
        for table in FIXED:
            op.execute(f"DROP FUNCTION check_{table}_final()")
        op.execute("DROP FUNCTION check_stock_transfer_lines_final()")
        op.execute("DROP FUNCTION refuse_stockroom_edit()")


def make_stocktakes():
    op.create_table(
        "stocktakes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("status", enum("stocktakestatus", "open", "closed", "abandoned"), nullable=False),
        sa.Column("space_id", sa.Uuid(), nullable=False),
        sa.Column("node_id", sa.Uuid(), nullable=False),
        sa.Column("node_path", sa.String(length=48), nullable=False),
        sa.Column("started_by", sa.String(length=64), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_by", sa.String(length=64), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        *checks(
            "stocktakes",
            closed_once="(status = 'open') = (closed_at IS NULL)",
            closed_by_and_at="(closed_by = '') = (closed_at IS NULL)",
        ),
        *keys("stocktakes", space_id="spaces", node_id="nodes"),
        sa.PrimaryKeyConstraint("id", name="pk_stocktakes"),
    )
    is_open = sa.text("status = 'open'")
    op.create_index(
        "uq_stocktakes__open",
        "stocktakes",
        ["space_id"],
        unique=True,
        postgresql_where=is_open,
        sqlite_where=is_open,
    )
    op.create_index("ix_stocktakes__node_path", "stocktakes", ["node_path", "id"])
    op.create_table(
        "stocktake_counts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stocktake_id", sa.Uuid(), nullable=False),
        sa.Column("reward_id", sa.Uuid(), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.Column("on_hand", sa.Integer(), nullable=False),
        sa.Column("counted_by", sa.String(length=64), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        *checks("stocktake_counts", counted_not_negative="counted >= 0"),
        *keys("stocktake_counts", stocktake_id="stocktakes", reward_id="rewards"),
        sa.PrimaryKeyConstraint("id", name="pk_stocktake_counts"),
    )
    op.create_index(
        "ix_stocktake_counts__item", "stocktake_counts", ["stocktake_id", "reward_id", "id"]
    )


def make_changes():
    table = "stock_change_requests"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", enum("changekind", "adjust", "damage", "stocktake"), nullable=False),
        sa.Column(
            "status",
            enum("changestatus", "pending", "applied", "refused", "withdrawn"),
            nullable=False,
        ),
        sa.Column("reward_id", sa.Uuid(), nullable=False),
        sa.Column("space_id", sa.Uuid(), nullable=False),
        sa.Column("node_id", sa.Uuid(), nullable=False),
        sa.Column("node_path", sa.String(length=48), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=120), nullable=False),
        sa.Column("stocktake_id", sa.Uuid(), nullable=True),
        sa.Column("requested_by", sa.String(length=64), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=64), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_note", sa.String(length=120), nullable=False),
        *checks(
            table,
            quantity_not_zero="quantity <> 0",
            damage_lowers="kind <> 'damage' OR quantity < 0",
            stocktake_named="(kind = 'stocktake') = (stocktake_id IS NOT NULL)",
            has_note="length(note) >= 2 OR kind = 'stocktake'",
            decided_once="(status = 'pending') = (decided_at IS NULL)",
            decided_by_somebody="(status IN ('applied', 'refused')) = (decided_by <> '')",
            second_person="decided_by <> requested_by",
        ),
        *keys(
            table,
            reward_id="rewards",
            space_id="spaces",
            node_id="nodes",
            stocktake_id="stocktakes",
        ),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.UniqueConstraint(
            "stocktake_id", "reward_id", name=f"uq_{table}__stocktake_id_reward_id"
        ),
    )
    pending = sa.text(PENDING)
    op.create_index(
        f"ix_{table}__pending",
        table,
        ["node_path", "id"],
        postgresql_where=pending,
        sqlite_where=pending,
    )
    op.create_index(f"ix_{table}__node_path", table, ["node_path", "id"])
    op.create_index(f"ix_{table}__space_id", table, ["space_id", "id"])


def make_transfers():
    op.create_table(
        "stock_transfers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("status", enum("transferstatus", "sent", "received", "returned"), nullable=False),
        *(
            sa.Column(f"{side}_{name}", kind, nullable=False)
            for side in ("from", "to")
            for name, kind in (
                ("space_id", sa.Uuid()),
                ("node_id", sa.Uuid()),
                ("path", sa.String(length=48)),
            )
        ),
        sa.Column("note", sa.String(length=120), nullable=False),
        sa.Column("sent_by", sa.String(length=64), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_by", sa.String(length=64), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closing_note", sa.String(length=120), nullable=False),
        *checks(
            "stock_transfers",
            somewhere_else="from_space_id <> to_space_id",
            closed_once="(status = 'sent') = (closed_at IS NULL)",
            closed_by_and_at="(closed_by = '') = (closed_at IS NULL)",
            second_person="status <> 'received' OR closed_by <> sent_by",
        ),
        *keys(
            "stock_transfers",
            from_space_id="spaces",
            to_space_id="spaces",
            from_node_id="nodes",
            to_node_id="nodes",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_stock_transfers"),
    )
    op.create_index("ix_stock_transfers__from_path", "stock_transfers", ["from_path", "id"])
    op.create_index("ix_stock_transfers__to_path", "stock_transfers", ["to_path", "id"])
    table = "stock_transfer_lines"
    op.create_table(
        table,
        sa.Column("transfer_id", sa.Uuid(), nullable=False),
        sa.Column("reward_id", sa.Uuid(), nullable=False),
        sa.Column("to_reward_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("received", sa.Integer(), nullable=True),
        *checks(
            table,
            quantity_positive="quantity > 0",
            received_within_sent="received IS NULL OR received BETWEEN 0 AND quantity",
        ),
        *keys(table, transfer_id="stock_transfers", reward_id="rewards", to_reward_id="rewards"),
        sa.PrimaryKeyConstraint("transfer_id", "reward_id", name=f"pk_{table}"),
        sa.UniqueConstraint(
            "transfer_id", "to_reward_id", name=f"uq_{table}__transfer_id_to_reward_id"
        ),
    )


def make_deliveries():
    op.create_table(
        "stock_deliveries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("space_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=120), nullable=False),
        sa.Column("received_by", sa.String(length=64), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        *checks("stock_deliveries", brought_something="lines > 0 AND pieces >= lines"),
        *keys("stock_deliveries", space_id="spaces"),
        sa.PrimaryKeyConstraint("id", name="pk_stock_deliveries"),
    )
    op.create_index("ix_stock_deliveries__digest", "stock_deliveries", ["space_id", "digest"])


def enum(name, *values):
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def checks(table, **conditions):
    return [
        sa.CheckConstraint(condition, name=op.f(f"ck_{table}__{name}"))
        for name, condition in conditions.items()
    ]


def keys(table, **references):
    return [
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}__{column}")
        for column, other in references.items()
    ]


def protect_on_sqlite():
    for table, (first, fixed) in FIXED.items():
        broken = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in fixed)
        on_sqlite(table, "final", "UPDATE", f"OLD.status <> '{first}' OR {broken}")
    lines = " OR ".join(
        f"NEW.{column} IS NOT OLD.{column}"
        for column in ("transfer_id", "reward_id", "to_reward_id", "quantity")
    )
    on_sqlite("stock_transfer_lines", "final", "UPDATE", f"OLD.received IS NOT NULL OR {lines}")
    for table in ("stocktake_counts", "stock_deliveries"):
        on_sqlite(table, "final", "UPDATE", "1")
    for table in (*FIXED, "stock_transfer_lines", "stocktake_counts", "stock_deliveries"):
        on_sqlite(table, "kept", "DELETE", "1")


def on_sqlite(table, name, deed, condition):
    op.execute(
        f"CREATE TRIGGER {table}__{name} BEFORE {deed} ON {table} WHEN {condition}"
        f" BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    )


def protect_on_postgresql():
    for table, (first, fixed) in FIXED.items():
        broken = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in fixed)
        on_postgresql(table, f"OLD.status <> '{first}' OR {broken}")
    lines = " OR ".join(
        f"NEW.{column} IS DISTINCT FROM OLD.{column}"
        for column in ("transfer_id", "reward_id", "to_reward_id", "quantity")
    )
    on_postgresql("stock_transfer_lines", f"OLD.received IS NOT NULL OR {lines}")
    op.execute(
        f"""
        CREATE FUNCTION refuse_stockroom_edit() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '{MESSAGE}'
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
        END
        $$
        """
    )
    for table in (*FIXED, "stock_transfer_lines"):
        refuse(table, "DELETE")
    for table in ("stocktake_counts", "stock_deliveries"):
        refuse(table, "UPDATE OR DELETE")


def on_postgresql(table, condition):
    op.execute(
        f"""
        CREATE FUNCTION check_{table}_final() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF {condition} THEN
                RAISE EXCEPTION '{MESSAGE}'
                    USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
            END IF;
            RETURN NEW;
        END
        $$
        """
    )
    op.execute(
        f"CREATE TRIGGER {table}__final BEFORE UPDATE ON {table}"
        f" FOR EACH ROW EXECUTE FUNCTION check_{table}_final()"
    )


def refuse(table, deed):
    op.execute(
        f"CREATE TRIGGER {table}__kept BEFORE {deed} ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION refuse_stockroom_edit()"
    )

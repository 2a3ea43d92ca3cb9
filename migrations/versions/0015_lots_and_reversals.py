"""Lots that expire, debt, reversals, and more reasons for an entry.

Whoever has points gets lots for them, as if the oldest had been spent first.
Going back is possible only while nothing new has been used.
"""

from uuid import UUID

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

EXPIRED_ACCOUNT = "00000000-0000-7000-8000-000000000005"
OLD_KINDS = ("participant", "issued", "redeemed")
OLD_REASONS = ("attendance", "redemption")
NEW_KINDS = (*OLD_KINDS, "expired")
NEW_REASONS = (
    "attendance",
    "award",
    "adjustment",
    "backfill",
    "reversal",
    "redemption",
    "refund",
    "expiry",
)
DECIDED = "reason IN ('award', 'adjustment', 'backfill')"
LEFT = "remaining > 0"

MIRROR = """
    NEW.reverses_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM ledger_entries AS original
        WHERE original.id = NEW.reverses_id
            AND original.reason NOT IN ('reversal', 'refund', 'expiry')
            AND (original.reason = 'redemption') = (NEW.reason = 'refund')
            AND original.participant_id = NEW.participant_id
            AND original.asset = NEW.asset
            AND original.amount = -NEW.amount
            AND original.node_path = NEW.node_path
            AND original.business_date = NEW.business_date
            AND original.board = NEW.board
    )
"""
POSTGRESQL_MIRROR = f"""
    CREATE FUNCTION check_reversal_mirrors() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF {MIRROR} THEN
            RAISE EXCEPTION 'a reversal must mirror its original'
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
        END IF;
        RETURN NEW;
    END
    $$
"""
SQLITE_MIRROR = f"""
    CREATE TRIGGER ledger_entries__mirrors BEFORE INSERT ON ledger_entries
    WHEN {MIRROR}
    BEGIN SELECT RAISE(ABORT, 'a reversal must mirror its original'); END
"""

# What is left of each entry that brought points, if the oldest were spent first.
LOTS = """
    INSERT INTO ledger_lots (entry_id, account_id, amount, remaining, valid_until)
    SELECT entry_id, account_id, rest, rest, {valid_until}
    FROM (
        SELECT entry_id, account_id, business_date,
            CASE WHEN newer >= balance THEN 0
                WHEN newer + amount <= balance THEN amount
                ELSE balance - newer END AS rest
        FROM (
            SELECT e.id AS entry_id, a.id AS account_id, e.business_date, e.amount, a.balance,
                sum(e.amount) OVER (
                    PARTITION BY e.participant_id ORDER BY e.business_date DESC, e.id DESC
                ) - e.amount AS newer
            FROM ledger_entries e
            JOIN ledger_accounts a
                ON a.participant_id = e.participant_id AND a.asset = e.asset
            WHERE e.asset = 'points' AND e.amount > 0
        ) AS brought
    ) AS left_over
    WHERE rest > 0
"""


def upgrade():
    if op.get_bind().dialect.name == "sqlite":
        _remake_on_sqlite(_accounts_after, _entries_after)
        valid_until = "(CAST(strftime('%Y', business_date) AS INTEGER) + 1) || '-12-31'"
    else:
        _change_on_postgresql()
        valid_until = "make_date(CAST(extract(year FROM business_date) AS integer) + 1, 12, 31)"
    op.add_column(
        "ledger_seals",
        sa.Column("version", sa.SmallInteger(), nullable=False, server_default="1"),
    )
    _create_lots()
    op.execute(LOTS.format(valid_until=valid_until))
    if op.get_bind().dialect.name == "sqlite":
        op.execute(SQLITE_MIRROR)
        _refuse_changes_on_sqlite("ledger_lot_uses")
    else:
        op.execute(POSTGRESQL_MIRROR)
        op.execute(
            "CREATE TRIGGER ledger_entries__mirrors BEFORE INSERT ON ledger_entries"
            " FOR EACH ROW EXECUTE FUNCTION check_reversal_mirrors()"
        )
        op.execute(
            "CREATE TRIGGER ledger_lot_uses__insert_only"
            " BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_lot_uses"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    accounts = sa.table(
        "ledger_accounts",
        sa.column("id", sa.Uuid()),
        *map(sa.column, ("kind", "asset", "balance", "held", "earned", "debt")),
    )
    nothing = {"balance": 0, "held": 0, "earned": 0, "debt": 0}
    op.bulk_insert(
        accounts,
        [{"id": UUID(EXPIRED_ACCOUNT), "kind": "expired", "asset": "points", **nothing}],
    )


def downgrade():
    op.drop_table("ledger_lot_uses")
    op.drop_table("ledger_lots")
    op.execute("DELETE FROM ledger_accounts WHERE kind = 'expired'")
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER ledger_entries__mirrors")
        op.execute("ALTER TABLE ledger_seals DROP COLUMN version")
        _remake_on_sqlite(_accounts_before, _entries_before)
        return
    op.execute("DROP TRIGGER ledger_entries__mirrors ON ledger_entries")
    op.execute("DROP FUNCTION check_reversal_mirrors()")
    op.drop_column("ledger_seals", "version")
    op.drop_index("uq_ledger_entries__decided", "ledger_entries")
    op.drop_constraint("ck_ledger_entries__reversal_has_original", "ledger_entries")
    op.drop_constraint("uq_ledger_entries__reverses_id", "ledger_entries")
    op.drop_column("ledger_entries", "reverses_id")
    _recheck("ledger_entries", "reason", "reason", OLD_REASONS)
    for check in (
        "available_covered_by_debt",
        "debt_not_negative",
        "debt_only_below_zero",
        "system_keeps_no_balance",
    ):
        op.drop_constraint(op.f(f"ck_ledger_accounts__{check}"), "ledger_accounts")
    op.drop_column("ledger_accounts", "debt")
    for name, condition in _account_checks(has_debt=False).items():
        if name in {"available_not_negative", "system_keeps_no_balance"}:
            op.create_check_constraint(
                op.f(f"ck_ledger_accounts__{name}"), "ledger_accounts", condition
            )
    _recheck("ledger_accounts", "accountkind", "kind", OLD_KINDS)


def _change_on_postgresql():
    _recheck("ledger_accounts", "accountkind", "kind", NEW_KINDS)
    op.add_column(
        "ledger_accounts",
        sa.Column("debt", sa.BigInteger(), nullable=False, server_default="0"),
    )
    op.alter_column("ledger_accounts", "debt", server_default=None)
    for check in ("available_not_negative", "system_keeps_no_balance"):
        op.drop_constraint(op.f(f"ck_ledger_accounts__{check}"), "ledger_accounts")
    kept = _account_checks(has_debt=False).keys() - {"system_keeps_no_balance"}
    for name, condition in _account_checks(has_debt=True).items():
        if name not in kept:
            op.create_check_constraint(
                op.f(f"ck_ledger_accounts__{name}"), "ledger_accounts", condition
            )
    _recheck("ledger_entries", "reason", "reason", NEW_REASONS)
    op.add_column("ledger_entries", sa.Column("reverses_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        "fk_ledger_entries__reverses_id",
        "ledger_entries",
        "ledger_entries",
        ["reverses_id"],
        ["id"],
    )
    op.create_unique_constraint("uq_ledger_entries__reverses_id", "ledger_entries", ["reverses_id"])
    op.create_check_constraint(
        op.f("ck_ledger_entries__reversal_has_original"),
        "ledger_entries",
        "(reason IN ('reversal', 'refund')) = (reverses_id IS NOT NULL)",
    )
    _create_decided_index()


def _recheck(table, name, column, values):
    constraint = op.f(f"ck_{table}__{name}")
    op.drop_constraint(constraint, table)
    listed = ", ".join(f"'{value}'" for value in values)
    op.create_check_constraint(constraint, table, f"{column} IN ({listed})")


def _create_decided_index():
    op.create_index(
        "uq_ledger_entries__decided",
        "ledger_entries",
        ["source_id", "rule_code", "asset"],
        unique=True,
        postgresql_where=sa.text(DECIDED),
        sqlite_where=sa.text(DECIDED),
    )


def _create_lots():
    op.create_table(
        "ledger_lots",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("remaining", sa.BigInteger(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_ledger_lots__amount_positive")),
        sa.CheckConstraint(
            "remaining BETWEEN 0 AND amount", name=op.f("ck_ledger_lots__remaining_within_amount")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["ledger_entries.id"], name="fk_ledger_lots__entry_id"
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["ledger_accounts.id"], name="fk_ledger_lots__account_id"
        ),
        sa.PrimaryKeyConstraint("entry_id", name="pk_ledger_lots"),
    )
    for name, columns in (
        ("ix_ledger_lots__left", ["account_id", "valid_until"]),
        ("ix_ledger_lots__due", ["valid_until"]),
    ):
        op.create_index(
            name,
            "ledger_lots",
            columns,
            postgresql_where=sa.text(LEFT),
            sqlite_where=sa.text(LEFT),
        )
    op.create_table(
        "ledger_lot_uses",
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_ledger_lot_uses__amount_not_zero")),
        sa.ForeignKeyConstraint(
            ["lot_id"], ["ledger_lots.entry_id"], name="fk_ledger_lot_uses__lot_id"
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["ledger_entries.id"], name="fk_ledger_lot_uses__entry_id"
        ),
        sa.PrimaryKeyConstraint("lot_id", "entry_id", name="pk_ledger_lot_uses"),
    )
    op.create_index("ix_ledger_lot_uses__entry_id", "ledger_lot_uses", ["entry_id"], unique=False)


def _remake_on_sqlite(accounts, entries):
    """Make both tables anew with their rows, indexes and triggers."""
    for table, build in (("ledger_accounts", accounts), ("ledger_entries", entries)):
        inspector = sa.inspect(op.get_bind())
        before = [column["name"] for column in inspector.get_columns(table)]
        build(f"new_{table}")
        after = [c["name"] for c in sa.inspect(op.get_bind()).get_columns(f"new_{table}")]
        kept = ", ".join(name for name in after if name in before)
        new = [name for name in after if name not in before and name == "debt"]
        names, values = (kept + ", debt", kept + ", 0") if new else (kept, kept)
        op.execute(f"INSERT INTO new_{table} ({names}) SELECT {values} FROM {table}")  # noqa: S608
        op.drop_table(table)
        op.rename_table(f"new_{table}", table)
    op.create_index(
        "uq_ledger_accounts__system",
        "ledger_accounts",
        ["kind", "asset"],
        unique=True,
        sqlite_where=sa.text("participant_id IS NULL"),
    )
    op.create_index(
        "ix_ledger_entries__participant_day", "ledger_entries", ["participant_id", "business_date"]
    )
    op.create_index("ix_ledger_entries__source_id", "ledger_entries", ["source_id"])
    op.create_index(
        "uq_ledger_entries__attendance",
        "ledger_entries",
        ["participant_id", "occasion_id", "rule_code", "asset"],
        unique=True,
        sqlite_where=sa.text("reason = 'attendance'"),
    )
    op.create_index(
        "ix_ledger_entries__entered",
        "ledger_entries",
        ["posted_at"],
        sqlite_where=sa.text("actor LIKE 'staff:%'"),
    )
    if entries is _entries_after:
        _create_decided_index()
    _refuse_changes_on_sqlite("ledger_entries")


def _refuse_changes_on_sqlite(table):
    for change in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER {table}__no_{change} BEFORE {change} ON {table}"
            f" BEGIN SELECT RAISE(ABORT, '{table} is insert-only'); END"
        )


def _account_checks(*, has_debt):
    zero = "balance = 0 AND held = 0 AND earned = 0" + (" AND debt = 0" if has_debt else "")
    checks = {
        "participant_has_owner": "(kind = 'participant') = (participant_id IS NOT NULL)",
        "system_keeps_no_balance": f"kind = 'participant' OR ({zero})",
        "held_not_negative": "held >= 0",
    }
    if not has_debt:
        return checks | {"available_not_negative": "balance - held >= 0"}
    return checks | {
        "available_covered_by_debt": "balance - held + debt >= 0",
        "debt_not_negative": "debt >= 0",
        "debt_only_below_zero": "debt = 0 OR balance - held < 0",
    }


def _enum(name, values):
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=False, length=32)


def _in(table, name, column, values):
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=op.f(f"ck_{table}__{name}"))


def _create_accounts(name, *, kinds, has_debt):
    debt = [sa.Column("debt", sa.BigInteger(), nullable=False)] if has_debt else []
    op.create_table(
        name,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", _enum("accountkind", kinds), nullable=False),
        sa.Column("asset", _enum("asset", ("points", "service_minutes")), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=True),
        sa.Column("balance", sa.BigInteger(), nullable=False),
        sa.Column("held", sa.BigInteger(), nullable=False),
        sa.Column("earned", sa.BigInteger(), nullable=False),
        *debt,
        _in("ledger_accounts", "accountkind", "kind", kinds),
        _in("ledger_accounts", "asset", "asset", ("points", "service_minutes")),
        *(
            sa.CheckConstraint(condition, name=op.f(f"ck_ledger_accounts__{check}"))
            for check, condition in _account_checks(has_debt=has_debt).items()
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participants.id"], name="fk_ledger_accounts__participant_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_ledger_accounts"),
        sa.UniqueConstraint(
            "participant_id", "asset", name="uq_ledger_accounts__participant_id_asset"
        ),
    )


def _create_entries(name, *, reasons, has_reversals):
    reversals = []
    if has_reversals:
        reversals = [
            sa.Column("reverses_id", sa.Uuid(), nullable=True),
            sa.ForeignKeyConstraint(
                ["reverses_id"], ["ledger_entries.id"], name="fk_ledger_entries__reverses_id"
            ),
            sa.UniqueConstraint("reverses_id", name="uq_ledger_entries__reverses_id"),
            sa.CheckConstraint(
                "(reason IN ('reversal', 'refund')) = (reverses_id IS NOT NULL)",
                name=op.f("ck_ledger_entries__reversal_has_original"),
            ),
        ]
    boards = ("study", "service", "none")
    op.create_table(
        name,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("asset", _enum("asset", ("points", "service_minutes")), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("reason", _enum("reason", reasons), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("occasion_id", sa.Uuid(), nullable=True),
        sa.Column("rule_code", sa.String(length=24), nullable=False),
        sa.Column("rule_version", sa.Integer(), nullable=False),
        sa.Column("board", _enum("boardkind", boards), nullable=False),
        sa.Column("node_id", sa.Uuid(), nullable=False),
        sa.Column("node_path", sa.String(length=48), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        *reversals,
        _in("ledger_entries", "asset", "asset", ("points", "service_minutes")),
        _in("ledger_entries", "reason", "reason", reasons),
        _in("ledger_entries", "boardkind", "board", boards),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_ledger_entries__amount_not_zero")),
        sa.ForeignKeyConstraint(["node_id"], ["nodes.id"], name="fk_ledger_entries__node_id"),
        sa.ForeignKeyConstraint(
            ["occasion_id"], ["occasions.id"], name="fk_ledger_entries__occasion_id"
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participants.id"], name="fk_ledger_entries__participant_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_ledger_entries"),
    )


def _accounts_before(name):
    _create_accounts(name, kinds=OLD_KINDS, has_debt=False)


def _accounts_after(name):
    _create_accounts(name, kinds=NEW_KINDS, has_debt=True)


def _entries_before(name):
    _create_entries(name, reasons=OLD_REASONS, has_reversals=False)


def _entries_after(name):
    _create_entries(name, reasons=NEW_REASONS, has_reversals=True)

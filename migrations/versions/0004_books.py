"""The books: accounts, entries, postings, holds, the outbox and the chain."""

from uuid import UUID

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


# The counterparts of every participant's account.
SYSTEM_ACCOUNTS = {
    ("issued", "points"): "00000000-0000-7000-8000-000000000001",
    ("issued", "service_minutes"): "00000000-0000-7000-8000-000000000002",
    ("redeemed", "points"): "00000000-0000-7000-8000-000000000003",
    ("redeemed", "service_minutes"): "00000000-0000-7000-8000-000000000004",
}


def upgrade():
    op.create_table(
        "ledger_accounts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "participant",
                "issued",
                "redeemed",
                name="accountkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "asset",
            sa.Enum(
                "points",
                "service_minutes",
                name="asset",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("participant_id", sa.Uuid(), nullable=True),
        sa.Column("balance", sa.BigInteger(), nullable=False),
        sa.Column("held", sa.BigInteger(), nullable=False),
        sa.Column("earned", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'participant') = (participant_id IS NOT NULL)",
            name=op.f("ck_ledger_accounts__participant_has_owner"),
        ),
        sa.CheckConstraint(
            "kind = 'participant' OR (balance = 0 AND held = 0 AND earned = 0)",
            name=op.f("ck_ledger_accounts__system_keeps_no_balance"),
        ),
        sa.CheckConstraint(
            "balance - held >= 0", name=op.f("ck_ledger_accounts__available_not_negative")
        ),
        sa.CheckConstraint("held >= 0", name=op.f("ck_ledger_accounts__held_not_negative")),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participants.id"], name="fk_ledger_accounts__participant_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_ledger_accounts"),
        sa.UniqueConstraint(
            "participant_id", "asset", name="uq_ledger_accounts__participant_id_asset"
        ),
    )
    op.create_index(
        "uq_ledger_accounts__system",
        "ledger_accounts",
        ["kind", "asset"],
        unique=True,
        postgresql_where=sa.text("participant_id IS NULL"),
        sqlite_where=sa.text("participant_id IS NULL"),
    )
    op.create_table(
        "ledger_entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column(
            "asset",
            sa.Enum(
                "points",
                "service_minutes",
                name="asset",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "attendance",
                "redemption",
                name="reason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("occasion_id", sa.Uuid(), nullable=True),
        sa.Column("rule_code", sa.String(length=24), nullable=False),
        sa.Column("rule_version", sa.Integer(), nullable=False),
        sa.Column(
            "board",
            sa.Enum(
                "study",
                "service",
                "none",
                name="boardkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("node_id", sa.Uuid(), nullable=False),
        sa.Column("node_path", sa.String(length=48), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
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
    op.create_index(
        "ix_ledger_entries__participant_day",
        "ledger_entries",
        ["participant_id", "business_date"],
        unique=False,
    )
    op.create_index("ix_ledger_entries__source_id", "ledger_entries", ["source_id"], unique=False)
    op.create_index(
        "uq_ledger_entries__attendance",
        "ledger_entries",
        ["participant_id", "occasion_id", "rule_code", "asset"],
        unique=True,
        postgresql_where=sa.text("reason = 'attendance'"),
        sqlite_where=sa.text("reason = 'attendance'"),
    )
    op.create_table(
        "ledger_postings",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_ledger_postings__amount_not_zero")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["ledger_accounts.id"], name="fk_ledger_postings__account_id"
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["ledger_entries.id"], name="fk_ledger_postings__entry_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_ledger_postings"),
        sa.UniqueConstraint(
            "entry_id", "account_id", name="uq_ledger_postings__entry_id_account_id"
        ),
    )
    op.create_index(
        "ix_ledger_postings__account_id", "ledger_postings", ["account_id"], unique=False
    )
    op.create_table(
        "ledger_holds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "open",
                "captured",
                "released",
                name="holdstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount > 0", name=op.f("ck_ledger_holds__amount_positive")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["ledger_accounts.id"], name="fk_ledger_holds__account_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_ledger_holds"),
        sa.UniqueConstraint("source_id", name="uq_ledger_holds__source_id"),
    )
    op.create_index("ix_ledger_holds__account_id", "ledger_holds", ["account_id"], unique=False)
    op.create_table(
        "ledger_outbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["ledger_entries.id"], name="fk_ledger_outbox__entry_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_ledger_outbox"),
        sa.UniqueConstraint("entry_id", name="uq_ledger_outbox__entry_id"),
    )
    op.create_table(
        "ledger_seals",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["ledger_entries.id"], name="fk_ledger_seals__entry_id"
        ),
        sa.PrimaryKeyConstraint("seq", name="pk_ledger_seals"),
        sa.UniqueConstraint("entry_id", name="uq_ledger_seals__entry_id"),
    )
    op.create_table(
        "ledger_seal_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_ledger_seal_head__one_row")),
        sa.PrimaryKeyConstraint("id", name="pk_ledger_seal_head"),
    )

    accounts = sa.table(
        "ledger_accounts",
        sa.column("id", sa.Uuid()),
        *map(sa.column, ("kind", "asset", "balance", "held", "earned")),
    )
    op.bulk_insert(
        accounts,
        [
            {
                "id": UUID(account_id),
                "kind": kind,
                "asset": asset,
                "balance": 0,
                "held": 0,
                "earned": 0,
            }
            for (kind, asset), account_id in SYSTEM_ACCOUNTS.items()
        ],
    )
    # The chain starts at number 0 with a hash of zeros.
    head = sa.table("ledger_seal_head", *map(sa.column, ("id", "seq", "hash")))
    op.bulk_insert(head, [{"id": 1, "seq": 0, "hash": "0" * 64}])


def downgrade():
    op.drop_table("ledger_seal_head")
    op.drop_table("ledger_seals")
    op.drop_table("ledger_outbox")
    op.drop_table("ledger_holds")
    op.drop_table("ledger_postings")
    op.drop_table("ledger_entries")
    op.drop_table("ledger_accounts")

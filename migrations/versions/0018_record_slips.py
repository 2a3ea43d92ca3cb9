"""Record slips. What one says never changes; it can be voided once."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

FROZEN = (
    "id",
    "number",
    "participant_id",
    "first_day",
    "last_day",
    "minutes",
    "backfilled",
    "services",
    "node_id",
    "issuer",
    "is_certificate",
    "issued_by",
    "issued_at",
)
IS_OTHER_CHANGE = " OR ".join(
    (
        "OLD.status <> 'issued'",
        "NEW.status <> 'void'",
        *(f"NEW.{name} <> OLD.{name}" for name in FROZEN),
    )
)

POSTGRESQL = (
    f"""
    CREATE FUNCTION check_slip_voided() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF {IS_OTHER_CHANGE} THEN
            RAISE EXCEPTION 'a record slip can only be voided, once'
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
        END IF;
        RETURN NEW;
    END
    $$
    """,
    """
    CREATE TRIGGER record_slips__only_voided BEFORE UPDATE ON record_slips
    FOR EACH ROW EXECUTE FUNCTION check_slip_voided()
    """,
    """
    CREATE TRIGGER record_slips__no_delete BEFORE DELETE OR TRUNCATE ON record_slips
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
    """,
)
SQLITE = (
    f"""
    CREATE TRIGGER record_slips__only_voided BEFORE UPDATE ON record_slips
    WHEN {IS_OTHER_CHANGE}
    BEGIN SELECT RAISE(ABORT, 'a record slip can only be voided, once'); END
    """,
    """
    CREATE TRIGGER record_slips__no_delete BEFORE DELETE ON record_slips
    BEGIN SELECT RAISE(ABORT, 'record_slips keeps what was issued'); END
    """,
)


def upgrade():
    op.create_table(
        "record_slips",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=14), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("backfilled", sa.Integer(), nullable=False),
        sa.Column("services", sa.Integer(), nullable=False),
        sa.Column("node_id", sa.Uuid(), nullable=False),
        sa.Column("issuer", sa.String(length=120), nullable=False),
        sa.Column("is_certificate", sa.Boolean(), nullable=False),
        sa.Column("issued_by", sa.String(length=64), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("void_reason", sa.String(length=32), nullable=True),
        sa.Column("voided_by", sa.String(length=64), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_record_slips__days_in_order")),
        sa.CheckConstraint(
            "minutes >= 0 AND backfilled >= 0 AND minutes + backfilled > 0",
            name=op.f("ck_record_slips__minutes_recorded"),
        ),
        sa.CheckConstraint("services >= 0", name=op.f("ck_record_slips__services_not_negative")),
        sa.CheckConstraint(
            "(status = 'void') = (voided_at IS NOT NULL)"
            " AND (status = 'void') = (voided_by IS NOT NULL)"
            " AND (status = 'void') = (void_reason IS NOT NULL)",
            name=op.f("ck_record_slips__void_says_why"),
        ),
        sa.CheckConstraint(
            "status IN ('issued', 'void')", name=op.f("ck_record_slips__slipstatus")
        ),
        sa.CheckConstraint(
            "void_reason IN ('mistake', 'corrected', 'replaced', 'not_needed')",
            name=op.f("ck_record_slips__voidreason"),
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participants.id"], name="fk_record_slips__participant_id"
        ),
        sa.ForeignKeyConstraint(["node_id"], ["nodes.id"], name="fk_record_slips__node_id"),
        sa.PrimaryKeyConstraint("id", name="pk_record_slips"),
        sa.UniqueConstraint("number", name="uq_record_slips__number"),
    )
    op.create_index("ix_record_slips__participant_id", "record_slips", ["participant_id"])
    op.create_index("ix_record_slips__node_id", "record_slips", ["node_id"])
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE if is_sqlite else POSTGRESQL:
        op.execute(statement)


def downgrade():
    op.drop_table("record_slips")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION check_slip_voided()")

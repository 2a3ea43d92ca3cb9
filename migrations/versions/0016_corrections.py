"""Points by hand: who asked, who decided and why.

What was asked never changes and an end is final: the database refuses it. Only
the words may be erased.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

FIXED = (
    "id",
    "kind",
    "participant_id",
    "node_id",
    "node_path",
    "asset",
    "amount",
    "rule_code",
    "entry_id",
    "alone_max",
    "requested_by",
    "requester_participant_id",
    "requested_at",
    "requested_on",
)
FIXED_AT_THE_END = (
    "status",
    "decided_by",
    "decider_participant_id",
    "decided_at",
    "applied_entry_id",
)
MESSAGE = "a correction is final"


def upgrade():
    op.create_table(
        "corrections",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind", _enum("correctionkind", "reversal", "adjustment", "award"), nullable=False
        ),
        sa.Column(
            "status", _enum("correctionstatus", "pending", "applied", "refused"), nullable=False
        ),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("node_id", sa.Uuid(), nullable=False),
        sa.Column("node_path", sa.String(length=48), nullable=False),
        sa.Column("asset", _enum("asset", "points", "service_minutes"), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("rule_code", sa.String(length=24), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("notes_erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("alone_max", sa.Integer(), nullable=False),
        sa.Column("requested_by", sa.String(length=64), nullable=False),
        sa.Column("requester_participant_id", sa.Uuid(), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requested_on", sa.Date(), nullable=False),
        sa.Column("decided_by", sa.String(length=64), nullable=False),
        sa.Column("decider_participant_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_note", sa.String(length=200), nullable=False),
        sa.Column("applied_entry_id", sa.Uuid(), nullable=True),
        *_checks(),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=f"fk_corrections__{column}")
            for column, table in (
                ("participant_id", "participants"),
                ("node_id", "nodes"),
                ("entry_id", "ledger_entries"),
                ("applied_entry_id", "ledger_entries"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name="pk_corrections"),
        sa.UniqueConstraint("entry_id", name="uq_corrections__entry_id"),
        sa.UniqueConstraint("applied_entry_id", name="uq_corrections__applied_entry_id"),
    )
    op.create_index("ix_corrections__participant_id", "corrections", ["participant_id"])
    op.create_index("ix_corrections__day", "corrections", ["requested_by", "requested_on"])
    pending = sa.text("status = 'pending'")
    op.create_index(
        "ix_corrections__pending",
        "corrections",
        ["node_path", "id"],
        postgresql_where=pending,
        sqlite_where=pending,
    )
    if op.get_bind().dialect.name == "sqlite":
        _protect_on_sqlite()
    else:
        _protect_on_postgresql()


def downgrade():
    op.drop_table("corrections")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION check_correction_final()")


def _enum(name, *values):
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _checks():
    conditions = {
        "amount_not_zero": "amount <> 0",
        "reversal_of": "(kind = 'reversal') = (entry_id IS NOT NULL)",
        "award_by_rule": "(kind = 'award') = (rule_code <> '')",
        "applied_in_books": "(status = 'applied') = (applied_entry_id IS NOT NULL)",
        "decided_by_and_at": "(decided_by = '') = (decided_at IS NULL)",
        "pending_undecided": "status <> 'pending' OR decided_by = ''",
        "refused_by": "status <> 'refused' OR decided_by <> ''",
        "reversed_at_once": "kind <> 'reversal' OR status = 'applied'",
        "second_person": "decided_by <> requested_by",
        "second_person_above_limit": "status <> 'applied' OR kind = 'reversal' OR decided_by <> ''"
        " OR amount BETWEEN -alone_max AND alone_max",
        "not_asked_for_oneself": "requester_participant_id IS NULL"
        " OR requester_participant_id <> participant_id",
        "not_decided_for_oneself": "decider_participant_id IS NULL"
        " OR decider_participant_id <> participant_id",
        "has_note": "length(note) >= 4 OR notes_erased_at IS NOT NULL",
    }
    return [
        sa.CheckConstraint(condition, name=op.f(f"ck_corrections__{name}"))
        for name, condition in conditions.items()
    ]


def _broken(differs):
    """Return when an update breaks what is fixed; *differs* compares a column."""
    fixed = " OR ".join(differs(column) for column in FIXED)
    end = " OR ".join(differs(column) for column in FIXED_AT_THE_END)
    return (
        f"{fixed} OR (OLD.status <> 'pending' AND ({end}))"
        f" OR ({differs('note')} AND NEW.note <> '')"
        f" OR (OLD.status <> 'pending' AND {differs('decision_note')} AND NEW.decision_note <> '')"
        f" OR (OLD.notes_erased_at IS NOT NULL AND {differs('notes_erased_at')})"
    )


def _protect_on_sqlite():
    broken = _broken(lambda column: f"NEW.{column} IS NOT OLD.{column}")
    op.execute(
        f"CREATE TRIGGER corrections__final BEFORE UPDATE ON corrections WHEN {broken}"
        f" BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    )
    op.execute(
        "CREATE TRIGGER corrections__no_delete BEFORE DELETE ON corrections"
        f" BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    )


def _protect_on_postgresql():
    broken = _broken(lambda column: f"NEW.{column} IS DISTINCT FROM OLD.{column}")
    op.execute(
        f"""
        CREATE FUNCTION check_correction_final() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF {broken} THEN
                RAISE EXCEPTION '{MESSAGE}'
                    USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
            END IF;
            RETURN NEW;
        END
        $$
        """
    )
    op.execute(
        "CREATE TRIGGER corrections__final BEFORE UPDATE ON corrections"
        " FOR EACH ROW EXECUTE FUNCTION check_correction_final()"
    )
    op.execute(
        "CREATE TRIGGER corrections__no_delete BEFORE DELETE OR TRUNCATE ON corrections"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )

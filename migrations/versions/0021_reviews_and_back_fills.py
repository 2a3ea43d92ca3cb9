"""Minutes that wait for a review, and hours that are filled in afterwards.

What is filled in holds a person like attendance does: the guard against two
places at once looks at both, from both.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

CHECK_INS = """
    SELECT 1 FROM check_ins
    WHERE participant_id = NEW.participant_id AND id <> NEW.id
        AND attended_from < attended_until
        AND attended_from < NEW.attended_until AND NEW.attended_from < attended_until
"""
BACK_FILLS = """
    SELECT 1 FROM back_fills
    WHERE participant_id = NEW.participant_id AND id <> NEW.id AND state <> 'refused'
        AND attended_from < NEW.attended_until AND NEW.attended_from < attended_until
"""
POSTGRESQL_FUNCTION = """
    CREATE OR REPLACE FUNCTION refuse_overlap() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_advisory_xact_lock(hashtextextended(NEW.participant_id::text, 63));
        -- A statement of its own, so that it sees what was committed while this waited.
        IF {condition} THEN
            RAISE EXCEPTION 'one person cannot be in two places'
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'no_overlap';
        END IF;
        RETURN NEW;
    END
    $$
"""
POSTGRESQL_TRIGGER = """
    CREATE TRIGGER back_fills__no_overlap BEFORE INSERT ON back_fills
    FOR EACH ROW EXECUTE FUNCTION refuse_overlap()
"""
SQLITE_TRIGGER = """
    CREATE TRIGGER {name} BEFORE {change} ON {table}
    WHEN NEW.attended_from < NEW.attended_until AND ({condition})
    BEGIN SELECT RAISE(ABORT, 'CHECK constraint failed: no_overlap'); END
"""
ALONE = f"EXISTS ({CHECK_INS})"
BOTH = f"EXISTS ({CHECK_INS}) OR EXISTS ({BACK_FILLS})"
WAITING = sa.text("state = 'waiting'")
REQUESTED = sa.text("state = 'requested'")


def states(name, *values):
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade():
    op.add_column("check_ins", sa.Column("counted_minutes", sa.Integer(), nullable=True))
    op.add_column("check_ins", sa.Column("counted_on", sa.Date(), nullable=True))
    op.create_table(
        "minute_reviews",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("check_in_id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("node_path", sa.String(length=48), nullable=False),
        sa.Column("level", states("reviewlevel", "institute", "center"), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("state", states("reviewstate", "waiting", "approved", "refused"), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=64), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_minute_reviews__minutes_positive")),
        sa.CheckConstraint(
            "(state = 'waiting') = (decided_by IS NULL)", name=op.f("ck_minute_reviews__decided_by")
        ),
        sa.CheckConstraint(
            "(decided_by IS NULL) = (decided_at IS NULL)",
            name=op.f("ck_minute_reviews__decided_at"),
        ),
        sa.ForeignKeyConstraint(
            ["check_in_id"], ["check_ins.id"], name="fk_minute_reviews__check_in_id"
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participants.id"], name="fk_minute_reviews__participant_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_minute_reviews"),
        sa.UniqueConstraint("check_in_id", "level", name="uq_minute_reviews__check_in_id_level"),
    )
    op.create_index(
        "ix_minute_reviews__participant_id", "minute_reviews", ["participant_id"], unique=False
    )
    op.create_index(
        "ix_minute_reviews__waiting",
        "minute_reviews",
        ["node_path", "id"],
        postgresql_where=WAITING,
        sqlite_where=WAITING,
    )
    op.create_table(
        "back_fills",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("occasion_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("node_id", sa.Uuid(), nullable=False),
        sa.Column("node_path", sa.String(length=48), nullable=False),
        sa.Column("attended_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attended_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("evidence", sa.String(length=500), nullable=False),
        sa.Column(
            "state", states("backfillstate", "requested", "approved", "refused"), nullable=False
        ),
        sa.Column("requested_by", sa.String(length=64), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=64), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("words_erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_back_fills__minutes_positive")),
        sa.CheckConstraint("points >= 0", name=op.f("ck_back_fills__points_not_negative")),
        sa.CheckConstraint(
            "attended_from < attended_until", name=op.f("ck_back_fills__span_forward")
        ),
        sa.CheckConstraint(
            "length(evidence) >= 10 OR words_erased_at IS NOT NULL",
            name=op.f("ck_back_fills__evidence_says_something"),
        ),
        sa.CheckConstraint(
            "(state = 'requested') = (decided_by IS NULL)", name=op.f("ck_back_fills__decided_by")
        ),
        sa.CheckConstraint(
            "(decided_by IS NULL) = (decided_at IS NULL)", name=op.f("ck_back_fills__decided_at")
        ),
        sa.CheckConstraint("decided_by <> requested_by", name=op.f("ck_back_fills__second_person")),
        sa.ForeignKeyConstraint(["node_id"], ["nodes.id"], name="fk_back_fills__node_id"),
        sa.ForeignKeyConstraint(
            ["occasion_id"], ["occasions.id"], name="fk_back_fills__occasion_id"
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participants.id"], name="fk_back_fills__participant_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_back_fills"),
    )
    op.create_index("ix_back_fills__participant_id", "back_fills", ["participant_id"], unique=False)
    op.create_index(
        "ix_back_fills__requested",
        "back_fills",
        ["node_path", "id"],
        postgresql_where=REQUESTED,
        sqlite_where=REQUESTED,
    )
    if op.get_bind().dialect.name == "sqlite":
        drop_sqlite_guards()
        add_sqlite_guards(BOTH)
        op.execute(
            SQLITE_TRIGGER.format(
                name="back_fills__no_overlap_on_insert",
                change="insert",
                table="back_fills",
                condition=BOTH,
            )
        )
    else:
        op.execute(POSTGRESQL_FUNCTION.format(condition=BOTH))
        op.execute(POSTGRESQL_TRIGGER)


def downgrade():
    if op.get_bind().dialect.name == "sqlite":
        drop_sqlite_guards()
        add_sqlite_guards(ALONE)
    else:
        op.execute("DROP TRIGGER back_fills__no_overlap ON back_fills")
        op.execute(POSTGRESQL_FUNCTION.format(condition=ALONE))
    op.drop_table("back_fills")
    op.drop_table("minute_reviews")
    op.drop_column("check_ins", "counted_on")
    op.drop_column("check_ins", "counted_minutes")


def add_sqlite_guards(condition):
    for change in ("insert", "update"):
        name = f"check_ins__no_overlap_on_{change}"
        op.execute(
            SQLITE_TRIGGER.format(name=name, change=change, table="check_ins", condition=condition)
        )


def drop_sqlite_guards():
    for change in ("insert", "update"):
        op.execute(f"DROP TRIGGER check_ins__no_overlap_on_{change}")

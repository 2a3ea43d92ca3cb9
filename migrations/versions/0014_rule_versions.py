"""Point rules: the whole table of defaults, versions for a node, and no change of what is written.

A migration that makes this table anew must make its triggers anew.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

# From the first day any deployment can have acts for.
VALID_FROM = datetime(2020, 1, 1, tzinfo=UTC)
RULES = {
    "SVC_MUSTER": {"of": "SVC_TIME", "factor_percent": 150, "cap_day": 40, "board": "service"},
    "SVC_NIGHT": {
        "of": "SVC_TIME",
        "factor_percent": 150,
        "window": "22:00-06:00",
        "cap_day": 40,
        "board": "service",
    },
    "SVC_PRO": {
        "of": "SVC_TIME",
        "factor_percent": 120,
        "shares_caps": True,
        "needs": "qualification",
        "board": "service",
    },
    "SVC_LEAD": {"base": 5, "cap_month": 20, "board": "service"},
    "CURTAIN": {
        "base": 2,
        "minutes_fixed": 10,
        "cap_day": 4,
        "cap_month": 80,
        "counts_minutes": True,
        "board": "service",
    },
    "WISH_DONE": {"base": 10, "cap_month": 30, "board": "service"},
    "ORDER_GOOD": {"base": 3, "cap_month": 15, "enabled": False},
    "LECTURE_GIVE": {
        "base": 20,
        "cap_day": 40,
        "cap_month": 120,
        "counts_minutes": True,
        "excludes": ["SVC_TIME"],
        "board": "service",
    },
    # A half day is three hours at least.
    "TRAIN_PASS": {"base": 10, "minutes_min": 180, "cap_month": 40, "board": "study"},
    "FILM_JOIN": {"base": 5, "cap_day": 5, "cap_month": 20, "board": "study"},
    "STUDY_SHARE": {"base": 5, "cap_month": 20, "board": "study"},
    "AUDIO": {"base": 1, "minutes_min": 15, "cap_day": 1, "cap_month": 10, "board": "study"},
    # In percent of right answers.
    "QUIZ": {
        "tiers": [[60, 2], [100, 4]],
        "first_per_day": True,
        "cap_month": 40,
        "board": "study",
    },
    "BOOK_BACK": {"base": 2, "cap_week": 4, "cap_month": 10, "board": "study"},
    "BOOK_NOTE": {"base": 5, "cap_month": 10, "board": "study"},
    "BOOK_GIVE": {"base": 3, "cap_quarter": 15},
    "REFER": {"base": 5, "cap_year": 25},
    # By the points of the other app in the month.
    "XXQG_TIER": {
        "tiers": [[300, 10], [600, 20], [900, 30]],
        "cap_month": 30,
        "board": "study",
        "enabled": False,
    },
    "AWARD": {
        "amount_min": 20,
        "amount_max": 100,
        "cap_quarter": 100,
        "approvers": 2,
        "approvers_above": 50,
    },
    "WELCOME": {"base": 10, "cap_lifetime": 10},
}

# Within one place each version starts after the one in force, and so ends it. One that is
# planned, and starts no earlier than a newer one, never runs.
FOLLOWS_NOT = """EXISTS (
    SELECT 1 FROM point_rules
    WHERE code = NEW.code
        AND (version >= NEW.version
            OR (node_path = NEW.node_path AND valid_from >= NEW.valid_from
                AND valid_from <= NEW.created_at))
)"""
POSTGRESQL_FUNCTION = f"""
    CREATE FUNCTION check_rule_follows() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF {FOLLOWS_NOT} THEN
            RAISE EXCEPTION 'a version of a rule starts after the one in force'
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
        END IF;
        RETURN NEW;
    END
    $$
"""
SQLITE_TRIGGERS = {
    "point_rules__no_update": "BEFORE UPDATE ON point_rules"
    " BEGIN SELECT RAISE(ABORT, 'point_rules is insert-only'); END",
    "point_rules__no_delete": "BEFORE DELETE ON point_rules"
    " BEGIN SELECT RAISE(ABORT, 'point_rules is insert-only'); END",
    "point_rules__follows": "BEFORE INSERT ON point_rules"
    f" WHEN {FOLLOWS_NOT}"
    " BEGIN SELECT RAISE(ABORT, 'a version of a rule starts after the one in force'); END",
}
POSTGRESQL_TRIGGERS = {
    "point_rules__insert_only": "BEFORE UPDATE OR DELETE OR TRUNCATE ON point_rules"
    " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    "point_rules__follows": "BEFORE INSERT ON point_rules"
    " FOR EACH ROW EXECUTE FUNCTION check_rule_follows()",
}


def upgrade():
    with op.batch_alter_table("point_rules") as batch:
        batch.add_column(sa.Column("node_id", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("node_path", sa.String(length=48), nullable=True))
        batch.add_column(sa.Column("valid_to", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("note", sa.String(length=200), nullable=True))
        batch.add_column(sa.Column("created_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE point_rules SET node_path = '', note = '', created_at = valid_from")
    with op.batch_alter_table("point_rules") as batch:
        for column in ("node_path", "note", "created_at"):
            batch.alter_column(column, nullable=False)
        batch.create_foreign_key("fk_point_rules__node_id", "nodes", ["node_id"], ["id"])
        batch.create_check_constraint(
            op.f("ck_point_rules__place_has_a_path"), "(node_id IS NULL) = (node_path = '')"
        )
        batch.create_check_constraint(
            op.f("ck_point_rules__ends_after_start"), "valid_to > valid_from"
        )
    _add_rules()
    if not _is_sqlite():
        op.execute(POSTGRESQL_FUNCTION)
    for name, body in (SQLITE_TRIGGERS if _is_sqlite() else POSTGRESQL_TRIGGERS).items():
        op.execute(f"CREATE TRIGGER {name} {body}")


def downgrade():
    for name in SQLITE_TRIGGERS if _is_sqlite() else POSTGRESQL_TRIGGERS:
        op.execute(f"DROP TRIGGER {name}" + ("" if _is_sqlite() else " ON point_rules"))
    if not _is_sqlite():
        op.execute("DROP FUNCTION check_rule_follows()")
    # What the version before does not know: its rules have no place and no end.
    table = sa.table("point_rules", sa.column("code"), sa.column("node_path"))
    op.execute(table.delete().where(table.c.code.in_(list(RULES)) | (table.c.node_path != "")))
    with op.batch_alter_table("point_rules") as batch:
        batch.drop_constraint(op.f("ck_point_rules__ends_after_start"), type_="check")
        batch.drop_constraint(op.f("ck_point_rules__place_has_a_path"), type_="check")
        batch.drop_constraint("fk_point_rules__node_id", type_="foreignkey")
        for column in ("created_at", "note", "valid_to", "node_path", "node_id"):
            batch.drop_column(column)


def _add_rules():
    rules = sa.table(
        "point_rules",
        *map(sa.column, ("code", "version", "node_path", "note", "created_by")),
        sa.column("definition", sa.JSON()),
        sa.column("valid_from", sa.DateTime(timezone=True)),
        sa.column("created_at", sa.DateTime(timezone=True)),
    )
    # SQLite keeps no zone: moments are stored in UTC without it.
    valid_from = VALID_FROM.replace(tzinfo=None) if _is_sqlite() else VALID_FROM
    op.bulk_insert(
        rules,
        [
            {
                "code": code,
                "version": 1,
                "node_path": "",
                "note": "",
                "definition": definition,
                "valid_from": valid_from,
                "created_at": valid_from,
                "created_by": "system",
            }
            for code, definition in RULES.items()
        ],
    )


def _is_sqlite():
    return op.get_bind().dialect.name == "sqlite"

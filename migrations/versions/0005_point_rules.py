"""Point rules, with the first version of those that attendance is judged by."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


# From the first day any deployment can have attendance for.
VALID_FROM = datetime(2020, 1, 1, tzinfo=UTC)
RULES = {
    "SVC_TIME": {
        "base": 5,
        "per_minutes": 30,
        "minutes_min": 30,
        "cap_day": 80,
        "cap_month": 600,
        "counts_minutes": True,
        "board": "service",
    },
    "ACT_JOIN": {"base": 5, "cap_day": 10, "cap_month": 60, "board": "study"},
    "STUDY_GROUP": {
        "base": 5,
        "minutes_min": 30,
        "cap_day": 5,
        "cap_month": 60,
        "board": "study",
    },
    "SPACE_STAMP": {"base": 1, "cap_day": 1, "cap_month": 20, "board": "study"},
    # Caps over all rules together.
    "GUARD": {"cap_day": 100, "cap_month": 800},
}


def upgrade():
    op.create_table(
        "point_rules",
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("definition", sa.JSON(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("code", "version", name="pk_point_rules"),
    )

    rules = sa.table(
        "point_rules",
        *map(sa.column, ("code", "version", "created_by")),
        sa.column("definition", sa.JSON()),
        sa.column("valid_from", sa.DateTime(timezone=True)),
    )
    # SQLite keeps no zone: moments are stored in UTC without it.
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    valid_from = VALID_FROM.replace(tzinfo=None) if is_sqlite else VALID_FROM
    op.bulk_insert(
        rules,
        [
            {
                "code": code,
                "version": 1,
                "definition": definition,
                "valid_from": valid_from,
                "created_by": "system",
            }
            for code, definition in RULES.items()
        ],
    )


def downgrade():
    op.drop_table("point_rules")

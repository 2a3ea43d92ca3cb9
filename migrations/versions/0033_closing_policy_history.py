"""What a center decided about closed periods is kept with when it was decided, never replaced."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

TABLE = "closing_policies"
EVER = datetime(1970, 1, 1, tzinfo=UTC)
VALUES = ("node_id", "settle_days", "late_entries")


def upgrade():
    rows = _drain(
        sa.select(*(sa.column(name, _type(name)) for name in VALUES)).select_from(sa.table(TABLE))
    )
    table = _create(sa.Column("set_at", sa.DateTime(timezone=True), nullable=False))
    if rows:
        op.bulk_insert(table, [{**row, "set_at": EVER} for row in rows])


def downgrade():
    columns = [sa.column(name, _type(name)) for name in VALUES]
    set_at = sa.column("set_at", sa.DateTime(timezone=True))
    found = _drain(sa.select(*columns).select_from(sa.table(TABLE)).order_by(set_at))
    table = _create()
    # The last decision of a center is the one that holds.
    rows = {row["node_id"]: row for row in found}
    if rows:
        op.bulk_insert(table, list(rows.values()))


def _drain(query):
    rows = [dict(row) for row in op.get_bind().execute(query).mappings()]
    op.drop_table(TABLE)
    return rows


def _create(*more):
    return op.create_table(
        TABLE,
        sa.Column("node_id", sa.Uuid(), nullable=False),
        *more,
        sa.Column("settle_days", sa.SmallInteger(), nullable=False),
        sa.Column("late_entries", sa.String(length=32), nullable=False),
        sa.CheckConstraint(
            "settle_days BETWEEN 0 AND 31", name=op.f("ck_closing_policies__settle_days_in_month")
        ),
        sa.CheckConstraint(
            "late_entries IN ('current', 'original')", name=op.f("ck_closing_policies__lateentries")
        ),
        sa.ForeignKeyConstraint(["node_id"], ["nodes.id"], name="fk_closing_policies__node_id"),
        sa.PrimaryKeyConstraint(
            "node_id", *(column.name for column in more), name="pk_closing_policies"
        ),
    )


def _type(name):
    return {"node_id": sa.Uuid(), "settle_days": sa.SmallInteger()}.get(name, sa.String())

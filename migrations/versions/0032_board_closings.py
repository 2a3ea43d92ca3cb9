"""Periods that are closed, and what their boards were then; neither is ever changed."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

# Of each table, what makes a row of it the same row.
TABLES = {
    "board_closings": "center = NEW.center AND period = NEW.period AND starts_on = NEW.starts_on",
    "board_snapshots": "board = NEW.board",
}
PERIODS = ("day", "week", "month", "year", "all")


def upgrade():
    op.create_table(
        "board_closings",
        sa.Column("center", sa.String(length=8), nullable=False),
        sa.Column("period", sa.String(length=32), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("posted_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("chain", sa.String(length=64), nullable=False),
        sa.Column("boards", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        _check_period("board_closings"),
        sa.PrimaryKeyConstraint("center", "period", "starts_on", name="pk_board_closings"),
    )
    op.create_table(
        "board_snapshots",
        sa.Column("board", sa.String(length=72), nullable=False),
        sa.Column("center", sa.String(length=8), nullable=False),
        sa.Column("period", sa.String(length=32), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("lines", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        _check_period("board_snapshots"),
        sa.CheckConstraint("people > 0", name=op.f("ck_board_snapshots__somebody_on_it")),
        sa.ForeignKeyConstraint(
            ["center", "period", "starts_on"],
            ["board_closings.center", "board_closings.period", "board_closings.starts_on"],
            name="fk_board_snapshots__center_period_starts_on",
        ),
        sa.PrimaryKeyConstraint("board", name="pk_board_snapshots"),
    )
    op.create_index(
        "ix_board_snapshots__closing", "board_snapshots", ["center", "period", "starts_on"]
    )
    for table in TABLES:
        _refuse_changes(table)


def downgrade():
    op.drop_table("board_snapshots")
    op.drop_table("board_closings")


def _check_period(table):
    members = ", ".join(repr(period) for period in PERIODS)
    return sa.CheckConstraint(f"period IN ({members})", name=op.f(f"ck_{table}__period"))


def _refuse_changes(table):
    if op.get_bind().dialect.name == "sqlite":
        for change in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {table}__no_{change} BEFORE {change} ON {table}"
                f" BEGIN SELECT RAISE(ABORT, '{table} is insert-only'); END"
            )
        same = f"SELECT 1 FROM {table} WHERE {TABLES[table]}"  # noqa: S608
        op.execute(
            f"CREATE TRIGGER {table}__no_replace BEFORE INSERT ON {table} WHEN EXISTS ({same})"
            f" BEGIN SELECT RAISE(ABORT, '{table} is insert-only'); END"
        )
        return
    op.execute(
        f"CREATE TRIGGER {table}__insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )

"""Occasions that only count heads, occasions at which the system failed, and the star levels."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

# Source: the national ladder of star volunteers, 100 to 1 500 hours (domain 5.5), in minutes.
STARS = {1: 6_000, 2: 18_000, 3: 36_000, 4: 60_000, 5: 90_000}
CHECKS = {
    "heads_where_counted": "head_count IS NULL OR counts_heads",
    "heads_not_negative": "head_count >= 0",
    "heads_without_names": "NOT counts_heads OR (capacity IS NULL AND NOT requires_check_out)",
}


def upgrade():
    with op.batch_alter_table("occasions") as table:
        table.add_column(
            sa.Column("counts_heads", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        table.add_column(sa.Column("head_count", sa.Integer(), nullable=True))
        table.add_column(
            sa.Column("failure_note", sa.String(length=200), nullable=False, server_default="")
        )
    with op.batch_alter_table("occasions") as table:
        table.alter_column("counts_heads", existing_type=sa.Boolean(), server_default=None)
        table.alter_column("failure_note", existing_type=sa.String(length=200), server_default=None)
        for name, condition in CHECKS.items():
            table.create_check_constraint(op.f(f"ck_occasions__{name}"), condition)
    levels = op.create_table(
        "star_levels",
        sa.Column("stars", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.CheckConstraint("stars > 0", name=op.f("ck_star_levels__stars_positive")),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_star_levels__minutes_positive")),
        sa.PrimaryKeyConstraint("stars", name="pk_star_levels"),
        sa.UniqueConstraint("minutes", name="uq_star_levels__minutes"),
    )
    op.bulk_insert(levels, [{"stars": n, "minutes": minutes} for n, minutes in STARS.items()])


def downgrade():
    op.drop_table("star_levels")
    with op.batch_alter_table("occasions") as table:
        for name in CHECKS:
            table.drop_constraint(op.f(f"ck_occasions__{name}"), type_="check")
        for name in ("failure_note", "head_count", "counts_heads"):
            table.drop_column(name)

"""Damage names its request, and what a count found is not withdrawn."""

from alembic import op

from rewards.core.rebuilding import keeping_triggers

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None

SOURCE_NAMED = "ck_stock_movements__source_named"
COUNTED_STANDS = "ck_stock_change_requests__counted_stands"
BEFORE = (
    "kind IN ('receive', 'adjust', 'damage') OR (source_id IS NULL) ="
    " (kind NOT IN ('transfer_out', 'transfer_in', 'stocktake'))"
)
AFTER = (
    "kind IN ('receive', 'adjust') OR (source_id IS NULL) ="
    " (kind NOT IN ('damage', 'transfer_out', 'transfer_in', 'stocktake'))"
)


def upgrade():
    with keeping_triggers(op.get_bind()):
        name_sources(AFTER)
        with op.batch_alter_table("stock_change_requests") as table:
            table.create_check_constraint(
                op.f(COUNTED_STANDS), "kind <> 'stocktake' OR status <> 'withdrawn'"
            )


def downgrade():
    with keeping_triggers(op.get_bind()):
        with op.batch_alter_table("stock_change_requests") as table:
            table.drop_constraint(op.f(COUNTED_STANDS), type_="check")
        name_sources(BEFORE)


def name_sources(condition):
    with op.batch_alter_table("stock_movements") as table:
        table.drop_constraint(op.f(SOURCE_NAMED), type_="check")
        table.create_check_constraint(op.f(SOURCE_NAMED), condition)

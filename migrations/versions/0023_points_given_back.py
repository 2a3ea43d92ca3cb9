"""A second person behind points that a reversal gives back.

To take back what took points gives some, which needs the second person that any
giving by hand needs: such a reversal may wait, and may be refused.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

WITHIN = "decided_by <> '' OR amount BETWEEN -alone_max AND alone_max"
CHECKS = {
    "reversed_at_once": (
        "kind <> 'reversal' OR status = 'applied'",
        "kind <> 'reversal' OR status = 'applied' OR amount > 0",
    ),
    "second_person_above_limit": (
        f"status <> 'applied' OR kind = 'reversal' OR {WITHIN}",
        f"status <> 'applied' OR (kind = 'reversal' AND amount < 0) OR {WITHIN}",
    ),
}
UNIQUE = "uq_corrections__entry_id"
NOT_REFUSED = sa.text("status <> 'refused'")


def upgrade():
    triggers = _list_triggers()
    with op.batch_alter_table("corrections") as table:
        table.drop_constraint(UNIQUE, type_="unique")
        _recheck(table, 1)
    op.create_index(
        UNIQUE,
        "corrections",
        ["entry_id"],
        unique=True,
        postgresql_where=NOT_REFUSED,
        sqlite_where=NOT_REFUSED,
    )
    for trigger in triggers:
        op.execute(trigger)


def downgrade():
    triggers = _list_triggers()
    op.drop_index(UNIQUE, "corrections")
    with op.batch_alter_table("corrections") as table:
        _recheck(table, 0)
        table.create_unique_constraint(UNIQUE, ["entry_id"])
    for trigger in triggers:
        op.execute(trigger)


def _recheck(table, version):
    for name, conditions in CHECKS.items():
        constraint = op.f(f"ck_corrections__{name}")
        table.drop_constraint(constraint, type_="check")
        table.create_check_constraint(constraint, conditions[version])


def _list_triggers():
    """Return what makes the triggers anew: SQLite drops them with the table it remakes."""
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        return []
    query = "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'corrections'"
    return list(connection.scalars(sa.text(query)))

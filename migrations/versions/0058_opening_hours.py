"""Opening hours as data, by weekday and for special days."""

import sqlalchemy as sa
from alembic import op

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None


def desk():
    return sa.Column(
        "desk",
        sa.Enum(
            "space",
            "exchange",
            name="desk",
            native_enum=False,
            create_constraint=True,
            length=32,
        ),
        nullable=False,
    )


def upgrade():
    op.create_table(
        "opening_hours",
        sa.Column("space_id", sa.Uuid(), nullable=False),
        desk(),
        sa.Column("weekday", sa.SmallInteger(), nullable=False),
        sa.Column("spans", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "weekday BETWEEN 0 AND 6", name=op.f("ck_opening_hours__weekday_possible")
        ),
        sa.ForeignKeyConstraint(["space_id"], ["spaces.id"], name="fk_opening_hours__space_id"),
        sa.PrimaryKeyConstraint("space_id", "desk", "weekday", name="pk_opening_hours"),
    )
    op.create_table(
        "space_days",
        sa.Column("space_id", sa.Uuid(), nullable=False),
        desk(),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("spans", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["space_id"], ["spaces.id"], name="fk_space_days__space_id"),
        sa.PrimaryKeyConstraint("space_id", "desk", "day", name="pk_space_days"),
    )


def downgrade():
    op.drop_table("space_days")
    op.drop_table("opening_hours")

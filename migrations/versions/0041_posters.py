"""Posters on walls, and the scan by which somebody left, which is good once like that of coming."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "posters",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.String(16), nullable=False),
        sa.Column("node_id", sa.Uuid(), nullable=False),
        sa.Column("node_path", sa.String(48), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=True),
        sa.Column("occasion_id", sa.Uuid(), nullable=True),
        sa.Column("place", sa.String(40), nullable=False),
        sa.Column("issued_by", sa.String(64), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_by", sa.String(64), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "zone_id IS NULL OR occasion_id IS NULL", name=op.f("ck_posters__one_subject")
        ),
        sa.CheckConstraint(
            "(revoked_at IS NULL) = (revoked_by IS NULL)", name=op.f("ck_posters__revoked_by")
        ),
        sa.ForeignKeyConstraint(["node_id"], ["nodes.id"], name=op.f("fk_posters__node_id")),
        sa.ForeignKeyConstraint(["zone_id"], ["space_zones.id"], name=op.f("fk_posters__zone_id")),
        sa.ForeignKeyConstraint(
            ["occasion_id"], ["occasions.id"], name=op.f("fk_posters__occasion_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posters")),
        sa.UniqueConstraint("label", name=op.f("uq_posters__label")),
    )
    op.create_index(op.f("ix_posters__occasion_id"), "posters", ["occasion_id"])
    op.create_index("ix_posters__path", "posters", ["node_path", "id"])
    op.add_column("check_ins", sa.Column("out_ticket", sa.String(32), nullable=True))
    op.create_index("uq_check_ins__out_ticket", "check_ins", ["out_ticket"], unique=True)


def downgrade():
    op.drop_index("uq_check_ins__out_ticket", table_name="check_ins")
    op.drop_column("check_ins", "out_ticket")
    op.drop_table("posters")

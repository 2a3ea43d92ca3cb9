"""The register of qualifications, and the consents of guardians."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "qualifications",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(24), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("verified_by", sa.String(64), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participants.id"], name=op.f("fk_qualifications__participant_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_qualifications")),
    )
    _index("qualifications", ["participant_id", "code"], sa.text("ended_at IS NULL"))
    op.create_table(
        "guardian_consents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("guardian_name_sealed", sa.Text(), nullable=False),
        sa.Column("text_version", sa.String(16), nullable=False),
        sa.Column("recorded_by", sa.String(64), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_by", sa.String(64), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participants.id"],
            name=op.f("fk_guardian_consents__participant_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guardian_consents")),
    )
    _index("guardian_consents", ["participant_id"], sa.text("withdrawn_at IS NULL"))


def downgrade():
    op.drop_table("guardian_consents")
    op.drop_table("qualifications")


def _index(table, columns, in_force):
    op.create_index(op.f(f"ix_{table}__participant_id"), table, ["participant_id"])
    op.create_index(
        f"uq_{table}__live",
        table,
        columns,
        unique=True,
        postgresql_where=in_force,
        sqlite_where=in_force,
    )

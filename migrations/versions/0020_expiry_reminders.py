"""How far the reminders of expiring points have come."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "expiry_reminders",
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("days", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("after", sa.Uuid(), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("days > 0", name=op.f("ck_expiry_reminders__days_positive")),
        sa.PrimaryKeyConstraint("valid_until", "days", name="pk_expiry_reminders"),
    )


def downgrade():
    op.drop_table("expiry_reminders")

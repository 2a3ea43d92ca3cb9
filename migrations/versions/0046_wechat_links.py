"""Which WeChat account signs which participant in; who that is at WeChat is not told."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "wechat_links",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("openid_lookup", sa.String(64), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participants.id"], name=op.f("fk_wechat_links__participant_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wechat_links")),
        sa.UniqueConstraint("openid_lookup", name=op.f("uq_wechat_links__openid_lookup")),
        sa.UniqueConstraint("participant_id", name=op.f("uq_wechat_links__participant_id")),
    )


def downgrade():
    op.drop_table("wechat_links")

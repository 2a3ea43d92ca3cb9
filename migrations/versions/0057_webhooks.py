"""Other systems that are told of what happens, and the messages to them."""

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None

EVENTS = ("redemption.fulfilled", "checkin.recorded", "entry.posted", "webhook.test")
SUBSCRIPTION_STATES = ("active", "paused", "disabled", "ended")
STOP_REASONS = ("", "staff", "failing", "gone", "sealed")
DELIVERY_STATES = ("waiting", "delivered", "failed")
FAULTS = (
    "",
    "refused",
    "redirected",
    "timeout",
    "name_not_found",
    "unreachable",
    "certificate",
    "private_address",
    "invalid_answer",
)
IS_NEW = sa.text("is_new")
IS_WAITING = sa.text("state = 'waiting'")


def words(name, values):
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def moment(name, *, nullable=False):
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade():
    _create_subscriptions()
    op.create_table(
        "webhook_messages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("event", words("webhookevent", EVENTS), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("node_path", sa.String(length=48), nullable=False),
        moment("recorded_at"),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("is_new", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_messages"),
        sa.UniqueConstraint("event", "source_id", name="uq_webhook_messages__event_source_id"),
    )
    op.create_index(
        "ix_webhook_messages__new",
        "webhook_messages",
        ["id"],
        postgresql_where=IS_NEW,
        sqlite_where=IS_NEW,
    )
    op.create_index("ix_webhook_messages__recorded_at", "webhook_messages", ["recorded_at"])
    _create_deliveries()
    op.create_table(
        "webhook_seal_marks",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_webhook_seal_marks__one_row")),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_seal_marks"),
    )


def _create_subscriptions():
    def check(condition, name):
        return sa.CheckConstraint(condition, name=op.f(f"ck_webhook_subscriptions__{name}"))

    op.create_table(
        "webhook_subscriptions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("node_id", sa.Uuid(), nullable=False),
        sa.Column("node_path", sa.String(length=48), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("events", sa.String(length=120), nullable=False),
        sa.Column("state", words("subscriptionstate", SUBSCRIPTION_STATES), nullable=False),
        sa.Column("stop_reason", words("stopreason", STOP_REASONS), nullable=False),
        moment("stopped_at", nullable=True),
        moment("starts_at"),
        sa.Column("secret", sa.String(length=400), nullable=False),
        moment("secret_at"),
        sa.Column("secret_by", sa.String(length=64), nullable=False),
        sa.Column("old_secret", sa.String(length=400), nullable=False),
        moment("old_secret_until", nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        moment("failing_since", nullable=True),
        moment("retry_at", nullable=True),
        moment("delivered_at", nullable=True),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        moment("created_at"),
        check("failures >= 0", "failures_not_negative"),
        check("(failures = 0) = (failing_since IS NULL)", "failing_since"),
        check("(state = 'active') = (stopped_at IS NULL)", "stopped_at"),
        check("(state = 'active') = (stop_reason = '')", "stop_reason"),
        check("(old_secret = '') = (old_secret_until IS NULL)", "old_secret"),
        check("(state = 'ended') = (secret = '')", "secret_until_ended"),
        sa.ForeignKeyConstraint(
            ["node_id"], ["nodes.id"], name="fk_webhook_subscriptions__node_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_subscriptions"),
    )
    op.create_index("ix_webhook_subscriptions__node_id", "webhook_subscriptions", ["node_id"])


def _create_deliveries():
    op.create_table(
        "webhook_deliveries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("subscription_id", sa.Uuid(), nullable=False),
        sa.Column("state", words("deliverystate", DELIVERY_STATES), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        moment("next_at", nullable=True),
        moment("tried_at", nullable=True),
        sa.Column("status", sa.SmallInteger(), nullable=True),
        sa.Column("fault", words("fault", FAULTS), nullable=False),
        sa.Column("milliseconds", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(state = 'waiting') = (next_at IS NOT NULL)",
            name=op.f("ck_webhook_deliveries__next_at"),
        ),
        sa.CheckConstraint(
            "attempts >= 0", name=op.f("ck_webhook_deliveries__attempts_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["webhook_messages.id"], name="fk_webhook_deliveries__message_id"
        ),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["webhook_subscriptions.id"],
            name="fk_webhook_deliveries__subscription_id",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_deliveries"),
        sa.UniqueConstraint(
            "message_id",
            "subscription_id",
            name="uq_webhook_deliveries__message_id_subscription_id",
        ),
    )
    op.create_index(
        "ix_webhook_deliveries__waiting",
        "webhook_deliveries",
        ["subscription_id", "next_at"],
        postgresql_where=IS_WAITING,
        sqlite_where=IS_WAITING,
    )
    op.create_index(
        "ix_webhook_deliveries__subscription_id", "webhook_deliveries", ["subscription_id", "id"]
    )


def downgrade():
    op.drop_table("webhook_seal_marks")
    op.drop_table("webhook_deliveries")
    op.drop_table("webhook_messages")
    op.drop_table("webhook_subscriptions")

"""Tables of webhooks."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from rewards.core.db import Base, UtcDateTime, enum_column

from .types import DeliveryState, Fault, StopReason, SubscriptionState, WebhookEvent

IS_WAITING = sa.text("state = 'waiting'")
IS_FAILED = sa.text("state = 'failed'")
IS_NEW = sa.text("is_new")


class SubscriptionRow(Base):
    __tablename__ = "webhook_subscriptions"
    __table_args__ = (
        sa.CheckConstraint("failures >= 0", name="failures_not_negative"),
        sa.CheckConstraint("(failures = 0) = (failing_since IS NULL)", name="failing_since"),
        sa.CheckConstraint("(state = 'active') = (stopped_at IS NULL)", name="stopped_at"),
        sa.CheckConstraint("(state = 'active') = (stop_reason = '')", name="stop_reason"),
        sa.CheckConstraint("(old_secret = '') = (old_secret_until IS NULL)", name="old_secret"),
        sa.CheckConstraint("(state = 'ended') = (secret = '')", name="secret_until_ended"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    node_id: Mapped[UUID] = mapped_column(sa.ForeignKey("nodes.id"), index=True)
    node_path: Mapped[str] = mapped_column(sa.String(48))
    name: Mapped[str] = mapped_column(sa.String(40))
    url: Mapped[str] = mapped_column(sa.String(500))
    # Their names in order, joined by commas.
    events: Mapped[str] = mapped_column(sa.String(120))
    state: Mapped[SubscriptionState] = mapped_column(enum_column(SubscriptionState))
    stop_reason: Mapped[StopReason] = mapped_column(enum_column(StopReason))
    stopped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # Sealed with the data keys; nothing is left of them when the subscription has ended.
    secret: Mapped[str] = mapped_column(sa.String(400))
    secret_at: Mapped[datetime] = mapped_column(UtcDateTime)
    secret_by: Mapped[str] = mapped_column(sa.String(64))
    old_secret: Mapped[str] = mapped_column(sa.String(400), default="")
    old_secret_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failures: Mapped[int] = mapped_column(default=0)
    failing_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # A receiver that fails is not asked before.
    retry_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    delivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_by: Mapped[str] = mapped_column(sa.String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # What was recorded since then is sent again, NULL: nothing is. Deliveries up to
    # `replay_after` wait again, those up to `replay_through` will.
    replay_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    replay_after: Mapped[UUID | None]
    replay_through: Mapped[UUID | None]
    replay_total: Mapped[int] = mapped_column(default=0)
    replay_done: Mapped[int] = mapped_column(default=0)


class MessageRow(Base):
    """What happened, written in the transaction in which it did."""

    __tablename__ = "webhook_messages"
    __table_args__ = (
        # Each fact is told of once, whoever writes it down again.
        sa.UniqueConstraint("event", "source_id"),
        sa.Index("ix_webhook_messages__new", "id", postgresql_where=IS_NEW, sqlite_where=IS_NEW),
        sa.Index("ix_webhook_messages__recorded_at", "recorded_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    event: Mapped[WebhookEvent] = mapped_column(enum_column(WebhookEvent))
    source_id: Mapped[UUID]
    node_path: Mapped[str] = mapped_column(sa.String(48))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # The text that is signed and sent, the same at each attempt.
    body: Mapped[str] = mapped_column(sa.Text)
    # No deliveries of it were made yet.
    is_new: Mapped[bool]


class DeliveryRow(Base):
    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        sa.UniqueConstraint("message_id", "subscription_id"),
        sa.Index(
            "ix_webhook_deliveries__waiting",
            "subscription_id",
            "next_at",
            postgresql_where=IS_WAITING,
            sqlite_where=IS_WAITING,
        ),
        sa.Index(
            "ix_webhook_deliveries__failed",
            "subscription_id",
            "id",
            postgresql_where=IS_FAILED,
            sqlite_where=IS_FAILED,
        ),
        sa.Index("ix_webhook_deliveries__subscription_id", "subscription_id", "id"),
        sa.CheckConstraint("(state = 'waiting') = (next_at IS NOT NULL)", name="next_at"),
        sa.CheckConstraint("attempts >= 0", name="attempts_not_negative"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    message_id: Mapped[UUID] = mapped_column(sa.ForeignKey("webhook_messages.id"))
    subscription_id: Mapped[UUID] = mapped_column(sa.ForeignKey("webhook_subscriptions.id"))
    state: Mapped[DeliveryState] = mapped_column(enum_column(DeliveryState))
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tried_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    status: Mapped[int | None] = mapped_column(sa.SmallInteger)
    fault: Mapped[Fault] = mapped_column(enum_column(Fault))
    milliseconds: Mapped[int | None]


class SealMarkRow(Base):
    """Up to which seal entries have been told of, in one row."""

    __tablename__ = "webhook_seal_marks"
    __table_args__ = (sa.CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(sa.BigInteger)

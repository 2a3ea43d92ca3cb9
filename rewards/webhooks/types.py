"""Words of webhooks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from http import HTTPStatus
from typing import Any, NewType
from uuid import UUID

from rewards.network.types import NodeId

SubscriptionId = NewType("SubscriptionId", UUID)
MessageId = NewType("MessageId", UUID)
DeliveryId = NewType("DeliveryId", UUID)


class WebhookEvent(StrEnum):
    """What a message tells of."""

    REDEMPTION_FULFILLED = "redemption.fulfilled"
    CHECK_IN_RECORDED = "checkin.recorded"
    ENTRY_POSTED = "entry.posted"
    # Sent to one subscription, when somebody asks for it.
    TEST = "webhook.test"


# What can be subscribed to.
EVENTS = (
    WebhookEvent.CHECK_IN_RECORDED,
    WebhookEvent.REDEMPTION_FULFILLED,
    WebhookEvent.ENTRY_POSTED,
)


class SubscriptionState(StrEnum):
    """Messages go out while ACTIVE, and wait while PAUSED by staff or DISABLED by failures."""

    ACTIVE = "active"
    PAUSED = "paused"
    DISABLED = "disabled"
    ENDED = "ended"


class StopReason(StrEnum):
    """Why messages do not go out."""

    NONE = ""
    # Somebody wanted it so.
    STAFF = "staff"
    # For days nothing arrived.
    FAILING = "failing"
    # The receiver said that it wants no more.
    GONE = "gone"
    # None of the data keys opens the secret, so nothing can be signed.
    SEALED = "sealed"


class DeliveryState(StrEnum):
    """WAITING is tried until it comes to one of the others."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"


class Fault(StrEnum):
    """Why an attempt did not arrive."""

    NONE = ""
    # An answer other than 2xx; the status says which.
    REFUSED = "refused"
    REDIRECTED = "redirected"
    TIMEOUT = "timeout"
    NOT_FOUND = "name_not_found"
    UNREACHABLE = "unreachable"
    CERTIFICATE = "certificate"
    PRIVATE = "private_address"
    INVALID = "invalid_answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """How many of the messages that are sent again since a moment were given to the worker."""

    since: datetime
    done: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """Who is told of what happens at a node and below it.

    It counts for what is recorded from `starts_at` on. `failures` is how many
    attempts in a row did not arrive, the first of them at `failing_since`.
    """

    id: SubscriptionId
    node_id: NodeId
    node_path: str
    name: str
    url: str
    events: tuple[WebhookEvent, ...]
    state: SubscriptionState
    stop_reason: StopReason
    stopped_at: datetime | None
    starts_at: datetime
    secret_at: datetime
    old_secret_until: datetime | None
    failures: int
    failing_since: datetime | None
    delivered_at: datetime | None
    created_by: str
    created_at: datetime
    replay: Replay | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeSecret:
    """A subscription, and its new secret for whoever made it."""

    subscription: Subscription
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A message on its way to one subscription, and what came of the last attempt."""

    id: DeliveryId
    subscription_id: SubscriptionId
    message_id: MessageId
    event: WebhookEvent
    recorded_at: datetime
    body: str
    state: DeliveryState
    attempts: int
    next_at: datetime | None
    tried_at: datetime | None
    status: int | None
    fault: Fault
    milliseconds: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A message that a worker has taken on to send: what, where to, by which secrets.

    `attempt` is its number; what came of it counts only while no later one was begun.
    """

    delivery_id: DeliveryId
    subscription_id: SubscriptionId
    message_id: MessageId
    attempt: int
    url: str
    secrets: tuple[str, ...] = field(repr=False)
    body: str


# Answers that are about the receiver and not about the message.
_WANTS_NO_MORE = (HTTPStatus.GONE, HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of an attempt. `retry_after` is what the receiver asked to wait, in seconds."""

    at: datetime
    fault: Fault
    status: int | None = None
    milliseconds: int = 0
    retry_after: int | None = None

    @property
    def has_arrived(self) -> bool:
        """Tell whether the receiver took the message."""
        return self.fault is Fault.NONE

    @property
    def is_gone(self) -> bool:
        """Tell whether the receiver said that it wants no more."""
        return self.status == HTTPStatus.GONE

    @property
    def ends_batch(self) -> bool:
        """Tell whether the receiver is not to be asked about others at once."""
        if self.has_arrived:
            return False
        is_unanswered = self.status is None
        return is_unanswered or self.retry_after is not None or self.status in _WANTS_NO_MORE


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """Something that happened at a node: what a message is made of."""

    event: WebhookEvent
    source_id: UUID
    node_path: str
    at: datetime
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How deliveries and subscriptions stand, for whoever watches."""

    waiting: int
    failed: int
    oldest_waiting_at: datetime | None
    subscriptions: Mapping[SubscriptionState, int]

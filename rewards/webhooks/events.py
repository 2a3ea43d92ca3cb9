"""Facts of webhooks."""

from dataclasses import dataclass

from .types import SubscriptionId


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionChanged:
    """Somebody subscribed, or a subscription is another one now."""

    subscription_id: SubscriptionId

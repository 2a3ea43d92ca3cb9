"""How webhooks stand, for Prometheus, as the worker has left it in the database."""

from prometheus_client import CollectorRegistry, Gauge
from sqlalchemy.exc import SQLAlchemyError

from rewards.core import clock
from rewards.webhooks import queries


def gauge() -> CollectorRegistry:
    """Return the gauges of webhooks; without a database, none."""
    registry = CollectorRegistry()
    try:
        tally = queries.tally()
    except SQLAlchemyError:
        return registry
    oldest = tally.oldest_waiting_at
    age = 0.0 if oldest is None else max((clock.now() - oldest).total_seconds(), 0.0)
    for name, text, value in (
        ("waiting", "Messages that wait to be sent to somebody who takes them.", tally.waiting),
        ("waiting_seconds", "How old the oldest of them is.", age),
        ("failed", "Messages of the last thirty days that never arrived.", tally.failed),
    ):
        Gauge(f"rewards_webhook_deliveries_{name}", text, registry=registry).set(value)
    states = Gauge("rewards_webhook_subscriptions", "Subscriptions.", ["state"], registry=registry)
    for state, count in tally.subscriptions.items():
        states.labels(state.value).set(count)
    return registry

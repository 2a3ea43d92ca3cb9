"""Sending the messages of webhooks over HTTP: to addresses of the outside, and not for long."""

from .delivering import deliver_due, follow
from .gauges import gauge

__all__ = ["deliver_due", "follow", "gauge"]

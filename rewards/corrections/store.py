"""The limits of this deployment, set once by the composition root."""

from .types import Limits

_limits = [Limits(alone=50, daily=200)]


def use_limits(limits: Limits) -> None:
    """Set how much one staff member may do alone."""
    _limits[:] = [limits]


def limits() -> Limits:
    """Return how much one staff member may do alone."""
    return _limits[0]

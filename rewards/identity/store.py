"""How many sign-in codes this deployment sends, set once by the composition root."""

_hourly_max = [5_000]


def use_hourly_max(count: int) -> None:
    """Set how many codes are sent to phones in an hour at most."""
    _hourly_max[:] = [count]


def hourly_max() -> int:
    """Return how many codes are sent to phones in an hour at most."""
    return _hourly_max[0]

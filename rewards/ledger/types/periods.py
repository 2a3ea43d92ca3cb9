"""What the books hold of a period."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """Minutes of service: those confirmed, those written down afterwards, and from how often."""

    minutes: int
    backfilled: int
    services: int

    @property
    def total(self) -> int:
        """Return all of the minutes."""
        return self.minutes + self.backfilled

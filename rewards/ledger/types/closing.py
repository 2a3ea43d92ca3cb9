"""When a period is over for the boards, and where what comes later counts."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class LateEntries(StrEnum):
    """Which boards count an entry whose month was closed when it was posted.

    `CURRENT`: those of the day it was posted on, so that results once told do
    not move. `ORIGINAL`: those of the day it belongs to.
    """

    CURRENT = "current"
    ORIGINAL = "original"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingPolicy:
    """What a center decided: how many days a period stays open after its last one, and the rest."""

    settle_days: int
    late_entries: LateEntries


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedPolicy:
    """A policy, with when a center decided that it holds."""

    policy: ClosingPolicy
    set_at: datetime


SETTLE_DAYS_MAX = 31
DEFAULT_POLICY = ClosingPolicy(settle_days=3, late_entries=LateEntries.CURRENT)

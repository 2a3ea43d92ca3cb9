"""Which cap held while points were given."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Protocol

from ..types import CapVersion

# Every process sees a change of the rules within so long.
CHANGE_SEEN_WITHIN = timedelta(seconds=2)


class SummedPoints(Protocol):
    """Points that one rule, or all together, gave by several entries."""

    @property
    def rule_code(self) -> str:
        """Return the rule's code, empty for all rules."""

    @property
    def versions(self) -> range:
        """Return the versions that the rule may have had."""

    @property
    def first_at(self) -> datetime:
        """Return when the first was given."""

    @property
    def last_at(self) -> datetime:
        """Return when the last was given."""


def list_lowest(caps: Iterable[CapVersion]) -> dict[str, int]:
    """Return the lowest cap that each rule ever had, of those that had one."""
    lowest: dict[str, int] = {}
    for cap in caps:
        if cap.points:
            lowest[cap.code] = min(cap.points, lowest.get(cap.code, cap.points))
    return lowest


def find_cap(caps: Iterable[CapVersion], given: SummedPoints) -> int | None:
    """Return the highest cap that held while *given* was given, or None if once there was none."""
    held = [cap.points for cap in _list_held(caps, given)]
    return max(held) if held and all(held) else None


def _list_held(caps: Iterable[CapVersion], given: SummedPoints) -> list[CapVersion]:
    same = [cap for cap in caps if cap.code == given.rule_code]
    if given.rule_code:
        return [cap for cap in same if cap.version in given.versions]
    # Entries do not name the version of the guard, so the time decides.
    begin = given.first_at - CHANGE_SEEN_WITHIN
    earlier = [cap for cap in same if cap.valid_from <= begin]
    return earlier[-1:] + [cap for cap in same if begin < cap.valid_from <= given.last_at]

"""Rules as data, and what they gave."""

from dataclasses import dataclass, field
from datetime import datetime

from rewards.ledger.types import BoardKind

GUARD = "GUARD"  # caps over all rules together


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What an act is worth. `per_minutes` 0: the base is given once.

    Caps are points per participant and local day or month; 0 means no cap.
    """

    code: str
    version: int
    base: int
    per_minutes: int = 0
    minutes_min: int = 0
    cap_day: int = 0
    cap_month: int = 0
    counts_minutes: bool = False
    board: BoardKind = BoardKind.NONE


@dataclass(frozen=True, slots=True)
class Usage:
    """Points a participant already has from attendance: by rule, and in all."""

    rule_day: int = 0
    rule_month: int = 0
    all_day: int = 0
    all_month: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Award:
    """What a rule gave and why.

    `uncapped` is what it would have given without caps; `cap` names the cap
    that bound ("rule_day", "rule_month", "guard_day", "guard_month"), or "".
    `minutes` is the time judged, None where the rule does not look at it.
    """

    rule: str
    version: int
    points: int
    uncapped: int
    base: int
    per_minutes: int
    minutes: int | None
    minutes_min: int
    cap: str
    cap_limit: int
    board: BoardKind


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """The rules in force on a day, and the guard over all of them."""

    rules: dict[str, Rule] = field(default_factory=dict)
    guard_day: int = 0
    guard_month: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """What an attendance brought: the awards, and the points there are now."""

    awards: tuple[Award, ...]
    points: int
    balance: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CapVersion:
    """A cap of one version of a rule; of the guard over all rules, if it has no code.

    `points` 0: no cap.
    """

    code: str
    version: int
    points: int
    valid_from: datetime

"""Rules as data, the acts they judge, and what they gave."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any
from uuid import UUID

from rewards.access.types import ParticipantId
from rewards.core.periods import Period
from rewards.ledger.types import BoardKind

GUARD = "GUARD"  # caps over all rules together


@dataclass(frozen=True, slots=True)
class Tier:
    """What a score of `at_least` gives, if it reaches no higher tier."""

    at_least: int
    points: int


@dataclass(frozen=True, slots=True)
class Window:
    """Hours of the local day. One that ends before it starts runs past midnight."""

    start: time
    end: time


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What an act is worth.

    A rule with `of` is a bonus: `factor_percent` says what the points of the
    other rule come to with it, 150 for half as many again. Of several bonuses
    the one that gives most counts. `shares_caps`: its points stand under the
    caps of the other rule too.

    `per_minutes` 0: the base is given once for each of a quantity. `tiers`
    give points by a score instead, `amount_min` and `amount_max` leave the
    amount to whoever enters the act, with `approvers` people behind one above
    `approvers_above`. Caps are points per participant and period.
    """

    code: str
    version: int
    base: int = 0
    per_minutes: int = 0
    minutes_min: int = 0
    minutes_fixed: int = 0
    of: str = ""
    factor_percent: int = 0
    shares_caps: bool = False
    window: Window | None = None
    needs: str = ""
    excludes: tuple[str, ...] = ()
    tiers: tuple[Tier, ...] = ()
    amount_min: int = 0
    amount_max: int = 0
    approvers: int = 0
    approvers_above: int = 0
    first_per_day: bool = False
    caps: Mapping[Period, int] = field(default_factory=dict)
    counts_minutes: bool = False
    board: BoardKind = BoardKind.NONE
    enabled: bool = True
    node_path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """The rules in force at a moment, and the caps over all of them.

    `overrides` holds what some nodes and everything below them have instead.
    """

    rules: Mapping[str, Rule] = field(default_factory=dict)
    overrides: Mapping[str, tuple[Rule, ...]] = field(default_factory=dict)
    guard: Mapping[Period, int] = field(default_factory=dict)
    guard_version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What somebody did, as far as rules look at it.

    `codes` are the rules it was done under; those of a bonus stand for the
    rule it is of as well. `minutes` is None where time does not matter;
    `ended_at` is when they ended. `verified` names what staff made sure of,
    such as "qualification", `approved_by` who stands behind an amount.
    `is_vouched`: staff answer for its having been long enough.
    """

    codes: tuple[str, ...]
    node_path: str
    day: date
    minutes: int | None = None
    ended_at: datetime | None = None
    quantity: int = 1
    score: int | None = None
    amount: int = 0
    attempt: int = 1
    verified: frozenset[str] = frozenset()
    approved_by: frozenset[str] = frozenset()
    is_vouched: bool = False


@dataclass(frozen=True, slots=True)
class Given:
    """Points that one rule gave on one day."""

    rule_code: str
    business_date: date
    points: int


class Why(StrEnum):
    """Why a rule gave nothing, apart from caps."""

    NONE = ""
    OFF = "off"
    TOO_SHORT = "too_short"
    OUTSIDE_WINDOW = "outside_window"
    NOT_VERIFIED = "not_verified"
    EXCLUDED = "excluded"
    NOT_FIRST = "not_first"
    SCORE_TOO_LOW = "score_too_low"


@dataclass(frozen=True, slots=True, kw_only=True)
class Award:
    """What a rule gave and why.

    `uncapped` is what it would have given without caps; `cap` names the cap
    that bound: "rule_", "base_" (that of the rule it is a bonus upon) or
    "guard_" with a period, or "". `minutes` is the time judged, None where the
    rule does not look at it. Entries keep an award for ever: fields may come,
    with a default, but none may go.
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
    of: str = ""
    factor_percent: int = 0
    window: str = ""
    quantity: int = 1
    score: int | None = None
    needs: str = ""
    excluded_by: str = ""
    why: Why = Why.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """What an act brought: the awards, and the points there are now.

    `is_withheld`: nothing yet, because the books are frozen.
    """

    awards: tuple[Award, ...]
    points: int
    balance: int
    is_withheld: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleVersion:
    """One version of a rule, in general or at a node.

    `definition` of a node's version holds only what differs there; an empty
    one ends the difference. It runs from `valid_from` to `valid_to` or to the
    next version for the same place, whichever comes first.
    """

    code: str
    version: int
    node_id: UUID | None
    node_path: str
    definition: Mapping[str, Any]
    valid_from: datetime
    valid_to: datetime | None
    note: str
    created_by: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PastActs:
    """What people did on some days: those of one person together, in order of time.

    `is_sample`: only the first people, for there were too many acts.
    """

    start: date
    end: date
    acts: tuple[tuple[ParticipantId, Act], ...]
    is_sample: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeDifference:
    """What the acts at a node give by the rules as they are, and by the changed ones."""

    node_path: str
    before: int
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRun:
    """What a changed rule would have given for the acts of some days, without names.

    `gaining` and `losing` count people; `largest` holds what one person would
    have got before and after, the greatest differences first. `is_sample`:
    only the first people were looked at, for there were too many acts.
    """

    start: date
    end: date
    acts: int
    people: int
    is_sample: bool
    before: int
    after: int
    gaining: int
    losing: int
    nodes: tuple[NodeDifference, ...]
    largest: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """An attendance as it is credited, at once or, if the books are frozen, when they no more are.

    `principal` is who brought it about.
    """

    source_id: UUID
    participant_id: ParticipantId
    occasion_id: UUID
    minutes: int | None
    verified: frozenset[str]
    principal: str
    occurred_at: datetime

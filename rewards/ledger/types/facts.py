"""What the books tell those who check them."""

from dataclasses import dataclass
from datetime import date

from rewards.access.types import ParticipantId

from .books import Asset, EntryId, HoldId, HoldStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldFact:
    """A hold as a check compares it with what it is for."""

    id: HoldId
    participant_id: ParticipantId
    amount: int
    status: HoldStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendingFact:
    """An entry that took points, as a check compares it with what they were spent on."""

    participant_id: ParticipantId
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundFact:
    """An entry that gave points back which had been spent."""

    entry_id: EntryId
    participant_id: ParticipantId
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedFact:
    """An entry that somebody may have decided by hand, as a check compares it with who did.

    An adjustment is always that; reversals and awards come about in other ways too.
    """

    entry_id: EntryId
    participant_id: ParticipantId
    asset: Asset
    amount: int
    reverses_id: EntryId | None
    is_adjustment: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ExcessFact:
    """Points of one person by one rule, or by all if it has no code, above what was allowed.

    `day` is the first of the period on which there were any.
    """

    participant_id: ParticipantId
    rule_code: str
    day: date
    points: int
    limit: int


@dataclass(frozen=True, slots=True)
class Posted:
    """What the books hold of an act by one rule. `points` is 0 for minutes, and if undone."""

    rule_code: str
    asset: Asset
    business_date: date
    points: int

"""Lots, what became of them, and reversals."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from rewards.access.types import ParticipantId

from .books import SPENDING_REASONS, EntryId, Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Reversal:
    """What a reversal did: `amount` is what it added to the account, below zero or above.

    `debt` is what the participant owes after it.
    """

    entry_id: EntryId
    amount: int
    balance: int
    debt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """Points that came with one entry: how many of them are left, and until when they hold."""

    entry_id: EntryId
    amount: int
    left: int
    valid_until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class LotUse:
    """Points of a lot that an entry took, or gave back if `amount` is below zero."""

    entry_id: EntryId
    reason: Reason
    amount: int
    at: datetime
    details: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What became of an entry: `valid_until` and `left` are None where it brought no points."""

    valid_until: date | None
    left: int | None
    uses: tuple[LotUse, ...]
    reversed_by: EntryId | None

    @property
    def expired(self) -> int:
        """Return how many of its points expired."""
        return sum(use.amount for use in self.uses if use.reason is Reason.EXPIRY)

    @property
    def spent(self) -> tuple[LotUse, ...]:
        """Return what its points went to, expiry and reversals left out."""
        return tuple(use for use in self.uses if use.reason in SPENDING_REASONS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expiring:
    """Points of one person that expire after a day."""

    participant_id: ParticipantId
    valid_until: date
    points: int

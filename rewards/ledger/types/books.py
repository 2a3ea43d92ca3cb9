"""Words of the books."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NewType
from uuid import UUID

from rewards.access.types import ParticipantId

AccountId = NewType("AccountId", UUID)
EntryId = NewType("EntryId", UUID)
HoldId = NewType("HoldId", UUID)


class Asset(StrEnum):
    """What is counted. Minutes never expire and are never spent."""

    POINTS = "points"
    SERVICE_MINUTES = "service_minutes"


class AccountKind(StrEnum):
    """Participants' accounts keep a balance; system accounts do not: their row would be hot."""

    PARTICIPANT = "participant"
    ISSUED = "issued"
    REDEEMED = "redeemed"
    EXPIRED = "expired"


# The counterparts of every participant's account, put there by the migrations.
SYSTEM_ACCOUNTS = {
    (AccountKind.ISSUED, Asset.POINTS): UUID("00000000-0000-7000-8000-000000000001"),
    (AccountKind.ISSUED, Asset.SERVICE_MINUTES): UUID("00000000-0000-7000-8000-000000000002"),
    (AccountKind.REDEEMED, Asset.POINTS): UUID("00000000-0000-7000-8000-000000000003"),
    (AccountKind.REDEEMED, Asset.SERVICE_MINUTES): UUID("00000000-0000-7000-8000-000000000004"),
    (AccountKind.EXPIRED, Asset.POINTS): UUID("00000000-0000-7000-8000-000000000005"),
}


class Reason(StrEnum):
    """Why an entry was posted.

    An award is given by a rule for something other than attendance; an
    adjustment by hand; a back-fill is minutes written down afterwards. A
    reversal takes back what was earned, a refund gives back what was spent.
    """

    ATTENDANCE = "attendance"
    AWARD = "award"
    ADJUSTMENT = "adjustment"
    BACKFILL = "backfill"
    REVERSAL = "reversal"
    REDEMPTION = "redemption"
    REFUND = "refund"
    EXPIRY = "expiry"


# What counts as earned, and so for boards: spending and expiry do not.
EARNING_REASONS = frozenset(
    {Reason.ATTENDANCE, Reason.AWARD, Reason.ADJUSTMENT, Reason.BACKFILL, Reason.REVERSAL}
)
# What rules give and what is taken back of it: this is what caps look at.
RULED_REASONS = frozenset({Reason.ATTENDANCE, Reason.AWARD, Reason.REVERSAL})
# What lowers a balance because somebody got something for it.
SPENDING_REASONS = frozenset({Reason.REDEMPTION, Reason.REFUND, Reason.ADJUSTMENT})
# Entries that point to another one and undo it.
REVERSING_REASONS = frozenset({Reason.REVERSAL, Reason.REFUND})


class BoardKind(StrEnum):
    """Which board an earned point counts for besides the one of all points."""

    STUDY = "study"
    SERVICE = "service"
    NONE = "none"


class HoldStatus(StrEnum):
    OPEN = "open"
    CAPTURED = "captured"
    RELEASED = "released"


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """A participant's account: `available` is what may be spent or held.

    While the books are frozen, nothing can be posted to it or held.
    `debt` is what a reversal took that was not there any more; only with a
    debt can `available` be below zero.
    """

    account_id: AccountId
    balance: int
    held: int
    earned: int
    debt: int = 0
    is_frozen: bool = False

    @property
    def available(self) -> int:
        """Return the points that no hold has set aside."""
        return self.balance - self.held


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryDraft:
    """An entry about to be posted to a participant's account.

    `node_path` is copied into the books, so that every fold is a function of
    their rows alone. `details` says why in JSON-plain codes and numbers.
    `counted_on` is the day whose boards are to count it, if not its business
    date; that day's month may be closed, and then posting finds another.
    `renewal` is how often attendance of that occasion was undone before.
    """

    participant_id: ParticipantId
    asset: Asset
    amount: int
    reason: Reason
    source_id: UUID
    occasion_id: UUID | None
    rule_code: str
    rule_version: int
    board: BoardKind
    node_id: UUID
    node_path: str
    actor: str
    occurred_at: datetime
    business_date: date
    details: dict[str, Any]
    reverses_id: EntryId | None = None
    team_id: UUID | None = None
    counted_on: date | None = None
    renewal: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of a participant's history."""

    id: EntryId
    participant_id: ParticipantId
    asset: Asset
    amount: int
    reason: Reason
    source_id: UUID
    occasion_id: UUID | None
    rule_code: str
    rule_version: int
    board: BoardKind
    node_id: UUID
    node_path: str
    actor: str
    occurred_at: datetime
    posted_at: datetime
    business_date: date
    details: dict[str, Any]
    reverses_id: EntryId | None
    team_id: UUID | None = None
    counted_on: date | None = None
    renewal: int = 0

    @property
    def is_entered(self) -> bool:
        """Tell whether it stands on the word of staff, not on what the system saw itself."""
        return self.actor.startswith("staff:")


@dataclass(frozen=True, slots=True, kw_only=True)
class Freeze:
    """Since when the books are frozen, and by which invariants that were found broken."""

    since: datetime
    invariants: tuple[str, ...]

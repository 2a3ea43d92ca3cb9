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

    `debt` is what a reversal took that was not there any more; only with a
    debt can `available` be below zero.
    """

    account_id: AccountId
    balance: int
    held: int
    earned: int
    debt: int = 0

    @property
    def available(self) -> int:
        """Return the points that no hold has set aside."""
        return self.balance - self.held


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryDraft:
    """An entry about to be posted to a participant's account.

    `node_path` is copied into the books, so that every fold is a function of
    their rows alone. `details` says why in JSON-plain codes and numbers.
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

    @property
    def is_entered(self) -> bool:
        """Tell whether it stands on the word of staff, not on what the system saw itself."""
        return self.actor.startswith("staff:")


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


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedPosting:
    """An earned posting in the order of the chain: what a board is folded from."""

    seq: int
    hash: str
    participant_id: ParticipantId
    asset: Asset
    amount: int
    is_earned: bool
    board: BoardKind
    node_path: str
    business_date: date
    posted_at: datetime


@dataclass(frozen=True, slots=True)
class ChainHead:
    """The end of the chain: the number of the last seal and its hash."""

    seq: int
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EarnedSum:
    """What a participant earned at one node on one day: the grain that boards are folded from.

    `last_gain_at` is when the last positive entry was posted, None without one.
    """

    participant_id: ParticipantId
    asset: Asset
    board: BoardKind
    node_path: str
    business_date: date
    amount: int
    last_gain_at: datetime | None
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EarnedStanding:
    """Someone's sum and where it stands: equal sums share a rank, a place is one's own."""

    participant_id: ParticipantId
    amount: int
    rank: int
    place: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EarnedSpan:
    """Which earnings count, and how those who earned the same are ordered.

    `board` None: of every kind. `start` and `end` None: of all time; both are
    included. Inside a tie the last gain decides, in steps of `step_seconds`
    since `origin` (seconds since 1970), at most `steps_max` of them.
    """

    asset: Asset
    board: BoardKind | None
    node_path: str
    start: date | None
    end: date | None
    origin: int
    step_seconds: int
    steps_max: int


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
class AttendanceSum:
    """Points of one person by one rule, or by all if it has no code, in one day or month.

    `day` is the first day on which there were any, `versions` are those the
    rule may have had, `first_at` and `last_at` bound when they were posted.
    """

    participant_id: ParticipantId
    rule_code: str
    day: date
    points: int
    versions: range
    first_at: datetime
    last_at: datetime

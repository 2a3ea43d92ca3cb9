"""Words of corrections."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from rewards.access.types import ParticipantId
from rewards.ledger.types import Asset, EntryId
from rewards.network.types import NodeId

CorrectionId = NewType("CorrectionId", UUID)


class CorrectionKind(StrEnum):
    """What staff may do to the books by hand.

    A reversal takes back an entry as it was; an adjustment gives or takes
    points; an award is an act that a rule values and staff saw.
    """

    REVERSAL = "reversal"
    ADJUSTMENT = "adjustment"
    AWARD = "award"


class EnteredRule(StrEnum):
    """The rules of acts that staff see and enter: of no occasion, no bonus, without minutes.

    Source: domain defaults 6.1.
    """

    AWARD = "AWARD"
    SVC_LEAD = "SVC_LEAD"
    WISH_DONE = "WISH_DONE"
    TRAINING = "TRAIN_PASS"
    STUDY_SHARE = "STUDY_SHARE"
    AUDIO = "AUDIO"
    QUIZ = "QUIZ"
    BOOK_BACK = "BOOK_BACK"
    BOOK_NOTE = "BOOK_NOTE"
    BOOK_GIVE = "BOOK_GIVE"
    REFER = "REFER"
    XXQG_TIER = "XXQG_TIER"
    WELCOME = "WELCOME"


class CorrectionStatus(StrEnum):
    """Pending is waiting for a second person; the other two are ends, exclusive and final."""

    PENDING = "pending"
    APPLIED = "applied"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How many points one staff member may move alone: at once, and given in one local day."""

    alone: int
    daily: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """Something done to the books by hand, by whom, why, and what became of it.

    `amount` is what was asked for: points or minutes, below zero if they are
    taken. `entry_id` is the entry that a reversal undoes, `applied_entry_id`
    the one that came of it. `decided_by` is the second person, "" without one.
    """

    id: CorrectionId
    kind: CorrectionKind
    status: CorrectionStatus
    participant_id: ParticipantId
    masked_name: str
    number: str
    is_closed: bool
    node_id: NodeId
    node_path: str
    asset: Asset
    amount: int
    rule_code: str
    entry_id: EntryId | None
    note: str
    requested_by: str
    requested_by_name: str
    requested_at: datetime
    decided_by: str
    decided_by_name: str
    decided_at: datetime | None
    decision_note: str
    applied_entry_id: EntryId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What a staff member may still give by hand today, and alone at once."""

    alone: int
    daily: int
    given: int

    @property
    def left(self) -> int:
        """Return the points that may still be given today."""
        return max(0, self.daily - self.given)

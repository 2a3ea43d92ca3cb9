"""Words of appeals."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from rewards.access.types import ParticipantId
from rewards.checkins.types import CheckInId
from rewards.ledger.types import EntryId
from rewards.network.types import NodeId

AppealId = NewType("AppealId", UUID)

TEXT_LENGTH_MIN = 5
TEXT_LENGTH_MAX = 500


class AppealState(StrEnum):
    """An appeal is answered by upholding or by rejecting it."""

    OPEN = "open"
    UPHELD = "upheld"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What an appeal is about: an entry, or an attendance that earned nothing.

    `entered_by` are the principals by whose word it stands in the books, in
    any of its parts; `recorded_at` is when it came there.
    """

    participant_id: ParticipantId
    entry_id: EntryId | None
    check_in_id: CheckInId | None
    node_id: NodeId
    node_path: str
    day: date
    recorded_at: datetime
    entered_by: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Appeal:
    """An appeal. `text` and `answer` are empty once they are forgotten.

    `day` is the day that the contested line counts for, `due_at` the moment by
    which the station answers, `correction_id` the entry that put things right.
    """

    id: AppealId
    participant_id: ParticipantId
    entry_id: EntryId | None
    check_in_id: CheckInId | None
    node_id: NodeId
    node_path: str
    day: date
    text: str
    made_at: datetime
    made_by: str
    due_at: datetime
    state: AppealState
    closed_at: datetime | None
    answered_by: str
    answer: str
    correction_id: EntryId | None

    @property
    def is_open(self) -> bool:
        """Tell whether it waits for an answer."""
        return self.state is AppealState.OPEN

    def is_overdue(self, now: datetime) -> bool:
        """Tell whether its answer is late at *now*."""
        return self.is_open and self.due_at <= now

"""Words of statements and record slips."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from rewards.access.types import ParticipantId
from rewards.ledger.types import Entry, Expiring, Reason, Served
from rewards.network.types import NodeId
from rewards.participants.types import Participant

SlipId = NewType("SlipId", UUID)


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Days of the local calendar, the first and the last included."""

    first: date
    last: date


class Span(StrEnum):
    """What a period is called by, if it is a whole one."""

    YEAR = "year"
    QUARTER = "quarter"
    MONTH = "month"
    DAYS = "days"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An entry on a statement: the balance after it, and what became of it.

    `expired` is how many of its points have expired by now.
    """

    entry: Entry
    balance: int
    reversed_at: datetime | None
    expired: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A participant's points as they were posted in a period, and the minutes served in it.

    `opening` and the amounts of `lines` sum to `closing`; `totals` are those
    amounts by reason. Points follow the day they were posted on, so that a
    statement of the past never changes; minutes the day they were served on.
    """

    participant: Participant
    period: Period
    made_at: datetime
    opening: int
    closing: int
    lines: tuple[Line, ...]
    totals: Mapping[Reason, int]
    expiring: tuple[Expiring, ...]
    services: tuple[Line, ...]
    served: Served


class SlipStatus(StrEnum):
    ISSUED = "issued"
    VOID = "void"


class VoidReason(StrEnum):
    """Why a slip was declared void; a code, so that no word about a person is kept."""

    MISTAKE = "mistake"
    CORRECTED = "corrected"
    REPLACED = "replaced"
    NOT_NEEDED = "not_needed"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSlip:
    """The hours of a period as they were when the slip was issued.

    `minutes` were confirmed, `backfilled` written down afterwards; neither
    holds the other. `is_certificate`: `issuer` is a lawful issuer and answers
    for it, else the slip is the station's own record.
    """

    id: SlipId
    number: str
    participant_id: ParticipantId
    period: Period
    minutes: int
    backfilled: int
    services: int
    node_id: NodeId
    issuer: str
    is_certificate: bool
    issued_by: str
    issued_at: datetime
    status: SlipStatus
    void_reason: VoidReason | None
    voided_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipCheck:
    """All that anybody who has the number may know of a slip: nothing of the person.

    `has_changed`: the hours of the period were lowered after it was issued.
    """

    number: str
    period: Period
    minutes: int
    backfilled: int
    services: int
    node_id: NodeId
    issuer: str
    is_certificate: bool
    issued_at: datetime
    status: SlipStatus
    voided_at: datetime | None
    has_changed: bool

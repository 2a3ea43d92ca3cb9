"""Words of the desks that go on without a network."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType
from uuid import UUID

from rewards.access.types import ParticipantId
from rewards.activities.types import OccasionId
from rewards.checkins.types import CheckInId
from rewards.network.types import NodeId

GateDeviceId = NewType("GateDeviceId", UUID)
OfflineScanId = NewType("OfflineScanId", UUID)


class Direction(StrEnum):
    """Whether somebody comes or leaves."""

    IN = "in"
    OUT = "out"


class ScanState(StrEnum):
    """What became of an uploaded scan.

    DONE: it checked somebody in or out. ALREADY: that had been done before.
    REFUSED: it waits until staff settle it. SETTLED: they did. DROPPED: they
    said why it counts for nothing.
    """

    DONE = "done"
    ALREADY = "already"
    REFUSED = "refused"
    SETTLED = "settled"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class GateDevice:
    """A page of one occasion that was loaded on a tablet, by whom and when.

    `sequence` and `elapsed` are those of the last scan uploaded from it.
    """

    id: GateDeviceId
    occasion_id: OccasionId
    opened_by: str
    loaded_at: datetime
    sequence: int
    elapsed: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Elapsed:
    """The time since the loading as a tablet reckons it.

    `least` by the clock that nobody can set, which stops while the tablet
    sleeps; `most` with what the other clock jumped ahead meanwhile.
    """

    least: timedelta
    most: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoning:
    """When something happened on a tablet; not `is_sure` if its clocks disagree with ours."""

    at: datetime
    is_sure: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedScan:
    """A scan as a tablet kept it, in the order of `sequence`, signed with the tablet's key."""

    sequence: int
    elapsed: Elapsed
    direction: Direction
    gate: str
    raw: str
    signature: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadableScan:
    """A scan that a tablet kept and that is none, but for its number."""

    sequence: int
    raw: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfflineScan:
    """An uploaded scan. `raw` None: it is not kept any more.

    `reason` is the code of the refusal. `skipped` is how many numbers of the
    device's sequence came to nobody's knowledge before it. `scanned_at` is not
    `is_sure` if the tablet's clocks disagreed with ours.
    """

    id: OfflineScanId
    device_id: GateDeviceId
    sequence: int
    occasion_id: OccasionId
    node_id: NodeId
    node_path: str
    direction: Direction
    gate: str
    raw: str | None
    scanned_at: datetime
    is_sure: bool
    skipped: int
    uploaded_at: datetime
    opened_by: str
    state: ScanState
    reason: str
    check_in_id: CheckInId | None
    participant_id: ParticipantId | None
    settled_by: str
    settled_at: datetime | None
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an upload of one scan came to. `scan` None: it was not taken at all, for `reason`."""

    sequence: int
    state: ScanState
    reason: str = ""
    scan: OfflineScan | None = None

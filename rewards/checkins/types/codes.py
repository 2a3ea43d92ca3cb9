"""Words of codes, scans and what shows presence."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum

from rewards.access.types import ParticipantId
from rewards.activities.types import OccasionId
from rewards.participants.types import Participant


class CodeKind(IntEnum):
    """The first byte of a code's token.

    DISPLAY: rotates on a screen or a leader's phone. MEMBER: rotates on a
    participant's phone, for staff. POSTER: on a wall. CARD: carried, for staff.
    """

    DISPLAY = 1
    MEMBER = 2
    POSTER = 3
    CARD = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What a scanned code carries. `label` is sixteen hexadecimal digits."""

    kind: CodeKind
    label: str
    step: int
    tag: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class DisplayCode:
    """The rotating code of an occasion; a new one comes at `expires_at`."""

    token: str
    digits: str
    expires_at: datetime


class CheckInChannel(StrEnum):
    """How presence was shown: to the system by oneself, to staff by a card or code, or by word."""

    DISPLAY_CODE = "display_code"
    DIGITS = "digits"
    POSTER = "poster"
    CARD = "card"
    MEMBER_CODE = "member_code"
    STAFF = "staff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Presented:
    """Who stands before staff, and by what they know it; `step` is that of a member code."""

    participant: Participant
    channel: CheckInChannel
    step: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What else is known of how somebody checked in; nothing is decided by it.

    `device` stands for the browser. `utc_offset` is what the phone takes for its
    time zone, in minutes east. `gate` names the door that staff stood at.
    `is_offline`: it was scanned without a network and sent in later.
    """

    device: str | None = None
    utc_offset: int | None = None
    gate: str = ""
    is_offline: bool = False


NO_EVIDENCE = Evidence()


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanTicket:
    """A scan whose time is frozen: enough to check in within ten minutes, once.

    `device` stands for the browser that scanned: nobody else can use it. `step` is that of
    the code, 0 where none was scanned that moves on.
    """

    id: str
    occasion_id: OccasionId
    scanned_at: datetime
    channel: CheckInChannel
    device: str
    step: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedScan:
    """An attempt that was refused, for staff to help with. Without an occasion: no code of ours."""

    at: datetime
    reason: str
    occasion_id: OccasionId | None
    participant_id: ParticipantId | None
    raw: str = ""
    is_leaving: bool = False

"""Names and read models of participants."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from rewards.access.types import ParticipantId
from rewards.network.types import NodeId

CardId = NewType("CardId", UUID)
QualificationId = NewType("QualificationId", UUID)


class BoardDisplay(StrEnum):
    """How a participant agreed to be shown on public boards; hidden unless said otherwise."""

    HIDDEN = "hidden"
    MASKED = "masked"
    NICKNAME = "nickname"


class ConsentKind(StrEnum):
    """What a consent is about; each is given and withdrawn by itself."""

    SERVICE = "service"
    PUBLIC_BOARD = "public_board"


class ConsentChannel(StrEnum):
    SELF = "self"
    STAFF = "staff"
    IMPORT = "import"


class CardEnd(StrEnum):
    """Why a card is good no longer."""

    LOST = "lost"
    DAMAGED = "damaged"
    RETURNED = "returned"
    CLOSED = "closed"


class Profession(StrEnum):
    """What a certificate of somebody's calling or licence allows them to do."""

    MEDICAL = "medical"
    LEGAL = "legal"
    PSYCHOLOGY = "psychology"
    DRIVING = "driving"


class Training(StrEnum):
    """What somebody was taught here before they may do it for others."""

    FIRST_AID = "first_aid"
    SAFETY = "safety"
    CHILDREN = "children"
    ELDERLY = "elderly"
    HOTLINE = "hotline"


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """What other features and pages may know of a participant: no full name, no phone."""

    id: ParticipantId
    number: str
    masked_name: str
    masked_phone: str
    nickname: str
    board_display: BoardDisplay
    is_minor: bool
    home_node_id: NodeId
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class PublicName:
    """What others may call a participant.

    `ending` is the end of the participant's number, where the name alone
    would mean several people; else it is empty.
    """

    text: str
    ending: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What was agreed to or withdrawn, when, and in which wording."""

    kind: ConsentKind
    choice: str
    text_version: str
    channel: ConsentChannel
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NicknameRemoval:
    """A nickname that staff took off the boards, and why."""

    nickname: str
    reason: str
    removed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """The full name and phone, decrypted for those who may see them."""

    id: ParticipantId
    name: str
    phone: str
    birth_year: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A printed card by which staff know somebody who carries no phone.

    `label` is sixteen random hexadecimal digits that stand for the card in its
    code; `key` proves that the code is ours. `revoked_at` None: it is good.
    """

    id: CardId
    participant_id: ParticipantId
    label: str
    key: bytes = field(repr=False)
    issued_at: datetime
    issued_by: str
    revoked_at: datetime | None
    revoked_by: str
    reason: CardEnd | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Qualification:
    """A line of the register: what staff saw proof of; `valid_until` is the last good day."""

    id: QualificationId
    code: Profession | Training
    valid_until: date | None
    verified_by: str
    verified_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardianConsent:
    """What a guardian agreed to for a minor; the name is for those who may see names."""

    guardian_name: str
    given_at: datetime
    recorded_by: str
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What decides whether somebody may take part on a day.

    Only the year of birth is known, so that an age is one of two; both are
    None where not even that is known.
    """

    age_least: int | None
    age_most: int | None
    professions: frozenset[Profession]
    trainings: frozenset[Training]
    has_guardian_consent: bool

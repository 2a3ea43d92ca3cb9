"""Words of visits."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from rewards.access.types import ParticipantId
from rewards.stock.types import SpaceId

VisitId = NewType("VisitId", UUID)


class Proof(StrEnum):
    """By what somebody showed that they are there: the code of their phone, or a card."""

    MEMBER_CODE = "member_code"
    CARD = "card"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Somebody stands before the desk of a space, and one member of staff serves them.

    `opened_by` is the principal of who scanned them; it counts for nobody else.
    """

    id: VisitId
    participant_id: ParticipantId
    space_id: SpaceId
    proof: Proof
    opened_by: str
    opened_at: datetime
    ends_at: datetime

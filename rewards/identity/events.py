"""Facts of identity."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeSent:
    """A sign-in code was made for a phone; whoever delivers messages takes it from here."""

    phone: str = field(repr=False)
    phone_ending: str
    code: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipantClosed:
    """A participant's account is being closed."""

    participant_id: UUID
    at: datetime

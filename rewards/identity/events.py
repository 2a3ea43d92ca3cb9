"""Facts of identity."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeSent:
    """A sign-in code was made for a phone; whoever delivers messages takes it from here."""

    phone: str = field(repr=False)
    phone_ending: str
    code: str = field(repr=False)
    expires_at: datetime

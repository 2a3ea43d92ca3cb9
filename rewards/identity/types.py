"""Words of identity."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from rewards.access.types import StaffId


class SignInChannel(StrEnum):
    """Where a sign-in lives: a browser's cookie or an API client's bearer token."""

    BROWSER = "browser"
    API = "api"


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    id: StaffId
    name: str
    has_totp: bool
    disabled_at: datetime | None

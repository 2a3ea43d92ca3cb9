"""Words of identity."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from rewards.access.types import (
    ParticipantActor,
    ParticipantId,
    Role,
    SignInId,
    StaffActor,
    StaffId,
)
from rewards.network.types import NodeId


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


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleGrant:
    """A role that a staff member holds, or once held."""

    id: UUID
    staff_id: StaffId
    role: Role
    node_id: NodeId
    node_path: str
    granted_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What a sign-in of staff is judged by."""

    staff_id: StaffId
    password_hash: str
    failures: int
    failed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """A browser or a program that is signed in; its owner can list these and end them."""

    id: SignInId
    channel: SignInChannel
    label: str
    created_at: datetime
    used_at: datetime
    expires_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognized:
    """Whom a token belongs to, and whether its use is due to be written down."""

    actor: ParticipantActor | StaffActor
    sign_in_id: SignInId
    is_use_due: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Clerk:
    """A staff member who can take the desk of a tablet by digits."""

    staff_id: StaffId
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPin:
    """What somebody's digits on a tablet are judged by."""

    id: UUID
    pin_hash: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SentCode:
    """A sign-in code on its way. The number it goes to and the code are secrets."""

    phone: str = field(repr=False)
    phone_ending: str
    code: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A new sign-in; its token is known at this moment only."""

    sign_in_id: SignInId
    token: str = field(repr=False)
    participant_id: ParticipantId | None = None
    staff_id: StaffId | None = None
    is_new: bool = False

"""Actors, roles and verbs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, NewType
from uuid import UUID

ParticipantId = NewType("ParticipantId", UUID)
StaffId = NewType("StaffId", UUID)
SignInId = NewType("SignInId", UUID)


class Role(StrEnum):
    """What a staff member may be at a node and everywhere below it."""

    CENTER_ADMIN = "center_admin"
    INSTITUTE_ADMIN = "institute_admin"
    STATION_ADMIN = "station_admin"
    CLERK = "clerk"
    HOST = "host"
    TEAM_LEADER = "team_leader"
    AUDITOR = "auditor"


class Verb(StrEnum):
    """What can be done to something that belongs to a node."""

    VIEW_CONSOLE = "view_console"
    MANAGE_NETWORK = "manage_network"
    VIEW_PARTICIPANT = "view_participant"
    MANAGE_PARTICIPANT = "manage_participant"
    MANAGE_STAFF = "manage_staff"
    MANAGE_OCCASION = "manage_occasion"
    SHOW_CODE = "show_code"
    CHECK_IN = "check_in"
    MANAGE_STOCK = "manage_stock"
    FULFIL = "fulfil"
    VIEW_BOOKS = "view_books"
    MANAGE_RULES = "manage_rules"
    MANAGE_BUDGET = "manage_budget"
    CORRECT = "correct"
    CONFIRM_HOURS = "confirm_hours"
    MANAGE_SCREEN = "manage_screen"
    MANAGE_TEAM = "manage_team"
    MANAGE_MEMBERS = "manage_members"
    MANAGE_WEBHOOKS = "manage_webhooks"


@dataclass(frozen=True, slots=True)
class Grant:
    """A role at a node, with the node's path as it is now."""

    role: Role
    node_path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipantActor:
    """A participant; `home_path` is that of their home node, if they were asked for by a token."""

    participant_id: ParticipantId
    sign_in_id: SignInId | None = None
    home_path: str | None = field(default=None, compare=False)

    @property
    def principal(self) -> str:
        """Name the actor in idempotency keys and audit rows."""
        return f"participant:{self.participant_id.hex}"


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffActor:
    """A staff member; `participant_id` is who they are as a participant, if that is known."""

    staff_id: StaffId
    name: str
    grants: tuple[Grant, ...]
    sign_in_id: SignInId | None = None
    participant_id: ParticipantId | None = None
    # Signed in by the digits of a shared tablet: for the desk alone.
    is_desk: bool = field(default=False, compare=False)

    @property
    def principal(self) -> str:
        """Name the actor in idempotency keys and audit rows."""
        return f"staff:{self.staff_id.hex}"


@dataclass(frozen=True, slots=True)
class SystemActor:
    """The service itself: the worker, a command on the host."""

    @property
    def principal(self) -> str:
        """Name the actor in idempotency keys and audit rows."""
        return "system"


Actor = ParticipantActor | StaffActor | SystemActor


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """A row of the audit about one subject."""

    subject: str
    action: str
    principal: str
    at: datetime
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffAct:
    """A row of the audit by staff: who, where and when."""

    id: int
    staff_id: StaffId
    node_id: UUID | None
    at: datetime

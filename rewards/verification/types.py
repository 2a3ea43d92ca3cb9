"""Words of verification."""

from dataclasses import dataclass
from datetime import datetime

from rewards.access.types import StaffId
from rewards.core.checks import Violation


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """How far the chain was found right, and what the last check found."""

    seq: int
    hash: str
    verified_at: datetime | None
    checked_at: datetime
    violations: int
    found: tuple[Violation, ...]
    whole_checked_at: datetime | None
    whole_violations: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """The end of the chain as it was at a moment, kept outside the database."""

    seq: int
    hash: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a check found between two seals.

    `seq` and `hash` are where it ended, which is before `last` if there was more
    than one fast check takes on. `anchors` is None where none were compared.
    """

    is_whole: bool
    after: int
    seq: int
    hash: str
    last: int
    anchors: int | None
    invariants: tuple[str, ...]
    violations: tuple[Violation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Something a staff member did. `node_path` is empty for what belongs to no node."""

    subject: str
    staff_id: StaffId
    node_path: str
    at: datetime

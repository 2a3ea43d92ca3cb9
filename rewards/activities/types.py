"""Words of occasions."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from typing import NewType, TypedDict
from uuid import UUID

from rewards.access.types import ParticipantId
from rewards.network.types import NodeId
from rewards.teams.types import TeamId

# The rule of occasions whose attendance is kept but gives nothing, such as duty by rota.
NO_POINTS = "NONE"

OccasionId = NewType("OccasionId", UUID)
SeriesId = NewType("SeriesId", UUID)
TemplateId = NewType("TemplateId", UUID)


class OccasionKind(StrEnum):
    ACTIVITY = "activity"
    STUDY_SESSION = "study_session"
    SERVICE_SHIFT = "service_shift"


class OccasionStatus(StrEnum):
    SCHEDULED = "scheduled"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """Something to attend at a node.

    Check-in is open from `opens_at` to `closes_at`. `capacity` None: no limit.
    `rule_code` names the point rule that attendance is judged by. Where
    `counts_heads`, nobody checks in: `head_count` is what staff counted.
    `failure_note` says why it is flagged as held while the system failed. `team`
    is what the poster says; `team_id` is the team of ours that it counts for.
    `age_min` to `age_max` in full years, `qualification` and `training` say who
    may come, where they say anything. `sign_up_closes_at` None: when it starts.
    """

    id: OccasionId
    kind: OccasionKind
    title: str
    node_id: NodeId
    node_path: str
    place: str
    team: str
    starts_at: datetime
    ends_at: datetime
    opens_at: datetime
    closes_at: datetime
    capacity: int | None
    requires_check_out: bool
    rule_code: str
    status: OccasionStatus
    code_label: str
    code_key: bytes = field(repr=False)
    counts_heads: bool = False
    head_count: int | None = None
    failure_note: str = ""
    team_id: TeamId | None = None
    age_min: int | None = None
    age_max: int | None = None
    qualification: str = ""
    training: str = ""
    takes_sign_ups: bool = False
    sign_up_closes_at: datetime | None = None
    zone_id: UUID | None = None
    series_id: SeriesId | None = None
    series_slot: date | None = None
    revision: int = 0
    revised_at: datetime | None = None


class Terms(TypedDict, total=False):
    """What an occasion may ask of those who want to come, each as `Occasion` says it."""

    takes_sign_ups: bool
    sign_up_closes_at: datetime | None
    age_min: int | None
    age_max: int | None
    qualification: str
    training: str
    zone_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seats:
    """The places of an occasion that has a capacity, as counted at its door."""

    occasion_id: OccasionId
    capacity: int
    taken: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What an occasion is like whenever it takes place: what a series and a template keep of it.

    `opens_before` and `closes_after` are minutes before and after its start
    between which people check in; None: the usual ones. Signing up ends
    `sign_up_closes_before` minutes before the start; None: at the start.
    """

    kind: OccasionKind
    title: str
    rule_code: str
    requires_check_out: bool
    place: str = ""
    team: str = ""
    team_id: TeamId | None = None
    capacity: int | None = None
    counts_heads: bool = False
    age_min: int | None = None
    age_max: int | None = None
    qualification: str = ""
    training: str = ""
    takes_sign_ups: bool = False
    zone_id: UUID | None = None
    opens_before: int | None = None
    closes_after: int | None = None
    sign_up_closes_before: int | None = None


class Frequency(StrEnum):
    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"
    YEARLY = "YEARLY"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrence:
    """On which days something comes again, as an RRULE of RFC 5545 says it.

    A weekday is its number from Monday, 0, with its place in the month: 1 the
    first, -1 the last, 0 each of them. A day of the month counts from 1, or
    from its end with -1.
    """

    frequency: Frequency
    interval: int = 1
    weekdays: tuple[tuple[int, int], ...] = ()
    month_days: tuple[int, ...] = ()
    months: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """When the occasions of a series are: local days, and the time of day on each.

    `minutes` are those that a clock on the wall counts from `start` to the end.
    """

    recurrence: Recurrence
    starts_on: date
    ends_on: date | None
    start: time
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Occasions that come again at a node. Planned up to and with the day `planned_through`.

    `skips` are days on which it was decided that there is none. `successor_id` is
    the series that goes on from where this one ends, since it was changed from there on.
    """

    id: SeriesId
    node_id: NodeId
    node_path: str
    details: Details
    pattern: Pattern
    skips: frozenset[date]
    planned_through: date
    created_by: str
    created_at: datetime
    successor_id: SeriesId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """An occasion as a station holds it every now and then, without its day."""

    id: TemplateId
    node_id: NodeId
    node_path: str
    name: str
    details: Details
    start: time
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarFeed:
    """Where a participant's own calendar can be fetched; who has the token reads it."""

    participant_id: ParticipantId
    token: str = field(repr=False)
    opened_at: datetime

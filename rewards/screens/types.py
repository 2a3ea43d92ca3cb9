"""Words of the screens."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import NewType, Self
from uuid import UUID

from rewards.activities.types import OccasionId
from rewards.leaderboards.types import Measure, Period, Subject
from rewards.network.types import NodeId

ScreenId = NewType("ScreenId", UUID)


class Layout(StrEnum):
    """What a slide looks like."""

    LEADERBOARD = "leaderboard"
    CHECK_IN = "check_in"
    STATION = "station"


class Programme(StrEnum):
    """What a screen begins with; every slide of it can be changed later."""

    ROTATION = "rotation"
    LEADERBOARD = "leaderboard"
    CHECK_IN = "check_in"
    STATION = "station"


@dataclass(frozen=True, slots=True, kw_only=True)
class SlidePlan:
    """A slide as it is planned. `node_id` None: the node of the screen itself.

    `subject`, `measure` and `span` belong to a leaderboard. `occasion_id`
    belongs to a check-in display; None: the occasion that is on, or the next.
    """

    layout: Layout
    seconds: int
    node_id: NodeId | None = None
    subject: Subject = Subject.PARTICIPANT
    measure: Measure = Measure.ALL
    span: Period = Period.MONTH
    occasion_id: OccasionId | None = None

    def stay_home(self) -> Self:
        """Return the same slide about nothing but the screen's own node."""
        return replace(self, node_id=None, occasion_id=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """A paired screen. `version` grows with each change of what it shows or where it is.

    It is below zero while the node of the screen is closed, which is a change too.
    """

    id: ScreenId
    node_id: NodeId
    node_path: str
    name: str
    slides: tuple[SlidePlan, ...]
    version: int
    paired_at: datetime
    seen_at: datetime | None

    @property
    def is_closed(self) -> bool:
        """Tell whether the node of the screen is closed, so that there is nothing to show."""
        return self.version < 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """A screen that waits for staff to type its code."""

    code: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StartedPairing:
    """A pairing, and the token by which the waiting screen is known from then on."""

    token: str
    pairing: Pairing

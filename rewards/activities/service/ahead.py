"""Keeps every series planned some weeks ahead, day after day."""

from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from rewards.access.types import SystemActor
from rewards.core.errors import RewardsError
from rewards.core.unit import use_case
from rewards.network import queries as network

from .. import queries
from ..types import SeriesId
from . import slots
from .keeping import lock_series, update
from .slots import DAYS_AHEAD

AT_ONCE_MAX = 500
DAY = timedelta(days=1)

log = structlog.get_logger(__name__)


def plan_ahead(*, now: datetime) -> int:
    """Plan the weeks ahead of every series that is behind; return how many occasions.

    For the worker to call again and again, each series in a unit of its own.
    """
    added = 0
    through = slots.today(now) + timedelta(days=DAYS_AHEAD)
    for series_id in queries.list_behind(day=through, limit=AT_ONCE_MAX):
        try:
            added += extend_series(series_id=series_id, now=now)
        except RewardsError as error:
            # What was good when it was planned is so no more; the others go on.
            log.warning("series.not_planned", series=series_id.hex, code=error.code)
    return added


@use_case
def extend_series(*, series_id: SeriesId, now: datetime) -> int:
    """Plan the occasions of the weeks ahead that are not planned yet; return how many.

    One at a node that was closed ends with what is planned.
    """
    actor = SystemActor()
    before = lock_series(series_id, actor)
    through = slots.today(now) + timedelta(days=DAYS_AHEAD)
    if before.planned_through >= through:
        return 0
    if network.get_node(before.node_id).closed_at is not None:
        last = max(before.planned_through, before.pattern.starts_on)
        update(replace(before, pattern=replace(before.pattern, ends_on=last)))
        return 0
    after = replace(before, planned_through=through)
    update(after)
    first = before.planned_through + DAY
    return slots.plan(after, first=first, actor=actor, now=now, is_to_come=True)

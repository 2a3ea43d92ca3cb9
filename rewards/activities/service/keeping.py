"""Rows of series."""

from typing import Any

import sqlalchemy as sa

from rewards.access import rules as access
from rewards.access.types import Actor, Verb
from rewards.core.db import db
from rewards.core.unit import operation

from .. import queries, rules
from ..errors import SeriesSucceededError
from ..models import OccasionSeriesRow
from ..types import Pattern, Series, SeriesId


@operation
def lock_series(series_id: SeriesId, actor: Actor) -> Series:
    """Return a series, and keep others from changing it until the unit ends.

    :raises SeriesNotFoundError: if there is none.
    :raises NotAllowedError: if the actor may not manage occasions there.
    """
    access.authorize(actor, Verb.MANAGE_OCCASION, queries.get_series(series_id).node_path)
    db.session.execute(
        sa.select(OccasionSeriesRow.id).where(OccasionSeriesRow.id == series_id).with_for_update()
    )
    return queries.get_series(series_id)


@operation
def check_succession(series: Series, pattern: Pattern) -> None:
    """Check that *series* would end by *pattern* before the one that follows it begins.

    :raises SeriesSucceededError: if both would go on side by side.
    """
    if series.successor_id is None:
        return
    begins_on = queries.get_series(series.successor_id).pattern.starts_on
    if pattern.ends_on is None or pattern.ends_on >= begins_on:
        raise SeriesSucceededError


@operation
def insert(series: Series) -> None:
    """Keep a new series."""
    db.session.execute(
        sa.insert(OccasionSeriesRow).values(
            id=series.id,
            node_id=series.node_id,
            node_path=series.node_path,
            created_by=series.created_by,
            created_at=series.created_at,
            **_columns(series),
        )
    )


@operation
def update(series: Series) -> None:
    """Keep what a series has become."""
    db.session.execute(
        sa.update(OccasionSeriesRow)
        .where(OccasionSeriesRow.id == series.id)
        .values(**_columns(series))
    )


def _columns(series: Series) -> dict[str, Any]:
    pattern = series.pattern
    return {
        "details": rules.write_details(series.details),
        "rule": rules.write_rule(pattern.recurrence),
        "starts_on": pattern.starts_on,
        "ends_on": pattern.ends_on,
        "start": pattern.start,
        "minutes": pattern.minutes,
        "skips": sorted(day.isoformat() for day in series.skips),
        "planned_through": series.planned_through,
        "successor_id": series.successor_id,
    }

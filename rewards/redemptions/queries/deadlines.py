"""Until when a redemption is kept, and until when people are told that it is."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from rewards.core import clock
from rewards.stock import queries as stock
from rewards.stock import rules as stock_rules
from rewards.stock.types import SpaceId

from .. import rules
from ..types import Redemption

# Special days that far before a deadline matter still: the desk may be closed for long.
_LOOK_BACK = timedelta(days=stock_rules.LOOK_BACK_DAYS)


def get_deadline(space_id: SpaceId, now: datetime) -> datetime:
    """Return until when a redemption that is reserved at a space now would be kept."""
    zone = clock.zone()
    hours = stock.get_hours(space_id, since=clock.local_date(now, zone))
    return rules.expires_at(now, zone, hours=hours)


def get_last_moment(space_id: SpaceId, expires_at: datetime) -> datetime:
    """Return the moment that people are told as the last one to collect something."""
    return list_last_moments([(space_id, expires_at)])[space_id, expires_at]


def list_last_moments(
    kept: Collection[tuple[SpaceId, datetime]],
) -> dict[tuple[SpaceId, datetime], datetime]:
    """Return the moments that people are told as the last ones, by space and deadline."""
    if not kept:
        return {}
    zone = clock.zone()
    first = min(expires_at for _space_id, expires_at in kept)
    since = clock.local_date(first, zone) - _LOOK_BACK
    hours = stock.list_hours(sorted({space_id for space_id, _moment in kept}), since=since)
    # Many are due at the same time: each is worked out once.
    return {
        (space_id, expires_at): stock_rules.collect_until(hours[space_id], expires_at, zone)
        for space_id, expires_at in set(kept)
    }


def list_with_last_moments(
    redemptions: Sequence[Redemption],
) -> list[tuple[Redemption, datetime]]:
    """Return *redemptions*, each with the moment that people are told as the last one."""
    latest = list_last_moments([(each.space_id, each.expires_at) for each in redemptions])
    return [(each, latest[each.space_id, each.expires_at]) for each in redemptions]

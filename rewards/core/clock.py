"""The time now, and the local calendar of a centre.

The clock is read once, in an interface, and passed down as `now`. The zone is
the deployment's, set once by the composition root: every day, week and month
of points begins and ends by it, whatever zone the host or a phone is in.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo


def now() -> datetime:
    """Return the current moment, aware, in UTC."""
    return datetime.now(UTC)


def local_date(moment: datetime, zone: ZoneInfo) -> date:
    """Return the calendar day of *moment* in *zone*."""
    return moment.astimezone(zone).date()


def day_bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the first moment of *day* in *zone* and the first one after it, in UTC."""
    start = datetime(day.year, day.month, day.day, tzinfo=zone)
    following = day + timedelta(days=1)
    end = datetime(following.year, following.month, following.day, tzinfo=zone)
    return start.astimezone(UTC), end.astimezone(UTC)


def month_start(day: date) -> date:
    """Return the first day of the month of *day*."""
    return day.replace(day=1)


def use_zone(zone: ZoneInfo) -> None:
    """Set the zone of this deployment's calendar."""
    _zone[:] = [zone]


def zone() -> ZoneInfo:
    """Return the zone of this deployment's calendar."""
    return _zone[0]


_zone = [ZoneInfo("Asia/Shanghai")]

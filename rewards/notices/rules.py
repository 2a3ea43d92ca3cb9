"""When people are reminded of points that are about to expire."""

from datetime import date

# Source: domain defaults 6.3. So many days before the last one on which points count.
REMIND_DAYS = (60, 30, 7)


def find_stage(valid_until: date, *, today: date) -> int | None:
    """Return the reminder that is due for points that end with *valid_until*, if one is.

    A stage lasts until the next one begins: a worker that was down on the day
    itself catches up, and one that was down for long skips to what still helps.
    """
    left = (valid_until - today).days
    if left < 0:
        return None
    return min((days for days in REMIND_DAYS if left <= days), default=None)

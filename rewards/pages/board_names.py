"""What the periods of boards are called, in the console and on a phone."""

from datetime import date

from flask_babel import gettext as _

from rewards.leaderboards.types import Period
from rewards.web import formats


def name_period(period: Period, first: date, last: date) -> str:
    """Return what a period is called: 2026年10月, 2026年10月5日到11日."""
    match period:
        case Period.YEAR:
            return str(_("%(year)s年", year=first.year))
        case Period.MONTH:
            return formats.full_month(first)
        case Period.WEEK:
            end = formats.full_day(last) if last.year != first.year else formats.short_day(last)
            return str(_("%(first)s到%(last)s", first=formats.full_day(first), last=end))
        case _:
            return formats.full_day(first)

"""What boards and their periods are called, in the console, on a phone and on a screen."""

from collections.abc import Mapping
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from rewards.leaderboards.types import Measure, Period
from rewards.web import formats

MEASURES: Mapping[Measure, object] = {
    Measure.ALL: lazy_gettext("积分榜"),
    Measure.STUDY: lazy_gettext("学习榜"),
    Measure.SERVICE: lazy_gettext("服务榜"),
    Measure.MINUTES: lazy_gettext("时长榜"),
}


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

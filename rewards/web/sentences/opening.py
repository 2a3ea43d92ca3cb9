"""When a place is open, in words, and what is refused about its hours."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from flask_babel import lazy_gettext as _

from rewards.stock.types import DayHours, OpenState, Week
from rewards.web import formats

from .words import MEND, Words

OPENING: Mapping[str, Words] = {
    "invalid-hours": Words(
        _("开放时间填得不对"),
        None,
        (_("照这样填：9:00-12:00 14:00-17:00，不开就空着"), _("特殊日子从今天起，要写原因")),
    ),
    "invalid-pickup-slots": Words(
        _("时段填得不对"), None, (_("选一个时长，每个时段1到200人"), _("不分时段就都空着"))
    ),
    "pickup-slot-full": Words(
        _("这个时段约满了"), _("刚刚被别人约走"), (_("换一个时段，或者开着的时候直接来"),)
    ),
    "pickup-slot-not-offered": Words(
        _("这个时段不能约了"), _("时间过了，或那天不开"), (_("看看现在能约的时段"),)
    ),
    "special-day-not-found": Words(_("这一天没有特别安排"), None, MEND),
}


def tell_open(state: OpenState, now: datetime) -> str:
    """Return whether it is open now and what comes next, in a few words."""
    if state.is_open:
        if state.until is None:
            return str(_("现在开着"))
        return str(_("现在开着，到%(moment)s", moment=formats.until_clock(state.until, now)))
    closed = _("今天不开（%(reason)s）", reason=state.reason) if state.reason else _("现在没开")
    if state.opens_at is None:
        return str(closed)
    opens_at = formats.when(state.opens_at, now)
    return str(_("%(closed)s，%(moment)s开", closed=closed, moment=opens_at))


def tell_day(spans: DayHours) -> str:
    """Return the hours of a day: 9:00–12:00、14:00–17:00."""
    return formats.day_hours(spans) or str(_("不开"))


def tell_week(week: Week) -> tuple[tuple[str, str], ...]:
    """Return the hours of a week, neighbouring days that are alike in one line."""
    return tuple(
        (formats.weekdays(first, last), tell_day(week[first])) for first, last in _runs(week)
    )


def _runs(week: Week) -> Iterator[tuple[int, int]]:
    first = 0
    for day in range(1, len(week) + 1):
        if day == len(week) or week[day] != week[first]:
            yield first, day - 1
            first = day

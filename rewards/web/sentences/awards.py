"""How points came about, in a sentence."""

from collections.abc import Callable

import flask_babel

from rewards.activities.types import OccasionKind
from rewards.core.periods import Period
from rewards.earning.types import Award, Why
from rewards.web import formats

from .rule_names import rule_name, short_name, verified_name

HALF_HOUR = 30
HOUR = 60
WHOLE_PERCENT = 100
# What one gets these for is having come.
BY_COMING = frozenset({"ACT_JOIN", "FILM_JOIN", "SPACE_STAMP"})


def _(text: str, **values: object) -> str:
    return str(flask_babel.gettext(text, **values))


def kind_name(kind: OccasionKind) -> str:
    """Return the name of a kind of occasion: 活动, 学习, 志愿服务."""
    names = {
        OccasionKind.ACTIVITY: _("活动"),
        OccasionKind.STUDY_SESSION: _("学习"),
        OccasionKind.SERVICE_SHIFT: _("志愿服务"),
    }
    return names[kind]


def explain_award(award: Award, *, is_past: bool = False) -> str:
    """Return how the points of *award* come about: 2小时，每半小时 5 分.

    A line of the history is read on another day, so it says 当天, not 今天.
    """
    if award.minutes_min and (award.minutes or 0) < award.minutes_min:
        return _("不满%(least)s，没有积分", least=formats.hours_exact(award.minutes_min))
    if award.why:
        return _REFUSED[award.why](award)
    if award.cap:
        return _explain_cap(award, is_past=is_past)
    if award.of:
        return _("%(name)s，多得 %(points)s", **_bonus(award))
    return _explain_amount(award)


def step(per_minutes: int) -> str:
    """Return for what time points are given: 每半小时."""
    if per_minutes == HALF_HOUR:
        return _("每半小时")
    if per_minutes == HOUR:
        return _("每小时")
    return _("每%(minutes)s", minutes=formats.minutes(per_minutes))


def factor(percent: int) -> str:
    """Return a factor as people say it: 1.5, 1.25, 2."""
    return f"{percent / WHOLE_PERCENT:g}"


def _explain_amount(award: Award) -> str:
    base = formats.points(award.base)
    if award.per_minutes:
        served = formats.hours_exact(award.minutes or 0)
        return _(
            "%(served)s，%(step)s %(points)s",
            served=served,
            step=step(award.per_minutes),
            points=base,
        )
    if award.score is not None:
        return _(
            "成绩 %(score)s，得 %(points)s",
            score=formats.number(award.score),
            points=formats.points(award.points),
        )
    if award.quantity > 1:
        times = formats.number(award.quantity)
        return _("%(times)s次，每次 %(points)s", times=times, points=base)
    if award.minutes_min:
        least = formats.hours_exact(award.minutes_min)
        return _("到场满%(least)s，每次 %(points)s", least=least, points=base)
    if award.rule in BY_COMING:
        return _("到场得 %(points)s", points=base)
    return _("得 %(points)s", points=formats.points(award.points))


def _bonus(award: Award) -> dict[str, str]:
    name = _(
        "%(name)s %(factor)s 倍", name=rule_name(award.rule), factor=factor(award.factor_percent)
    )
    return {"name": name, "points": formats.points(award.points)}


_REFUSED: dict[Why, Callable[[Award], str]] = {
    Why.OFF: lambda _award: _("这一项现在不计分"),
    Why.TOO_SHORT: lambda _award: _("时间不够，没有积分"),
    Why.OUTSIDE_WINDOW: lambda award: _(
        "不在%(window)s之间，没有积分", window=window(award.window)
    ),
    Why.NOT_VERIFIED: lambda award: _(
        "没有核对%(what)s，%(name)s没有计",
        what=verified_name(award.needs),
        name=rule_name(award.rule),
    ),
    Why.EXCLUDED: lambda award: _(
        "已按%(other)s计分，这一项不再计", other=rule_name(award.excluded_by)
    ),
    Why.NOT_FIRST: lambda _award: _("每天只计第一次，这次没有积分"),
    Why.SCORE_TOO_LOW: lambda _award: _("成绩没有到计分的档，没有积分"),
}


def window(hours: str) -> str:
    """Return the hours of a rule as people write them: 22:00–06:00."""
    return hours.replace("-", "\N{EN DASH}")


def _explain_cap(award: Award, *, is_past: bool) -> str:
    scope, _separator, name = award.cap.partition("_")
    period = Period(name)
    code = {"rule": award.rule, "base": award.of, "guard": ""}[scope]
    limit, points = formats.points(award.cap_limit), formats.points(award.points)
    if period is Period.LIFETIME:
        if not award.points:
            return _("这一项积分已经得满")
        return _("这一项一共 %(limit)s，这次得 %(points)s", limit=limit, points=points)
    time = _PAST[period]() if is_past else _PRESENT[period]()
    if not award.points:
        what = short_name(code)
        if not what:
            return _("%(time)s积分已满", time=time)
        return _("%(time)s%(what)s积分已满", time=time, what=what)
    if scope == "guard":
        return _(
            "%(time)s各项共满 %(limit)s，这次得 %(points)s", time=time, limit=limit, points=points
        )
    return _("%(time)s已满 %(limit)s，这次得 %(points)s", time=time, limit=limit, points=points)


_PRESENT: dict[Period, Callable[[], str]] = {
    Period.DAY: lambda: _("今天"),
    Period.WEEK: lambda: _("本周"),
    Period.MONTH: lambda: _("本月"),
    Period.QUARTER: lambda: _("本季度"),
    Period.YEAR: lambda: _("今年"),
}
_PAST: dict[Period, Callable[[], str]] = {
    Period.DAY: lambda: _("当天"),
    Period.WEEK: lambda: _("当周"),
    Period.MONTH: lambda: _("当月"),
    Period.QUARTER: lambda: _("当季度"),
    Period.YEAR: lambda: _("当年"),
}

"""How points came about, in a sentence."""

import flask_babel

from rewards.activities.types import OccasionKind
from rewards.earning.types import Award
from rewards.web import formats

HALF_HOUR = 30
HOUR = 60


def _(text: str, **values: object) -> str:
    return str(flask_babel.gettext(text, **values))


def rule_name(code: str) -> str:
    """Return the name of a point rule: 志愿服务. One that is not known keeps its code."""
    names = {
        "SVC_TIME": _("志愿服务"),
        "ACT_JOIN": _("参加活动"),
        "STUDY_GROUP": _("集中学习"),
        "SPACE_STAMP": _("空间打卡"),
    }
    return names.get(code, code)


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
    minutes = award.minutes or 0
    if award.minutes_min and minutes < award.minutes_min:
        return _("不满%(least)s，没有积分", least=formats.hours_exact(award.minutes_min))
    if award.cap:
        return _explain_cap(award, is_past=is_past)
    base = formats.points(award.base)
    if award.per_minutes:
        served = formats.hours_exact(minutes)
        return _(
            "%(served)s，%(step)s %(points)s",
            served=served,
            step=_step(award.per_minutes),
            points=base,
        )
    if award.minutes_min:
        least = formats.hours_exact(award.minutes_min)
        return _("到场满%(least)s，每次 %(points)s", least=least, points=base)
    return _("到场得 %(points)s", points=base)


def _step(per_minutes: int) -> str:
    if per_minutes == HALF_HOUR:
        return _("每半小时")
    if per_minutes == HOUR:
        return _("每小时")
    return _("每%(minutes)s", minutes=formats.minutes(per_minutes))


def _explain_cap(award: Award, *, is_past: bool) -> str:
    scope, _separator, period = award.cap.partition("_")
    if period == "day":
        time = _("当天") if is_past else _("今天")
    else:
        time = _("当月") if is_past else _("本月")
    if not award.points:
        what = _short_name(award.rule) if scope == "rule" else ""
        if not what:
            return _("%(time)s积分已满", time=time)
        return _("%(time)s%(what)s积分已满", time=time, what=what)
    limit, points = formats.points(award.cap_limit), formats.points(award.points)
    if scope == "rule":
        return _("%(time)s已满 %(limit)s，这次得 %(points)s", time=time, limit=limit, points=points)
    return _("%(time)s各项共满 %(limit)s，这次得 %(points)s", time=time, limit=limit, points=points)


def _short_name(code: str) -> str:
    names = {
        "SVC_TIME": _("服务"),
        "ACT_JOIN": _("活动"),
        "STUDY_GROUP": _("学习"),
        "SPACE_STAMP": _("打卡"),
    }
    return names.get(code, "")

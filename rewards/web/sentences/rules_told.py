"""What a point rule gives, in one sentence: 每满30分钟得 5 分，每天最多 80 分."""

from collections.abc import Mapping

import flask_babel

from rewards.core.periods import Period
from rewards.earning.types import Rule, Window
from rewards.ledger.types import BoardKind
from rewards.web import formats

from .awards import factor
from .rule_names import rule_name, verified_name


def _(text: str, **values: object) -> str:
    return str(flask_babel.gettext(text, **values))


def describe_rule(rule: Rule) -> str:
    """Return what *rule* gives and how often, in one sentence."""
    return _join([describe_gain(rule), *list_caps(rule.caps), *_list_others(rule)])


def describe_caps(caps: Mapping[Period, int]) -> str:
    """Return what is the most that *caps* allow, in one sentence."""
    return _join(list_caps(caps)) or _("不限")


def describe_gain(rule: Rule) -> str:
    """Return what *rule* gives at a time, and under what conditions, without its caps."""
    return _join([_gives(rule), *_list_conditions(rule)])


def list_caps(caps: Mapping[Period, int]) -> list[str]:
    """Return the most of each period, the shortest first: 每天最多 80 分."""
    words = {
        Period.DAY: _("每天最多 %(points)s"),
        Period.WEEK: _("每周最多 %(points)s"),
        Period.MONTH: _("每月最多 %(points)s"),
        Period.QUARTER: _("每季度最多 %(points)s"),
        Period.YEAR: _("每年最多 %(points)s"),
        Period.LIFETIME: _("一共最多 %(points)s"),
    }
    return [
        words[period] % {"points": formats.points(caps[period])}
        for period in Period
        if period in caps
    ]


def board_name(board: BoardKind) -> str:
    """Return which board the points of a rule count for besides the one of all points."""
    names = {
        BoardKind.STUDY: _("学习榜"),
        BoardKind.SERVICE: _("服务榜"),
        BoardKind.NONE: _("只计总榜"),
    }
    return names[board]


def hours_of(window: Window) -> str:
    """Return the hours of a rule: 22:00–06:00."""
    return f"{window.start:%H:%M}\N{EN DASH}{window.end:%H:%M}"


def _gives(rule: Rule) -> str:
    base = formats.points(rule.base)
    if rule.of:
        return _(
            "%(other)s的积分按 %(factor)s 倍算",
            other=rule_name(rule.of),
            factor=factor(rule.factor_percent),
        )
    if rule.per_minutes:
        return _(
            "每满%(minutes)s得 %(points)s",
            minutes=formats.hours_exact(rule.per_minutes),
            points=base,
        )
    if rule.tiers:
        return _("、").join(
            _(
                "达到 %(score)s 得 %(points)s",
                score=formats.number(tier.at_least),
                points=formats.points(tier.points),
            )
            for tier in rule.tiers
        )
    if rule.amount_max:
        return _(
            "每次 %(least)s到 %(most)s",
            least=formats.points(rule.amount_min),
            most=formats.points(rule.amount_max),
        )
    return _("每次得 %(points)s", points=base)


def _list_conditions(rule: Rule) -> list[str]:
    conditions = []
    if rule.minutes_min and rule.minutes_min != rule.per_minutes:
        conditions.append(_("至少%(minutes)s", minutes=formats.hours_exact(rule.minutes_min)))
    if rule.window:
        conditions.append(_("只算%(hours)s之间的时间", hours=hours_of(rule.window)))
    if rule.needs:
        conditions.append(_("要核对%(what)s", what=verified_name(rule.needs)))
    if rule.approvers:
        conditions.append(
            _(
                "超过 %(above)s要 %(count)s 个人同意",
                above=formats.points(rule.approvers_above),
                count=rule.approvers,
            )
        )
    if rule.first_per_day:
        conditions.append(_("每天只计第一次"))
    return conditions


def _list_others(rule: Rule) -> list[str]:
    others = []
    if rule.shares_caps:
        others.append(_("和%(other)s合用上限", other=rule_name(rule.of)))
    if rule.excludes:
        names = _("、").join(rule_name(code) for code in rule.excludes)
        others.append(_("不和%(others)s同时计", others=names))
    if rule.minutes_fixed:
        minutes = formats.hours_exact(rule.minutes_fixed)
        others.append(_("每次记%(minutes)s服务时长", minutes=minutes))
    elif rule.counts_minutes:
        others.append(_("时长照记，不受上限影响"))
    return others


def _join(parts: list[str]) -> str:
    return _("，").join(part for part in parts if part)

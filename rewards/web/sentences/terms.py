"""Why somebody cannot have a reward item now, and from when on they can."""

from collections.abc import Mapping

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from rewards.stock.types import LimitPeriod
from rewards.web import formats

from .words import ASK_STAFF, LIST_AGAIN, OTHER_REWARDS, Words

AGAIN = (_("%(resets_on)s起可以再换"), *OTHER_REWARDS)

PERIODS: Mapping[str, LazyString] = {
    LimitPeriod.MONTH: _("本月"),
    LimitPeriod.QUARTER: _("本季"),
    LimitPeriod.YEAR: _("今年"),
    LimitPeriod.EVER: _("一共"),
}

TERMS: Mapping[str, Words] = {
    "reward-limit": Words(_("%(in_period)s已换%(had)s"), _("还能换%(rest)s"), AGAIN),
    "month-pieces-limit": Words(_("本月已换%(had)s"), _("还能换%(rest)s"), AGAIN),
    "month-points-limit": Words(
        _("本月换的分数到上限了"), _("每月最多 %(points_max)s，已换 %(points_taken)s"), AGAIN
    ),
    "first-balance": Words(
        _("还差 %(missing)s"),
        _("第一次兑换，账户里要有 %(needed)s"),
        (_("再参加活动攒一攒，以后就没有这条了"),),
    ),
    "reward-balance": Words(
        _("还差 %(missing)s"), _("换这件，账户里要有 %(needed)s"), OTHER_REWARDS
    ),
    "reward-age": Words(_("年龄不合适"), _("这件要%(ages)s"), OTHER_REWARDS, call=True),
    "reward-age-unknown": Words(
        _("还不知道您的年龄"),
        _("这件要%(ages)s"),
        (_("请工作人员登记出生年份，再来换"),),
        call=True,
    ),
    "reward-set-by-self": Words(
        _("自己定的价或条件，自己要等%(days)s天"),
        _("架上有货满%(days)s天，大家先看到、先换"),
        (_("过几天再换，或换别的"),),
    ),
    "reward-not-for-home": Words(_("这件只给别的社区的居民"), None, OTHER_REWARDS),
    "giving-needs-wish": Words(_("捐积分要先选一个心愿"), None, (_("打开“微心愿”，选一个再捐"),)),
    "budget-spent": Words(
        _("这一季的兑换预算不够了"),
        _("积分没有扣"),
        (_("%(resets_on)s起可以再换"), _("已经预留的照样能领")),
        call=True,
    ),
    "giving-not-offered": Words(_("这里还不能捐积分"), _("积分没有扣"), ASK_STAFF, call=True),
    "giving-points": Words(
        _("捐的分数不对"),
        _("要是 %(step)s 的倍数，一次最多 %(points_max)s"),
        (_("选一个分数再捐"),),
    ),
    "wish-not-found": Words(_("没有这个心愿"), None, (_("看看别的心愿"),)),
    "wish-closed": Words(_("这个心愿已经结束"), _("积分没有扣"), (_("看看别的心愿"),)),
    "wish-reached": Words(
        _("这个心愿快满了，或已经达成"), _("积分没有扣"), (_("少捐一点，或看看别的心愿"),)
    ),
    "invalid-wish": Words(
        _("心愿填得不对"),
        None,
        (_("标题40个字以内，分数是10的倍数，说明300个字以内"),),
    ),
    "budget-used": Words(
        _("预算不能比已经用的少"),
        _("这一季已用 %(used)s"),
        (_("填得比已用的多，或等到下一季再改"),),
    ),
    "budget-not-found": Words(_("这里这一季没有设预算"), None, LIST_AGAIN),
    "invalid-budget": Words(
        _("预算填得不对"), None, (_("分数填0或更大的整数；只能设本季和下一季"),)
    ),
}

TO_STAFF: Mapping[str, Words] = {
    "reward-age-unknown": Words(
        _("还没有登记出生年份"),
        _("这件要%(ages)s"),
        (_("在居民页面补上出生年份，再来换"),),
    ),
}


def tell_terms(members: Mapping[str, object]) -> dict[str, str]:
    """Return in words what was had and what is left of a limit, as far as *members* say."""
    told: dict[str, str] = {}
    if "pieces_taken" in members:
        left = int(str(members["pieces_left"]))
        unit = str(members.get("unit", "件"))
        had = formats.pieces(int(str(members["pieces_taken"])), unit)
        told["had"] = had if left else str(gettext("满%(pieces)s", pieces=had))
        if left:
            told["rest"] = formats.pieces(left, unit)
    if "period" in members and members["period"] in PERIODS:
        told["in_period"] = str(PERIODS[str(members["period"])])
    if "required" in members and "missing" in members:
        told["needed"] = formats.points(int(str(members["required"])))
    if "points_taken" in members:
        told["points_taken"] = formats.points(int(str(members["points_taken"])))
    return told

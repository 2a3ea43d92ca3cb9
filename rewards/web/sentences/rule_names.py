"""What the point rules, and the parts of a rule, are called."""

from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext

NAMES = {
    "SVC_TIME": _("志愿服务"),
    "SVC_MUSTER": _("集结令加成"),
    "SVC_NIGHT": _("夜间值守加成"),
    "SVC_PRO": _("专业服务加成"),
    "SVC_LEAD": _("组织活动"),
    "CURTAIN": _("窗帘行动巡看"),
    "WISH_DONE": _("微心愿达成"),
    "ORDER_GOOD": _("评单满意"),
    "LECTURE_GIVE": _("宣讲授课"),
    "TRAIN_PASS": _("培训结业"),
    "ACT_JOIN": _("参加活动"),
    "FILM_JOIN": _("红色观影"),
    "SPACE_STAMP": _("空间打卡"),
    "STUDY_GROUP": _("集中学习"),
    "STUDY_SHARE": _("心得分享"),
    "AUDIO": _("听有声书"),
    "QUIZ": _("挑战答题"),
    "BOOK_BACK": _("按期还书"),
    "BOOK_NOTE": _("读书心得"),
    "BOOK_GIVE": _("捐书"),
    "REFER": _("推荐新志愿者"),
    "XXQG_TIER": _("学习强国月度档"),
    "AWARD": _("表彰奖励"),
    "WELCOME": _("首次注册"),
    "GUARD": _("各项合计"),
    "OVER_8H": _("当天超过8小时的时长"),
    "OVER_12H": _("当天超过12小时的时长"),
    "NONE": _("不计积分"),
}
# In “本月打卡积分已满”.
SHORT_NAMES = {
    **NAMES,
    "SVC_TIME": lazy_pgettext("points of", "服务"),
    "CURTAIN": lazy_pgettext("points of", "巡看"),
    "ACT_JOIN": lazy_pgettext("points of", "活动"),
    "FILM_JOIN": lazy_pgettext("points of", "观影"),
    "SPACE_STAMP": lazy_pgettext("points of", "打卡"),
    "STUDY_GROUP": lazy_pgettext("points of", "学习"),
    "GUARD": "",
}
FIELDS = {
    "base": _("每次几分"),
    "per_minutes": _("每满多少分钟"),
    "minutes_min": _("至少多少分钟"),
    "minutes_fixed": _("每次固定记多少分钟"),
    "of": _("加在哪条规则上"),
    "factor_percent": _("加成倍数"),
    "shares_caps": _("和原规则合用上限"),
    "window": _("时段"),
    "needs": _("要核对什么"),
    "excludes": _("不和哪些规则同时计"),
    "tiers": _("分档"),
    "amount_min": _("每次最少几分"),
    "amount_max": _("每次最多几分"),
    "approvers": _("要几个人同意"),
    "approvers_above": _("超过几分要多人同意"),
    "first_per_day": _("每天只计第一次"),
    "cap_day": _("每天上限"),
    "cap_week": _("每周上限"),
    "cap_month": _("每月上限"),
    "cap_quarter": _("每季度上限"),
    "cap_year": _("每年上限"),
    "cap_lifetime": _("一共上限"),
    "counts_minutes": _("计服务时长"),
    "board": _("计入哪个榜"),
    "enabled": _("启用"),
    "valid_from": _("从什么时候起"),
    "valid_to": _("到什么时候止"),
    "note": _("为什么改"),
    "definition": _("规则内容"),
    "node_id": _("哪个站点"),
}
VERIFIED = {"qualification": _("专业资格")}
_PLACES = {code: place for place, code in enumerate(NAMES)}


def rule_name(code: str) -> str:
    """Return the name of a point rule: 志愿服务. One that is not known keeps its code."""
    return str(NAMES.get(code, code))


def rule_order(code: str) -> int:
    """Return the place of a point rule where all are listed: what is done most often first."""
    return _PLACES.get(code, len(_PLACES))


def short_name(code: str) -> str:
    """Return what the points of a rule are called in a sentence, "" if nothing."""
    return str(SHORT_NAMES.get(code, ""))


def field_name(field: object) -> str:
    """Return the name of a part of a rule: 每天上限. One that is not known stays as it is."""
    return str(FIELDS.get(str(field), field))


def verified_name(needs: str) -> str:
    """Return what staff have to make sure of: 专业资格."""
    return str(VERIFIED.get(needs, needs))

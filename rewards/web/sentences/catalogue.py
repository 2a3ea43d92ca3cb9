"""Reward items in words, and refusals of what staff fill in about them."""

from collections.abc import Mapping

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from rewards.stock.types import LimitPeriod, Reward, RewardKind
from rewards.web import formats

from .words import Words

CATALOGUE: Mapping[str, Words] = {
    "not-a-picture": Words(
        _("这个文件不是能用的图片"),
        _("只收JPG、PNG和WebP"),
        (_("用手机拍一张，或先存成JPG再传"), _("没有照片也行，选一幅画")),
    ),
    "picture-not-found": Words(_("这张图片换掉了"), None, (_("重新打开页面，看现在的图片"),)),
    "pictures-busy": Words(_("正在处理别的照片，这张还没存"), None, (_("等1分钟再传一次"),)),
    "picture-too-large": Words(
        _("图片太大了"),
        _("最大%(megabytes_max)s MB，最多%(megapixels_max)s百万像素"),
        (_("用手机把照片调小一点，或截个图再传"),),
    ),
}

KINDS: Mapping[RewardKind, LazyString] = {
    RewardKind.GOODS: _("用品"),
    RewardKind.CULTURE: _("文化"),
    RewardKind.SERVICE: _("服务"),
    RewardKind.HONOUR: _("荣誉"),
    RewardKind.GIVING: _("捐赠"),
}


def reward_kind(kind: RewardKind) -> str:
    """Return what kinds of reward items are called."""
    return str(KINDS[kind])


def reward_limit(reward: Reward) -> str:
    """Return how many pieces one person may have, empty where nobody counts."""
    if reward.limit_count is None or reward.limit_period is None:
        return ""
    pieces = formats.pieces(reward.limit_count, reward.unit)
    match reward.limit_period:
        case LimitPeriod.MONTH:
            return str(gettext("每人每月最多%(pieces)s", pieces=pieces))
        case LimitPeriod.QUARTER:
            return str(gettext("每人每季最多%(pieces)s", pieces=pieces))
        case LimitPeriod.YEAR:
            return str(gettext("每人每年最多%(pieces)s", pieces=pieces))
        case LimitPeriod.EVER:
            return str(gettext("每人一共%(pieces)s", pieces=pieces))


def reward_ages(reward: Reward) -> str:
    """Return of which age one has to be, empty where everybody may."""
    least, most = reward.age_min, reward.age_max
    if least is not None and most is not None:
        return str(gettext("%(least)d到%(most)d岁", least=least, most=most))
    if least is not None:
        return str(gettext("满%(least)d岁", least=least))
    if most is not None:
        return str(gettext("%(most)d岁以下（含）", most=most))
    return ""

"""Refusals at the exchange desk that only staff meet."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _

from .words import Words

DESK: Mapping[str, Words] = {
    "empty-basket": Words(
        _("还没选好要交付的东西"),
        _("一次最多%(things_max)s样"),
        (_("回到这位居民，选好再确认"),),
    ),
    "presence-required": Words(
        _("要先扫一扫本人的码或卡"),
        _("扫过以后10分钟内能换，积分没有扣"),
        (_("请居民打开手机上的“我的卡”，再扫一次"), _("没带手机就扫志愿者卡")),
    ),
    "presence-code-used": Words(
        _("这个码刚用过一次"),
        _("%(used_at)s 用的，每个码只能用一次"),
        (_("等手机上换出新码，不到30秒，再扫一次"), _("还不行就扫志愿者卡")),
    ),
    "spoken-consent-required": Words(
        _("还没问过本人愿不愿意换"),
        _("凭卡换要当面问一声，积分没有扣"),
        (_("把东西和分数念给居民听，愿意就勾上“本人说了愿意”"),),
    ),
}

"""Refusals of appeals."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _

from .words import LIST_AGAIN, MEND, Words

APPEALS: Mapping[str, Words] = {
    "appeal-not-found": Words(_("没有找到这次申诉"), None, LIST_AGAIN),
    "appeal-subject-not-found": Words(
        _("没有找到这一条记录"), None, (_("打开积分明细，从那一条进来"),)
    ),
    "appeal-subject": Words(
        _("这一条不能这样申诉"), None, (_("打开积分明细，从有疑问的那一条进来"),)
    ),
    "appeal-too-late": Words(
        _("过了申诉的时间"),
        _("到%(until)s为止"),
        (_("还想问清楚，请打电话或到站里问"),),
        call=True,
    ),
    "appeal-already-open": Words(
        _("这一条您已经问过了"), _("站里正在查"), (_("在“我的申诉”里看进展"),)
    ),
    "appeal-closed": Words(_("这次申诉已经结束"), None, (_("打开这次申诉，看结果"),)),
    "appeal-text": Words(
        _("要写%(length_min)s到%(length_max)s个字"), None, (_("写清楚哪里不对，再发一次"),)
    ),
    "appeal-correction": Words(
        _("更正的记录对不上"), _("只能选申诉以后给这位居民办的一笔，并且选“确实有误”"), MEND
    ),
    "own-appeal": Words(
        _("这次申诉要别人答复"),
        _("本人、代提的人，还有录入或批准过这一笔的人，都不能答复"),
        (_("请站里或街道所别的管理员答复"),),
    ),
}

"""Refusals that staff meet with scans that a tablet kept without a network."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _

from .words import LIST_AGAIN, Words

_FILL_IN = (_("人确实来过，请站管理员补录"), _("不是，就写明原因作废"))

GATES: Mapping[str, Words] = {
    "gate-device-not-found": Words(
        _("不认识这台平板"), _("签到台可能很久没有联网打开了"), (_("联网重新打开签到台"),)
    ),
    "gate-of-another": Words(
        _("这些扫码是另一位同事记的"),
        _("谁扫的，由谁上传"),
        (_("您先退出；请那位同事在这台平板上登录，打开签到台"),),
    ),
    "offline-scan-forged": Words(
        _("这条记录不是这台平板记的"), None, (_("请居民到签到台再扫一次"),)
    ),
    "offline-scan-unreadable": Words(
        _("这条扫码没读出来"), _("太长，或不是扫码的写法"), (_("请居民再扫一次"),)
    ),
    "offline-scan-reused": Words(
        _("这个序号已经记过另一次扫码"), _("先到的那次算数"), (_("没记上的，请居民再扫一次"),)
    ),
    "offline-scan-reordered": Words(_("时间顺序对不上"), _("它排在已经上传的扫码前面"), _FILL_IN),
    "offline-scan-too-old": Words(_("放得太久了"), _("离线记录只留24小时"), _FILL_IN),
    "offline-scan-time": Words(_("时间对不上"), _("比打开签到台还早，或还没到"), _FILL_IN),
    "offline-scan-not-found": Words(_("没有找到这条离线记录"), None, LIST_AGAIN),
    "offline-scan-settled": Words(_("这一条已经处理过了"), None, (_("看看名单上还剩哪些"),)),
    "drop-reason": Words(
        _("还没有写作废的原因"),
        _("要%(length_min)s到%(length_max)s个字"),
        (_("写上原因再提交"),),
    ),
}

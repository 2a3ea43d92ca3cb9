"""Refusals of coming and leaving as staff hear them, with the resident in front of them."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _

from .words import Words

TO_STAFF: Mapping[str, Words] = {
    "invalid-code": Words(
        _("这不是居民的码"),
        None,
        (_("请居民打开“我的卡”，再扫一次"), _("还不行就填8位卡号，或填姓名")),
    ),
    "code-expired": Words(
        _("码过期了"),
        _("可能是截图，或手机放久了"),
        (_("请居民重新打开“我的卡”，再扫一次"), _("还不行就填8位卡号，或填姓名")),
    ),
    "check-in-not-open": Words(
        _("还没到签到时间"), _("%(opens_at)s 开始"), (_("到时间再扫；要提前，请先改签到时间"),)
    ),
    "occasion-cancelled": Words(
        _("这场活动取消了"), None, (_("告诉居民改天再来，看看今天的其他活动"),)
    ),
    "overlapping-check-in": Words(
        _("还在别处签着到"),
        _("这个时间已在“%(occasion_title)s”签到"),
        (_("先请那边签退，再来这里扫"),),
    ),
    "already-credited": Words(_("这次已经补录过了"), None, (_("不用再签到，请进"),)),
    "account-closed": Words(
        _("这个账户已经注销"), None, (_("人可以进；想再记积分，请到“居民”里重新登记"),)
    ),
    "not-checked-in": Words(_("还没有签到，不能签退"), None, (_("先签到；早就来了的，请补录"),)),
    "check-out-not-open": Words(_("还没到签退时间"), _("%(opens_at)s 开始"), (_("到时候再签退"),)),
    "check-out-closed": Words(
        _("签退已经结束"), _("%(closed_at)s 停的"), (_("请到“工时”里确认时长"),)
    ),
    "no-check-out": Words(_("这场活动不用签退"), None, (_("请慢走，不用再扫"),)),
}

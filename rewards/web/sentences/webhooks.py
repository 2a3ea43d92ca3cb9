"""Refusals of webhooks."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _

from .words import LIST_AGAIN, MEND, Words

WEBHOOKS: Mapping[str, Words] = {
    "webhook-not-found": Words(_("没有找到这项推送"), None, LIST_AGAIN),
    "webhook-delivery-not-found": Words(_("没有找到这条推送记录"), None, LIST_AGAIN),
    "invalid-webhook": Words(
        _("名称或推送内容不合要求"), _("名称要1到40个字，内容至少选一项"), MEND
    ),
    "invalid-webhook-url": Words(
        _("这个地址不能推送"),
        _("要用 https:// 开头的公网地址，不能带用户名和密码"),
        (_("请对方给一个这样的接收地址"),),
    ),
    "invalid-replay-time": Words(
        _("这个时间不对"), None, (_("填一个已经过去的时间，30天以内的都能重发"),)
    ),
    "too-many-webhooks": Words(
        _("这个站点的推送已经满了"), _("最多%(most)s项"), (_("先停掉不用的一项"),)
    ),
    "webhook-stopped": Words(_("这项推送现在停着"), None, (_("先点“恢复推送”，再试"),)),
}

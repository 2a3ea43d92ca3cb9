"""Refusals of looking at signals."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _

from .words import LIST_AGAIN, Words

SIGNALS: Mapping[str, Words] = {
    "signal-not-found": Words(_("没有找到这一条"), None, LIST_AGAIN),
    "signal-decided": Words(_("已经有人看过了"), None, (_("在“看过的”里看结果"),)),
    "own-signal": Words(_("这一条要别人看"), _("说的是您自己"), (_("请站里或街道所别的管理员看"),)),
    "signal-note": Words(
        _("要写%(length_min)s到%(length_max)s个字"), None, (_("写清楚打算怎么做，再点一次"),)
    ),
}

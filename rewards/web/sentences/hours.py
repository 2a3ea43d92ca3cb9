"""Refusals about hours that staff confirm, review or fill in."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _

from .words import LIST_AGAIN, Words

HOURS: Mapping[str, Words] = {
    "attendance-not-found": Words(_("没有找到这次签到"), None, LIST_AGAIN),
    "attendance-settled": Words(
        _("这次时长已经处理过了"), None, (_("看处理结果；少记的时长可以补录"),)
    ),
    "attendance-not-pending": Words(
        _("还不用确认"), _("%(opens_at)s 以前还能签退"), (_("请先帮忙签退"),)
    ),
    "confirmation-closed": Words(
        _("确认时长的时间过了"), _("%(closed_at)s 截止"), (_("这次不再算时长"),)
    ),
    "leaving-time": Words(
        _("离开时间不对"),
        _("要在 %(earliest)s 到 %(latest)s 之间"),
        (_("改好时间再确认"),),
    ),
    "hours-reason": Words(
        _("还没有写明原因"),
        _("要%(length_min)s到%(length_max)s个字"),
        (_("写明原因再提交"),),
    ),
    "head-count": Words(_("现在不能记人数"), None, (_("只有点人数的活动、开始以后才能记"),)),
    "nameless-occasion": Words(
        _("只点人数的活动没有名额、签退和积分"), None, (_("去掉这几项再存"),)
    ),
    "failure-note": Words(
        _("还没有写明出了什么故障"),
        _("活动开始后，写%(length_min)s到%(length_max)s个字"),
        (_("写明情况再标记"),),
    ),
    "only-heads-counted": Words(_("这一场只点人数，不用签到"), None, (_("您不用再做什么"),)),
    "attendance-not-imported": Words(
        _("有几行不对，一行也没有导入"), None, (_("改好那几行再导入"),)
    ),
    "import-gives-points": Words(
        _("有积分或要签退的活动不能导入名单"), None, (_("请让居民扫码，或逐个帮忙签到"),)
    ),
    "occasion-not-begun": Words(_("这一场还没有开始，不能导入名单"), None, (_("开始以后再导入"),)),
    "review-not-found": Words(_("这次没有要审核的时长"), None, LIST_AGAIN),
    "back-fill-not-found": Words(_("没有找到这笔补录"), None, LIST_AGAIN),
    "back-fill-settled": Words(
        _("这笔补录已经处理过了"), None, (_("看处理结果；有遗漏就重新申请"),)
    ),
    "back-fill-times": Words(
        _("补录的时间或内容不对"),
        _("要在 %(earliest)s 到 %(latest)s 之间"),
        (_("核对时间和名称，改好再提交"),),
    ),
    "back-fill-too-late": Words(
        _("服务过了7天，不能再补录"), _("%(closed_at)s 截止"), (_("可以写进站里的纸质记录"),)
    ),
    "back-fill-no-service": Words(
        _("参加这场活动不算服务时长"), None, (_("系统坏了没签上的，先在活动页标记系统故障"),)
    ),
    "evidence": Words(
        _("还没有写明凭什么补录"),
        _("要%(length_min)s到%(length_max)s个字"),
        (_("写明谁看到的、签字表在哪里"),),
    ),
    "second-person": Words(_("自己申请的不能自己批准"), None, (_("请另一位管理员批准"),)),
    "not-checked-out": Words(_("这位居民还没有签退"), None, (_("不用撤销；走的时候再签退"),)),
    "undo-not-own": Words(
        _("不是您登记的，不能撤销"), None, (_("请登记的同事在15分钟内撤销，或到账本里撤回"),)
    ),
    "undo-too-late": Words(
        _("过了15分钟，不能直接撤销"),
        _("%(closed_at)s 截止"),
        (_("请居民在“我的记录”里申诉，或到账本里撤回"),),
    ),
    "own-hours": Words(_("不能处理自己的时长"), None, (_("请另一位同事办理"),)),
}

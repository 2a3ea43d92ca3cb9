"""What refusals about point rules say."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _

from .words import Words

RULES: Mapping[str, Words] = {
    "unknown-rule": Words(_("没有这条积分规则"), None, (_("换一条规则，或不填"),)),
    "rule-not-found": Words(_("没有这条积分规则"), None, (_("从规则列表里选一条"),)),
    "amount-out-of-range": Words(
        _("这条规则不给这么多分"),
        _("每次 %(least)s到%(most)s"),
        (_("改好分数再记"),),
    ),
    "approval-missing": Words(
        _("这么多分一个人不能定"),
        _("超过%(above)s要%(approvers)s个人同意"),
        (_("请另一位有权限的工作人员同意"),),
    ),
    "rule-cap-invalid": Words(
        _("上限不对"),
        _("“%(field)s”要是 1 或更多，也不能超过更长时间的上限"),
        (_("改好上限再存；不限就空着"),),
    ),
    "rule-contradiction": Words(
        _("规则自己对不上"),
        _("“%(field)s”和“%(other)s”不能这样一起用"),
        (_("改掉其中一项再存"),),
    ),
    "rule-reference-unknown": Words(
        _("提到的规则不对"),
        _("“%(field)s”里的规则不存在，或不能这样用"),
        (_("换一条规则，或不填"),),
    ),
    "rule-tiers-invalid": Words(
        _("分档不对"), _("门槛和分数都要一档比一档高"), (_("从低到高写，改好再存"),)
    ),
    "rule-window-invalid": Words(
        _("时段不对"), _("要写成 22:00-06:00 这样，两头不能一样"), (_("改好时段再存"),)
    ),
    "rule-period-invalid": Words(
        _("起止时间不对"),
        _("“%(field)s”不合适"),
        (_("开始不能早于现在，也不能晚于一年后；结束要在开始之后"),),
    ),
    "rule-field-invalid": Words(
        _("有一项填得不对"),
        _("“%(field)s”不能填这个，或不能一个站点单独改"),
        (_("改好这一项再存"),),
    ),
    "rule-unchanged": Words(_("和现在的一版一样"), None, (_("改一项再存"),)),
    "rule-changed-meanwhile": Words(
        _("别人刚刚改过这条规则"), None, (_("看看新的一版，再决定改不改"),)
    ),
}

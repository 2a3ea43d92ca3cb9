"""Refusals and notices about collecting rewards, and about what comes back."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _

from .words import Words

_CORRECT = _("还有问题：交给站管理员，用人工更正")
_NOT_YOU = _("不是您？马上打电话，或提出申诉")

COLLECTING: Mapping[str, Words] = {
    "redemption-not-fulfilled": Words(
        _("这件还没有交付，没有可退的"), None, (_("不想要了：取消预留，积分马上退回"),)
    ),
    "redemption-undo-not-own": Words(
        _("这笔是别的同事交付的"), None, (_("请那位同事撤销，或交给站管理员"),)
    ),
    "redemption-undo-too-late": Words(
        _("交付过了15分钟，不能撤销"),
        _("到%(closed_at)s 为止"),
        (_("东西坏了：7天内扫本人的码，再点“取消预留，或东西坏了退换”"), _CORRECT),
    ),
    "redemption-return-too-late": Words(
        _("过了7天，不能退换"), _("最晚到%(until)s"), (_("有特殊情况，请找站管理员"),), call=True
    ),
    "redemption-already-returned": Words(
        _("这一笔已经退换过了"), _("%(returned_at)s 办的"), (_("核对那一次的经办人"), _CORRECT)
    ),
    "return-needs-owner": Words(
        _("退换要本人在场，或由另一个人办"),
        None,
        (_("扫一扫本人的码或卡，再办退换"), _("本人不在：请没有经手的站管理员来办")),
    ),
    "own-goods": Words(_("自己领的，不能自己退换"), None, (_("请别的工作人员办理"),)),
    "gift-not-returnable": Words(
        _("捐给心愿的积分不能退回"), None, (_("捐错了，请找站管理员"),), call=True
    ),
    "invalid-return": Words(
        _("退换的内容填得不对"),
        None,
        (_("坏了几件填1到%(quantity_max)s"), _("写明哪里坏了，2到120个字"), _("再点一次")),
    ),
    "invalid-proxy": Words(
        _("代领人没有填好"), None, (_("填代领人的姓名"), _("填他手机的最后4位数字"))
    ),
    "proxy-not-named": Words(
        _("居民没有填代领人"),
        _("“%(thing)s”没有填这个人代领，先不选它"),
        (_("请居民在手机上填代领人"), _("或让代领人签代领单，点“留了代领单”")),
    ),
    "redemption-already-extended": Words(
        _("已经延过一次了"),
        _("留到%(until)s"),
        (_("到时候来不了，可以请人代领"), _("或先取消，积分全退")),
    ),
    "slot-after-deadline": Words(
        _("这个时间太晚了"), _("只留到%(until)s"), (_("选早一点的时间"), _("或先多留几天"))
    ),
}

TO_STAFF: Mapping[str, Words] = {
    "redemption-already-extended": Words(
        _("已经延过一次了"),
        _("留到%(until)s"),
        (_("可以请人代领"), _("或取消，积分退回，以后再换")),
    ),
}

NOTICES: Mapping[str, Words] = {
    "redemption_due": Words(
        _("别忘了来领%(goods)s"),
        _("留到%(expires_at)s，在%(space)s"),
        (_("来不了：可以请人代领、延几天或取消"),),
    ),
    "redemption_due.moved": Words(
        _("开放时间有变，%(goods)s还给您留着"),
        _("留到%(expires_at)s，在%(space)s"),
        (_("约过时段的，请看看要不要重新挑"),),
    ),
    "redemption_expired": Words(
        _("%(goods)s没来得及领，%(points)s 退回了"), None, (_("想要可以重新预留"),)
    ),
    "redemption_collected": Words(
        _("%(goods)s由代领人领走了"),
        _("用了 %(points)s，在%(space)s"),
        (_("不是您请的人？马上打电话，或提出申诉"),),
        call=True,
    ),
    "redemption_collected.owner": Words(
        _("您的积分在%(space)s兑换台换了%(goods)s"),
        _("用了 %(points)s"),
        (_NOT_YOU,),
        call=True,
    ),
    "redemption_collected.unseen": Words(
        _("%(goods)s领走了，没有扫码"),
        _("用了 %(points)s，在%(space)s"),
        (_NOT_YOU,),
        call=True,
    ),
    "redemption_reserved": Words(
        _("工作人员替您预留了%(goods)s"),
        _("先扣住 %(points)s，凭取货码在%(space)s领"),
        (_("不是您要的？取消它，再打电话"),),
        call=True,
    ),
    "redemption_cancelled": Words(
        _("%(goods)s的预留由工作人员取消了，%(points)s 退回了"),
        None,
        (_("不是您要取消的？马上打电话"),),
        call=True,
    ),
    "redemption_changed": Words(
        _("%(goods)s的领取时间由工作人员改了"),
        _("留到%(expires_at)s，在%(space)s"),
        (_("不是您要改的？打电话"),),
        call=True,
    ),
    "redemption_changed.slot": Words(
        _("%(goods)s的领取时间由工作人员改了"),
        _("约在%(starts_at)s，在%(space)s"),
        (_("不是您要改的？打电话"),),
        call=True,
    ),
    "redemption_returned": Words(
        _("%(goods)s退了，%(points)s 回到您的账上"),
        None,
        (_("看看积分明细"), _("对不上就打电话")),
        call=True,
    ),
    "redemption_returned.replaced": Words(
        _("%(goods)s换了好的"), _("积分没有变"), (_("对不上就打电话"),), call=True
    ),
}

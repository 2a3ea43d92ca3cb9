"""Why a scan was refused, as staff read it: a name, how grave it is, and what helps."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString


@dataclass(frozen=True, slots=True)
class Trouble:
    """A reason for which a scan was refused: its name, how grave it is, and what helps."""

    label: LazyString
    badge: str
    hint: LazyString


TROUBLES = {
    "code-expired": Trouble(_("码已换新"), "no", _("请居民再扫一次；也可能是转发的照片")),
    "invalid-code": Trouble(_("码不对"), "no", _("请居民扫屏幕上的码")),
    "code-incomplete": Trouble(_("码不完整"), "wait", _("海报可能撕坏了，换一张；先帮居民登记")),
    "other-occasion": Trouble(_("是另一场的数字"), "wait", _("问清参加哪一场，帮他登记")),
    "wrong-digits": Trouble(_("6位数字不对"), "wait", _("请居民看屏幕上现在的数字")),
    "too-many-digits": Trouble(_("数字试得多了"), "no", _("请帮居民登记")),
    "too-many-scans": Trouble(_("扫得太快"), "wait", _("等一分钟，或帮居民登记")),
    "ticket-expired": Trouble(_("扫码过了10分钟"), "wait", _("请居民再扫一次")),
    "ticket-used": Trouble(_("扫码被别人用了"), "no", _("请居民自己再扫一次")),
    "claim-of-another-browser": Trouble(
        _("扫码的不是这部手机"), "no", _("请居民用自己的手机再扫一次；也可能是别人转来的")
    ),
    "poster-not-enough": Trouble(_("只扫了海报"), "wait", _("请居民填屏幕上的6位数字")),
    "poster-revoked": Trouble(_("海报作废了"), "no", _("请居民扫屏幕，把旧海报撕下来")),
    "nothing-here": Trouble(_("扫了海报，没有活动"), "info", _("告诉居民下一场的时间")),
    "check-in-not-open": Trouble(_("还没到时间"), "info", _("到时候请居民再扫一次")),
    "check-in-closed": Trouble(_("签到已经结束"), "wait", _("人来过的话，请站管理员延长后登记")),
    "check-out-not-open": Trouble(_("还没到签退时间"), "info", _("提前走的，请帮忙签退")),
    "check-out-closed": Trouble(_("签退已经结束"), "wait", _("请站管理员核对时长")),
    "no-check-out": Trouble(_("不用签退"), "info", _("告诉居民不用再扫")),
    "not-checked-in": Trouble(_("还没签到"), "wait", _("先帮居民签到")),
    "overlapping-check-in": Trouble(_("同一时间在别处"), "wait", _("先给另一场签退，再试一次")),
    "already-credited": Trouble(_("时长已经补录"), "info", _("不用再签，积分和时长都记过了")),
    "attendance-settled": Trouble(_("时长已经处理"), "info", _("不对的话，到工时页改")),
    "occasion-cancelled": Trouble(_("活动取消了"), "info", _("告诉居民改天再来")),
    "only-heads-counted": Trouble(_("只点人数"), "info", _("告诉居民不用签到")),
    "occasion-full": Trouble(_("名额满了"), "wait", _("增加名额后帮居民登记")),
    "occasion-not-found": Trouble(_("没有这场活动"), "no", _("请居民扫屏幕上的码")),
    "still-waiting": Trouble(_("还在候补"), "wait", _("请他在门口等，有人没来就轮到他")),
    "zone-closed": Trouble(_("空间停用了"), "no", _("把那里的海报取下")),
    "account-closed": Trouble(_("账户已注销"), "no", _("想再参加，请重新登记")),
    "participant-not-found": Trouble(_("没有这个卡号"), "no", _("问问是谁，再找人登记")),
    "own-hours": Trouble(_("不能给自己签到"), "no", _("请另一位同事处理")),
    "not-allowed": Trouble(_("没有权限"), "no", _("请有权限的同事办理")),
    "card-not-found": Trouble(_("没有这张卡"), "no", _("核对卡号，或换发一张")),
    "offline-scan-forged": Trouble(_("不是签到台记的"), "no", _("请居民到签到台再扫一次")),
    "offline-scan-unreadable": Trouble(_("没读出来"), "no", _("请居民再扫一次")),
    "offline-scan-reused": Trouble(_("序号重复"), "no", _("先到的那次算数")),
    "offline-scan-reordered": Trouble(
        _("时间顺序对不上"), "no", _("不能直接登记；人来过的话，请站管理员补录")
    ),
    "offline-scan-too-old": Trouble(
        _("放了超过24小时"), "no", _("不能直接登记；人来过的话，请站管理员补录")
    ),
    "offline-scan-time": Trouble(
        _("时间对不上"), "no", _("不能直接登记；人来过的话，请站管理员补录")
    ),
    "card-revoked": Trouble(_("卡停用了"), "no", _("核对是谁；本人就换一张新卡")),
    "member-code-used": Trouble(
        _("码用过了"), "no", _("请居民等新码，再扫一次；也可能是转发的照片")
    ),
    "age-limit": Trouble(_("年龄不合适"), "no", _("请居民看看别的活动")),
    "age-unknown": Trouble(_("没登记出生年份"), "wait", _("在居民页面补上，再签到")),
    "qualification-required": Trouble(_("没有登记资格"), "wait", _("看过证书，登记后再签到")),
    "training-required": Trouble(_("没有登记培训"), "wait", _("参加过的，登记后再签到")),
    "guardian-consent-required": Trouble(
        _("监护人还没同意"), "wait", _("请监护人签字，记下后再签到")
    ),
    "books-frozen": Trouble(_("账本在核对"), "wait", _("先记下名字，账本好了再登记")),
}
OTHER_TROUBLE = Trouble(_("没签上"), "no", _("请帮居民登记"))


def judge(reason: str) -> Trouble:
    """Return what a refused scan's *reason* is to staff."""
    return TROUBLES.get(reason, OTHER_TROUBLE)

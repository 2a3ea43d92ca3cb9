"""What the console calls things: states of occasions, ways of checking in, refused scans."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from rewards.activities.types import Occasion, OccasionId, OccasionStatus
from rewards.checkins import rules as checkins
from rewards.checkins.types import CheckInChannel, Turnout
from rewards.core.errors import RewardsError
from rewards.web import formats


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What an occasion is doing now: `is_open` check-in, `is_leaving` check-out, `is_over`."""

    label: str
    badge: str
    is_open: bool = False
    is_leaving: bool = False
    is_over: bool = False
    is_nameless: bool = False

    @property
    def has_code(self) -> bool:
        """Tell whether its code is of use now, or soon."""
        return not self.is_nameless and (not self.is_over or self.is_leaving)


@dataclass(frozen=True, slots=True)
class Trouble:
    """A reason for which a scan was refused: its name, how grave it is, and what helps."""

    label: LazyString
    badge: str
    hint: LazyString


CHANNELS = {
    CheckInChannel.DISPLAY_CODE: _("本人扫码"),
    CheckInChannel.DIGITS: _("6位数字"),
    CheckInChannel.POSTER: _("扫海报"),
    CheckInChannel.CARD: _("志愿者卡"),
    CheckInChannel.MEMBER_CODE: _("本人的码"),
    CheckInChannel.STAFF: _("工作人员登记"),
}

TROUBLES = {
    "code-expired": Trouble(_("码已换新"), "no", _("请居民再扫一次；也可能是转发的照片")),
    "invalid-code": Trouble(_("码不对"), "no", _("请居民扫屏幕上的码")),
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
    "wrong-digits": Trouble(_("6位数字不对"), "wait", _("请居民看屏幕上现在的数字")),
    "too-many-digits": Trouble(_("数字试得多了"), "no", _("请帮居民登记")),
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
    "occasion-cancelled": Trouble(_("活动取消了"), "info", _("告诉居民改天再来")),
    "occasion-full": Trouble(_("名额满了"), "wait", _("增加名额后帮居民登记")),
    "still-waiting": Trouble(_("还在候补"), "wait", _("请他在门口等，有人没来就轮到他")),
    "account-closed": Trouble(_("账户已注销"), "no", _("想再参加，请重新登记")),
    "participant-not-found": Trouble(_("没有这个卡号"), "no", _("问问是谁，再找人登记")),
    "overlapping-check-in": Trouble(_("同一时间在别处"), "wait", _("先给另一场签退，再试一次")),
    "own-hours": Trouble(_("不能给自己签到"), "no", _("请另一位同事处理")),
    "offline-scan-forged": Trouble(_("不是签到台记的"), "no", _("请居民到签到台再扫一次")),
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
}
OTHER_TROUBLE = Trouble(_("没签上"), "no", _("请帮居民登记"))


def judge(occasion: Occasion, now: datetime) -> State:
    """Return what *occasion* is doing at *now*."""
    if occasion.status is OccasionStatus.CANCELLED:
        return State(label=gettext("已取消"), badge="no", is_over=True)
    if occasion.counts_heads:
        return _judge_nameless(occasion, now)
    is_leaving = can_check_out(occasion, now)
    if now < occasion.opens_at:
        opens = gettext("%(time)s 开始签到", time=formats.when(occasion.opens_at, now))
        return State(label=opens, badge="info")
    if now < occasion.closes_at:
        return State(label=gettext("正在签到"), badge="ok", is_open=True, is_leaving=is_leaving)
    if now < occasion.ends_at:
        return State(label=gettext("正在进行"), badge="ok", is_leaving=is_leaving)
    return State(label=gettext("已结束"), badge="", is_leaving=is_leaving, is_over=True)


def _judge_nameless(occasion: Occasion, now: datetime) -> State:
    if now < occasion.starts_at:
        starts = gettext("%(time)s 开始", time=formats.when(occasion.starts_at, now))
        return State(label=starts, badge="info", is_nameless=True)
    if now < occasion.ends_at:
        return State(label=gettext("正在进行"), badge="ok", is_nameless=True)
    if occasion.head_count is None:
        return State(label=gettext("还没点人数"), badge="wait", is_over=True, is_nameless=True)
    return State(label=gettext("已结束"), badge="", is_over=True, is_nameless=True)


def judge_all(
    occasions: Iterable[Occasion], turnouts: Mapping[OccasionId, Turnout], now: datetime
) -> list[tuple[Occasion, State, Turnout | None]]:
    """Return each occasion with what it is doing at *now* and who came."""
    return [(each, judge(each, now), turnouts.get(each.id)) for each in occasions]


def can_check_out(occasion: Occasion, now: datetime) -> bool:
    """Tell whether staff can check people out of *occasion* at *now*."""
    if occasion.status is OccasionStatus.CANCELLED:
        return False
    try:
        checkins.check_out_open(occasion, at=now, by_staff=True)
    except RewardsError:
        return False
    return True


def trouble(reason: str) -> Trouble:
    """Return what a refused scan's *reason* is to staff."""
    return TROUBLES.get(reason, OTHER_TROUBLE)

"""What the console calls things: states of occasions, ways of checking in, refused scans."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext
from flask_babel import lazy_gettext as _

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


CHANNELS = {
    CheckInChannel.DISPLAY_CODE: _("本人扫码"),
    CheckInChannel.DIGITS: _("6位数字"),
    CheckInChannel.POSTER: _("扫海报"),
    CheckInChannel.CARD: _("志愿者卡"),
    CheckInChannel.MEMBER_CODE: _("本人的码"),
    CheckInChannel.STAFF: _("工作人员登记"),
}


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

"""What became of a line of the history, whose word it stands on, and why nothing was earned."""

from collections.abc import Iterator

import flask_babel

from rewards.appeals.types import Appeal, AppealState
from rewards.checkins.types import AttendanceState, JudgedAttendance
from rewards.ledger.types import EARNING_REASONS, Entry, Fate, LotUse, Reason
from rewards.network.types import Level
from rewards.web import formats

from .awards import explain_award


def _(text: str, **values: object) -> str:
    return str(flask_babel.gettext(text, **values))


def entered_by(*, is_entered: bool) -> str:
    """Return whose word a line stands on."""
    return _("由工作人员录入") if is_entered else _("系统核实")


def needs_origin(entry: Entry) -> bool:
    """Tell whether it matters whose word *entry* stands on: spending and expiry need none."""
    return entry.reason in EARNING_REASONS


def tell_fate(fate: Fate, *, is_brief: bool = False) -> tuple[str, ...]:
    """Return what became of an entry, a sentence each: 5 分用于 兑换 牙膏 1支.

    In brief, nothing is said of points that are all still there: on a list
    that would stand on every line.
    """
    if is_brief and not fate.uses and fate.reversed_by is None:
        return ()
    return tuple(_tell(fate))


def explain_nothing(attendance: JudgedAttendance) -> str:
    """Return why an attendance earned nothing: 当月打卡积分已满."""
    match attendance.state:
        case AttendanceState.DECLINED:
            return _("没有签退，负责人没有确认时长")
        case AttendanceState.LAPSED:
            return _("没有签退，7天内也没有人确认时长")
        case AttendanceState.UNDONE:
            return _("已经撤销，或改了时间重新算过")
        case _:
            reasons = [explain_award(award, is_past=True) for award in attendance.awards]
            return _("；").join(reasons)


def appeal_state(appeal: Appeal) -> str:
    """Return how an appeal stands, in a word or two."""
    names = {
        AppealState.OPEN: _("正在查"),
        AppealState.UPHELD: _("确实有误"),
        AppealState.REJECTED: _("记录没有错"),
        AppealState.WITHDRAWN: _("已撤回申诉"),
    }
    return names[appeal.state]


def level_name(level: Level) -> str:
    """Return what a level of the network is called."""
    names = {
        Level.CENTER: _("中心"),
        Level.INSTITUTE: _("所"),
        Level.STATION: _("站"),
        Level.POINT: _("点"),
    }
    return names[level]


def _tell(fate: Fate) -> Iterator[str]:
    if fate.reversed_by is not None:
        yield _("已撤回")
    for use in fate.spent:
        yield _tell_use(use)
    if fate.expired:
        yield _("%(points)s 已到期", points=formats.points(fate.expired))
    if fate.left and fate.valid_until is not None:
        day = formats.full_day(fate.valid_until)
        yield _("还剩 %(points)s，到 %(day)s 有效", points=formats.points(fate.left), day=day)


def _tell_use(use: LotUse) -> str:
    points = formats.points(abs(use.amount))
    if use.reason is Reason.REDEMPTION:
        reward = use.details.get("reward", "")
        return _("%(points)s 已用于 兑换 %(reward)s", points=points, reward=reward)
    if use.amount < 0:
        return _("%(points)s 退回", points=points)
    return _("%(points)s 由工作人员减去", points=points)

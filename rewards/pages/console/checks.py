"""Whether the books are right, by the last check, and whether they are frozen."""

from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from rewards.access.types import Verb
from rewards.core.settings import Settings
from rewards.earning import queries as earning
from rewards.ledger import queries as ledger
from rewards.verification import queries, store
from rewards.verification.errors import AnchorUnreadableError
from rewards.verification.types import Anchor, Mark

from . import frame

blueprint = Blueprint("console_checks", __name__)

# The worker checks each minute; if it has not for so long, that is a fault of its own.
LATE = timedelta(minutes=3)

INVARIANTS: tuple[tuple[str, LazyString], ...] = (
    ("I1", _("每一笔分录收支相抵")),
    ("I2", _("每个人的余额等于明细相加，批次也对得上")),
    ("I3", _("没有人透支，除非是撤回欠下的")),
    ("I4", _("同一件事只发一次积分")),
    ("I6", _("撤回和原来那笔一模一样，只能撤一次")),
    ("I7", _("库存等于进出相加")),
    ("I8", _("每次兑换都有扣分和出库")),
    ("I9", _("签到人数不超过名额")),
    ("I10", _("每天、每月的积分没有超过上限")),
    ("I11", _("签退在签到之后，时长不超过活动")),
    ("I12", _("重复的请求只办一次")),
    ("I13", _("编号连续，链上的每一环都对")),
    ("I14", _("和以前留的存根一致")),
    ("I15", _("榜单和账本一致")),
    ("I16", _("新的分录一分钟内进链")),
    ("I17", _("工作人员当时有权办那件事")),
    ("I18", _("大额要两个人，自己不能给自己")),
    ("I19", _("工作人员办的事都有记录")),
    ("I20", _("码和凭证只用一次")),
    ("I21", _("积分算在活动当天")),
    ("I22", _("注销的人查不到姓名")),
    ("I24", _("不是兑换的进出都有原因，改数量的有两个人")),
    ("I25", _("取货时段的人数，和等着来领的一样")),
    ("I26", _("预算用了多少、心愿收了多少，和兑换的一样")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An invariant on the page; `found` is how often the last check found it broken."""

    number: str
    name: LazyString
    found: int


@blueprint.get("/console/books/checks")
def show() -> ResponseReturnValue:
    """Show what the last check of the books found."""
    post = frame.enter(Verb.VIEW_BOOKS)
    mark = queries.find_mark()
    return frame.show(
        "books_checks.html",
        post=post,
        current="books",
        is_about_checks=True,
        mark=mark,
        is_late=mark is not None and post.now - mark.checked_at > LATE,
        freeze=ledger.find_freeze(),
        withheld=earning.count_withheld(),
        anchor=_find_anchor(),
        lines=_list_lines(mark),
    )


def _list_lines(mark: Mark | None) -> tuple[Line, ...]:
    found = [] if mark is None else [each.invariant for each in mark.found]
    return tuple(
        Line(number=number, name=name, found=found.count(number)) for number, name in INVARIANTS
    )


def _find_anchor() -> Anchor | None:
    settings: Settings = current_app.extensions["settings"]
    try:
        anchors = store.list_anchors(settings.instance_path)
    except (AnchorUnreadableError, OSError):
        return None
    return anchors[-1] if anchors else None

"""Where the pages about the books start from."""

from dataclasses import dataclass

from flask import Blueprint
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from rewards.access.errors import NotAllowedError
from rewards.access.types import Verb

from . import frame

blueprint = Blueprint("console_books", __name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A page about the books: its name, what one finds there, and who may go there."""

    address: str
    title: LazyString
    sentence: LazyString
    verb: Verb


SECTIONS: tuple[Section, ...] = (
    Section(
        address="/console/rules",
        title=_("积分规则"),
        sentence=_("做什么得几分，上限是多少，改之前先试算"),
        verb=Verb.VIEW_BOOKS,
    ),
    Section(
        address="/console/appeals",
        title=_("申诉"),
        sentence=_("居民对哪一笔有疑问，什么时候该答复"),
        verb=Verb.CORRECT,
    ),
    Section(
        address="/console/corrections",
        title=_("更正"),
        sentence=_("撤回一笔、加分或减分，等第二个人批的也在这里"),
        verb=Verb.CORRECT,
    ),
    Section(
        address="/console/books/expiring",
        title=_("快到期的积分"),
        sentence=_("谁的积分什么时候到期，打印了放在服务台"),
        verb=Verb.VIEW_BOOKS,
    ),
    Section(
        address="/console/books/entered",
        title=_("人工录入的积分"),
        sentence=_("谁给谁录入了多少，值得再看的在前面"),
        verb=Verb.VIEW_BOOKS,
    ),
    Section(
        address="/console/books/desk",
        title=_("兑换台经手"),
        sentence=_("谁交付、撤销、退换了多少，哪些凭卡，谁改过价"),
        verb=Verb.VIEW_BOOKS,
    ),
    Section(
        address="/console/books/checks",
        title=_("账本核对"),
        sentence=_("上次核对的时间和结果，查了哪些，是不是暂停着"),
        verb=Verb.VIEW_BOOKS,
    ),
    Section(
        address="/console/boards",
        title=_("榜单设置"),
        sentence=_("一个月过完几天后定榜，定了的榜在这里看"),
        verb=Verb.VIEW_BOOKS,
    ),
    Section(
        address="/console/slips",
        title=_("志愿服务记录单"),
        sentence=_("开出的每一张，可以查、重打、作废"),
        verb=Verb.MANAGE_PARTICIPANT,
    ),
    Section(
        address="/console/webhooks",
        title=_("数据推送"),
        sentence=_("把签到、奖品领走和积分入账告诉区里别的系统"),
        verb=Verb.MANAGE_WEBHOOKS,
    ),
)


@blueprint.get("/console/books")
def show() -> ResponseReturnValue:
    """Show which pages about the books there are for whoever asks.

    :raises NotAllowedError: if there is none.
    """
    post = frame.enter()
    sections = [section for section in SECTIONS if post.may(section.verb)]
    if SECTIONS and not sections:
        raise NotAllowedError(verb=Verb.VIEW_BOOKS.value)
    return frame.show("books.html", post=post, current="books", sections=sections)

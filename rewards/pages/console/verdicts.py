"""What the desk says in one field of colour when nothing is to be handed over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _

from rewards.access import rules as access
from rewards.access.types import Verb
from rewards.core.errors import IdempotencyKeyReusedError, RewardsError
from rewards.identity import queries as identity
from rewards.identity.errors import StaffNotFoundError
from rewards.redemptions import queries
from rewards.redemptions import rules as redemptions
from rewards.redemptions.errors import RedemptionNotFoundError
from rewards.redemptions.types import (
    Redemption,
    RedemptionId,
    RedemptionReturn,
    RedemptionStatus,
)
from rewards.stock.types import Space
from rewards.web import formats, sentences

from .frame import Post


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A refusal at the desk: `kind` again or no, what and why, and what to do now."""

    kind: str
    title: str
    text: str
    steps: tuple[str, ...]
    receipt: Redemption | None = None
    cancellable: Redemption | None = None


def judge(redemption: Redemption, *, post: Post, space: Space) -> Verdict | None:
    """Return why *redemption* is not to be handed over at *space* now, None if it is."""
    is_open = redemption.status is RedemptionStatus.RESERVED
    if is_open and not redemptions.is_overdue(redemption, post.now):
        return None if redemption.space_id == space.id else _elsewhere(redemption, post, space)
    # Nobody is sent to another space for what has ended there.
    verdict = _over(redemption, post.now)
    if access.may(post.actor, Verb.FULFIL, redemption.space_node_path):
        return verdict
    return _veil(verdict, redemption)


def of_another_space(redemption: Redemption) -> Verdict:
    """Return what is said to goods that come back to a desk which did not hand them over."""
    return Verdict(
        kind="no",
        title=_("这是%(space)s交付的，在那边退", space=redemption.space_name),
        text=_("东西从哪个架上拿的，就退到哪个架上"),
        steps=(
            _("请居民到%(space)s退换", space=redemption.space_name),
            _("您也在那边值台：先在兑换台上换成%(space)s，再办", space=redemption.space_name),
        ),
    )


def unknown() -> Verdict:
    """Return what is said to a scan that means nothing here."""
    return Verdict(
        kind="no",
        title=_("没找到这个码，先别给货"),
        text=_("不是取货码，也不是卡号或手机号"),
        steps=(
            _("核对8位数字，再输一次"),
            _("改用手机号找：问居民手机号，核对姓名"),
            _("居民的码一直在变：请他打开“我的卡”，再扫一次"),
        ),
    )


def refuse(error: RewardsError, *, is_given: bool = False) -> Verdict:
    """Return what is said to any other refusal; `is_given`: the goods left the desk before."""
    sentence = sentences.explain(error, to_staff=True)
    return Verdict(
        kind="no",
        title=sentence.what if is_given else _("%(what)s，先别给货", what=sentence.what),
        text=sentence.why,
        steps=sentence.next_steps or (_("再扫一次，或改用手机号找"),),
    )


def explain(
    error: RewardsError, asked: Sequence[RedemptionId], *, post: Post, space: Space
) -> Verdict:
    """Return what is said to a basket that was refused: of what waits, what became of it."""
    if isinstance(error, IdempotencyKeyReusedError):
        return Verdict(
            kind="again",
            title=_("这一页已经交付过，先别给货"),
            text=_("选的东西和那一次的不一样"),
            steps=(_("还要换别的：回到这位居民，重新选"),),
        )
    for redemption_id in asked:
        try:
            verdict = judge(queries.get_redemption(redemption_id), post=post, space=space)
        except RedemptionNotFoundError:
            continue
        if verdict is not None:
            return verdict
    return refuse(error)


def name_of(principal: str) -> str:
    """Return who a principal is to staff: a colleague's name, the resident, the service."""
    kind, _separator, number = principal.partition(":")
    if kind == "staff":
        try:
            return identity.get_staff(UUID(hex=number)).name
        except (StaffNotFoundError, ValueError):
            return str(_("工作人员"))
    return str(_("居民本人") if kind == "participant" else _("系统"))


def thing(redemption: Redemption) -> str:
    """Return what is handed over: 牙膏 1支."""
    pieces = formats.pieces(redemption.quantity, redemption.unit)
    return str(_("%(reward)s %(pieces)s", reward=redemption.reward_name, pieces=pieces))


def tell_waiting(waiting: Sequence[Redemption]) -> list[tuple[Redemption, str, datetime]]:
    """Return what waits: each with what it is, and the last moment that people are told."""
    told = queries.list_with_last_moments(waiting)
    return [(each, thing(each), latest) for each, latest in told]


def _over(redemption: Redemption, now: datetime) -> Verdict:
    if redemption.status is RedemptionStatus.CANCELLED:
        return _cancelled(redemption, now)
    if redemption.status is not RedemptionStatus.FULFILLED:
        return _expired(redemption, now)
    back = None if redemption.returned_at is None else queries.find_return(redemption.id)
    return _used(redemption, now) if back is None else _returned(redemption, back, now)


def _veil(verdict: Verdict, redemption: Redemption) -> Verdict:
    # Who took what at another station is nothing to tell here.
    return Verdict(
        kind=verdict.kind,
        title=verdict.title,
        text=_("这是%(space)s的取货码，已经结束", space=redemption.space_name),
        steps=(
            _("请居民打开“兑换”里的取货码，看有没有新码"),
            _("有疑问：请居民问%(space)s，积分先不动", space=redemption.space_name),
        ),
    )


def _returned(redemption: Redemption, back: RedemptionReturn, now: datetime) -> Verdict:
    return Verdict(
        kind="no",
        title=_("这一笔退回过，先别给货"),
        text=_(
            "%(moment)s %(staff)s 收回了 %(thing)s，%(points)s 已退回",
            moment=formats.near_day_clock(back.returned_at, now),
            staff=name_of(back.returned_by),
            thing=thing(redemption),
            points=formats.points(redemption.points),
        ),
        steps=(
            _("还想要：扫“我的卡”或志愿者卡，再换一件"),
            _("说没退：点“看这笔交付”，核对经办人和时间"),
        ),
        receipt=redemption,
    )


def _used(redemption: Redemption, now: datetime) -> Verdict:
    return Verdict(
        kind="again",
        title=_("这个码已用过，先别给货"),
        text=_(
            "%(moment)s %(staff)s 已交付 %(thing)s",
            moment=formats.near_day_clock(redemption.closed_at or now, now),
            staff=name_of(redemption.closed_by),
            thing=thing(redemption),
        ),
        steps=(
            _("请居民打开“兑换”里的取货码，看有没有新码"),
            _("说没领到：点“看这笔交付”，核对经办人和时间"),
            _("对不上：交给站管理员，积分先不动"),
        ),
        receipt=redemption,
    )


def _cancelled(redemption: Redemption, now: datetime) -> Verdict:
    return Verdict(
        kind="no",
        title=_("这个码取消了，先别给货"),
        text=_(
            "%(moment)s %(who)s取消，%(points)s 已退回",
            moment=formats.near_day_clock(redemption.closed_at or now, now),
            who=name_of(redemption.closed_by),
            points=formats.points(redemption.points),
        ),
        steps=(_("还想要：用手机号找到居民，再换一件"), _("换了别的：请居民打开新的取货码")),
    )


def _expired(redemption: Redemption, now: datetime) -> Verdict:
    return Verdict(
        kind="no",
        title=_("这个码过期了，先别给货"),
        text=_(
            "留到%(moment)s，%(points)s 会退回",
            moment=_tell_latest(redemption, now),
            points=formats.points(redemption.points),
        ),
        steps=(
            _("还想要：用手机号找到居民，再换一件"),
            _("积分没有少：过期的预留自动退回"),
        ),
    )


def _elsewhere(redemption: Redemption, post: Post, space: Space) -> Verdict:
    is_near = redemption.space_node_path == space.node_path
    may_cancel = access.may(post.actor, Verb.FULFIL, redemption.space_node_path)
    steps = [
        _(
            "告诉居民：去%(space)s领，留到%(moment)s",
            space=redemption.space_name,
            moment=_tell_latest(redemption, post.now),
        )
    ]
    if may_cancel:
        steps.append(_("不方便去：帮忙取消，积分马上退回，在这里另换"))
    else:
        steps.append(_("不方便去：请居民在手机上取消，积分马上退回，在这里另换"))
    return Verdict(
        kind="no",
        title=_("别的空间的码，这里不能领") if is_near else _("别的站的码，这里不能领"),
        text=_("这是%(space)s的取货码，物品在那边", space=redemption.space_name),
        steps=tuple(steps),
        cancellable=redemption if may_cancel else None,
    )


def _tell_latest(redemption: Redemption, now: datetime) -> str:
    return formats.until(queries.get_last_moment(redemption.space_id, redemption.expires_at), now)

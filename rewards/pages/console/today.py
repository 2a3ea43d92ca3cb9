"""The first page of the day: four figures, the occasions, and what needs somebody."""

from datetime import date, timedelta

from flask import Blueprint
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from rewards.access.types import ParticipantId, Verb
from rewards.activities import queries as activities
from rewards.activities.types import Occasion, OccasionId
from rewards.appeals import queries as appeals
from rewards.checkins import queries as checkins
from rewards.checkins.types import Turnout
from rewards.core import clock
from rewards.gates import queries as gates
from rewards.ledger import queries as ledger
from rewards.ledger.types import Asset
from rewards.redemptions import queries as redemptions
from rewards.signals import queries as signals
from rewards.signups import queries as sign_ups
from rewards.stock import queries as stock
from rewards.web import formats
from rewards.webhooks import queries as webhooks

from . import attempts, frame, shelf_tasks, words
from .frame import Post
from .shelf_tasks import Task, tell

blueprint = Blueprint("console_today", __name__)

REFUSED_HOURS = 3
LOW_LINES_MAX = 4
PENDING_LINES_MAX = 4
WEEK = timedelta(days=7)
MISSED_TOLD = timedelta(days=3)


@blueprint.get("/console")
def show() -> ResponseReturnValue:
    """Show the day at the node."""
    post = frame.enter()
    today = clock.local_date(post.now, clock.zone())
    occasions = list_day(post.node.path, today)
    turnouts = checkins.list_turnouts([occasion.id for occasion in occasions])
    return frame.show(
        "today.html",
        post=post,
        current="today",
        occasions=[
            (each, words.judge(each, post.now), turnouts.get(each.id)) for each in occasions
        ],
        tallies=sign_ups.tally([each.id for each in occasions if each.takes_sign_ups]),
        tiles=_count(post, today, occasions, turnouts),
        tasks=_list_tasks(post, occasions),
        may_fulfil=post.may(Verb.FULFIL),
        may_plan=post.may(Verb.MANAGE_OCCASION),
        may_show=post.may(Verb.SHOW_CODE),
        first_open=_find_open(occasions, post),
    )


def list_day(node_path: str, day: date) -> tuple[Occasion, ...]:
    """Return the occasions of a branch that start on a local day."""
    start, end = clock.day_bounds(day, clock.zone())
    return activities.list_occasions(node_path=node_path, starts_from=start, starts_before=end)


def _find_open(occasions: tuple[Occasion, ...], post: Post) -> Occasion | None:
    if not post.may(Verb.CHECK_IN):
        return None
    return next((each for each in occasions if words.judge(each, post.now).is_open), None)


def _count(
    post: Post,
    today: date,
    occasions: tuple[Occasion, ...],
    turnouts: dict[OccasionId, Turnout],
) -> dict[str, int]:
    path = post.node.path
    before = [each.id for each in list_day(path, today - WEEK)]
    spaces = [space.id for space in stock.list_spaces(path)]
    tonight = clock.day_bounds(today, clock.zone())[1]
    running = [each for each in occasions if each.requires_check_out and each.starts_at <= post.now]
    return {
        "visits": sum(turnout.people for turnout in turnouts.values()),
        "visits_before": sum(each.people for each in checkins.list_turnouts(before).values()),
        "points": ledger.sum_earned(node_path=path, asset=Asset.POINTS, start=today, end=today),
        "minutes": ledger.sum_earned(
            node_path=path, asset=Asset.SERVICE_MINUTES, start=today, end=today
        ),
        "running": sum(post.now < each.ends_at for each in running),
        "due": redemptions.count_due(spaces),
        "due_today": redemptions.count_due(spaces, expires_before=tonight),
    }


def _list_tasks(post: Post, occasions: tuple[Occasion, ...]) -> list[Task]:
    tasks: list[Task] = []
    if post.may(Verb.CHECK_IN):
        tasks += _list_offline(post)
        tasks += _list_refused(post, occasions)
        tasks += _list_at_door(post, occasions)
        tasks += _list_staying(post, occasions)
    if post.may(Verb.CONFIRM_HOURS):
        tasks += _list_pending(post)
    if post.may(Verb.CORRECT):
        tasks += _list_appeals(post)
        tasks += _list_signals(post)
    if post.may(Verb.MANAGE_WEBHOOKS):
        tasks += _list_webhooks(post)
    if post.may(Verb.FULFIL):
        tasks += _list_missed(post)
        tasks += shelf_tasks.list_of(post)
    if post.may(Verb.MANAGE_STOCK):
        tasks += _list_low(post)
    return tasks


def _list_refused(post: Post, occasions: tuple[Occasion, ...]) -> list[Task]:
    since = post.now - timedelta(hours=REFUSED_HOURS)
    waiting: dict[OccasionId, set[ParticipantId]] = {}
    for each in attempts.list_of(occasions, post=post, since=since):
        if each.is_waiting and each.occasion and each.person:
            waiting.setdefault(each.occasion.id, set()).add(each.person.id)
    titles = {each.id: each.title for each in occasions}
    return [
        Task(
            what=_("%(people)s扫码没签上", people=formats.people(len(people))),
            where=_("%(title)s，人可能还在现场", title=titles[occasion_id]),
            address=f"/console/occasions/{occasion_id}?list=refused",
            button=_("查看"),
        )
        for occasion_id, people in waiting.items()
    ]


def _list_missed(post: Post) -> list[Task]:
    spaces = [space.id for space in stock.list_spaces(post.node.path)]
    missed = redemptions.count_missed(spaces, since=post.now - MISSED_TOLD)
    return tell(
        missed,
        what=_("%(n)s份到期没来领", n=missed),
        where=_("最近三天，可以打电话问问"),
        address="/console/pick-ups?list=missed",
        button=_("看名单"),
    )


def _list_offline(post: Post) -> list[Task]:
    waiting = gates.count_waiting(post.node.path)
    return tell(
        waiting,
        what=_("%(n)s条离线扫码没登上", n=waiting),
        where=_("断网时记下的，要人看一看"),
        address="/console/gates/settle",
        button=_("去处理"),
    )


def _list_at_door(post: Post, occasions: tuple[Occasion, ...]) -> list[Task]:
    running = [each for each in occasions if each.opens_at <= post.now <= each.closes_at]
    waiting = sign_ups.count_at_door([each.id for each in running])
    return [
        Task(
            what=_("%(people)s在门口等空位", people=formats.people(waiting[each.id])),
            where=_("%(title)s，候补", title=each.title),
            address=f"/console/occasions/{each.id}/sign-ups?list=waiting",
            button=_("查看"),
        )
        for each in running
        if waiting.get(each.id)
    ]


def _list_staying(post: Post, occasions: tuple[Occasion, ...]) -> list[Task]:
    ended = [
        each
        for each in occasions
        if each.ends_at <= post.now and words.can_check_out(each, post.now)
    ]
    staying = checkins.count_not_checked_out([each.id for each in ended])
    return [
        Task(
            what=_("%(people)s还没签退", people=formats.people(staying[each.id])),
            where=each.title,
            address=f"/console/hours/occasions/{each.id}"
            if post.may(Verb.CONFIRM_HOURS)
            else f"/console/occasions/{each.id}",
            button=_("签退"),
        )
        for each in ended
        if staying.get(each.id)
    ]


def _list_pending(post: Post) -> list[Task]:
    waiting = checkins.list_pending_occasions(node_path=post.node.path, now=post.now)
    return [
        Task(
            what=_("%(people)s的时长等确认", people=formats.people(each.people)),
            where=_("%(title)s，没签退", title=each.occasion.title),
            address=f"/console/hours/occasions/{each.occasion.id}",
            button=_("确认"),
        )
        for each in waiting[:PENDING_LINES_MAX]
    ]


def _list_appeals(post: Post) -> list[Task]:
    waiting = appeals.count_open(post.node.path)
    late = appeals.count_open(post.node.path, due_before=post.now) if waiting else 0
    return tell(
        waiting,
        what=_("%(n)s个申诉等答复", n=waiting),
        where=_("%(n)s个过期没答", n=late) if late else _("5个工作日内答复"),
        address="/console/appeals",
        button=_("去答复"),
    )


def _list_signals(post: Post) -> list[Task]:
    waiting = signals.count_open(post.node.path)
    return tell(
        waiting,
        what=_("%(n)s种签到请看一看", n=waiting),
        where=_("和平常不一样，多半有好理由"),
        address="/console/signals",
        button=_("去看"),
    )


def _list_webhooks(post: Post) -> list[Task]:
    stopped = webhooks.count_disabled(post.node.path)
    return tell(
        stopped,
        what=_("%(n)s项数据推送停了", n=stopped),
        where=_("发不到对方，要人看一看"),
        address="/console/webhooks",
        button=_("去看"),
    )


def _list_low(post: Post) -> list[Task]:
    low = stock.list_low(post.node.path)
    tasks = [
        Task(
            what=_(
                "%(name)s只剩%(pieces)s",
                name=reward.name,
                pieces=formats.pieces(reward.on_hand, reward.unit),
            ),
            where=_("已被预留%(pieces)s", pieces=formats.pieces(reward.reserved, reward.unit))
            if reward.reserved
            else _("没有被预留"),
            address=f"/console/stock/{reward.id}",
            button=_("补货"),
        )
        for reward in low[:LOW_LINES_MAX]
    ]
    if len(low) > LOW_LINES_MAX:
        more = len(low) - LOW_LINES_MAX
        tasks.append(
            Task(
                what=_("还有%(n)s种也快没了", n=more),
                where=_("看库存里标着“快没了”的"),
                address="/console/stock",
                button=_("看库存"),
            )
        )
    return tasks

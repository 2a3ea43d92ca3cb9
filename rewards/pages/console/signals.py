"""Check-ins that are worth a second look: what was noticed, and what was found out."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString

from rewards.access import rules as access
from rewards.access.types import StaffActor, Verb
from rewards.activities import queries as activities
from rewards.core.errors import RewardsError
from rewards.network import queries as network
from rewards.participants import queries as participants
from rewards.signals import queries, rules, service
from rewards.signals.types import Signal, SignalId, SignalKind, SignalState
from rewards.web import formats, sentences, statuses

from . import frame, verdicts
from .frame import Post

blueprint = Blueprint("console_signals", __name__)

LIST = "/console/signals"
# A card names so many; the occasion's list has them all.
PEOPLE_SHOWN = 12

CAUSES: Mapping[SignalKind, LazyString] = {
    SignalKind.SHARED_DEVICE: lazy_gettext(
        "一家人共用手机，或工作人员帮忙点的，都很正常。拿不准就问问当天的负责人。"
    ),
    SignalKind.BURST: lazy_gettext(
        "一车人一起到，很正常。没有这回事，就可能是签到码被拍了发到群里。"
    ),
    SignalKind.FOREIGN_TIME_ZONE: lazy_gettext(
        "刚从外地回来的手机会这样。人在不在现场，问问当天的负责人。"
    ),
    SignalKind.FRIENDS: lazy_gettext(
        "不用手机的老人每次都要人帮忙，很正常。给他们办一张志愿者卡，就不用每次口头登记。"
    ),
}
DECIDED: Mapping[SignalState, LazyString] = {
    SignalState.HARMLESS: lazy_gettext("没有问题"),
    SignalState.FOLLOWED_UP: lazy_gettext("在跟进"),
}


@blueprint.get(LIST)
def show() -> ResponseReturnValue:
    """Show the signals of the branch that wait for somebody, or those that are done."""
    post = frame.enter(Verb.CORRECT)
    return _page(post)


@blueprint.post(f"{LIST}/<uuid:signal_id>")
def review(signal_id: UUID) -> ResponseReturnValue:
    """Write down what was found out about a signal."""
    post = frame.enter()
    is_harmless = request.form.get("found") == "harmless"
    try:
        service.review_signal(
            actor=post.actor,
            signal_id=SignalId(signal_id),
            state=SignalState.HARMLESS if is_harmless else SignalState.FOLLOWED_UP,
            note=request.form.get("note", ""),
            now=post.now,
        )
    except RewardsError as error:
        return _page(post, error=error, tried=SignalId(signal_id)), statuses.status_of(error)
    return redirect(f"{LIST}?done=1", code=303)


def _page(post: Post, *, error: RewardsError | None = None, tried: SignalId | None = None) -> str:
    access.authorize(post.actor, Verb.CORRECT, post.node.path)
    is_open = request.args.get("tab") != "done"
    cursor = request.args.get("cursor")
    page = queries.page_signals(node_path=post.node.path, is_open=is_open, cursor=cursor)
    return frame.show(
        "signals.html",
        post=post,
        current="refused",
        is_open=is_open,
        open_count=queries.count_open(post.node.path),
        rows=[_row(signal, post) for signal in page.items],
        next_cursor=page.next,
        is_first=cursor is None,
        done="done" in request.args,
        sentence=None if error is None else sentences.explain(error, to_staff=True),
        tried=tried,
        typed=request.form.get("note", ""),
        note_length=rules.NOTE_LENGTH_MAX,
    )


def _row(signal: Signal, post: Post) -> dict[str, Any]:
    found = participants.list_participants(signal.participant_ids[:PEOPLE_SHOWN])
    return {
        "signal": signal,
        "what": describe(signal),
        "cause": CAUSES[signal.kind],
        "occasion": activities.get_occasion(signal.occasion_id),
        "node": network.get_node(signal.node_id),
        "people": list(found.values()),
        "more": max(len(signal.participant_ids) - PEOPLE_SHOWN, 0),
        "staff": verdicts.name_of(signal.staff) if signal.staff else "",
        "is_own": is_about(signal, post.actor),
        "found": DECIDED.get(signal.state),
        "decided_by": verdicts.name_of(signal.decided_by or ""),
    }


def describe(signal: Signal) -> str:
    """Return in a sentence what was noticed."""
    people = formats.people(len(signal.participant_ids))
    match signal.kind:
        case SignalKind.SHARED_DEVICE:
            return str(gettext("10分钟内，同一部手机给%(people)s签到或签退", people=people))
        case SignalKind.BURST:
            return str(gettext("开始以后，1分钟内一下子来了%(people)s", people=people))
        case SignalKind.FOREIGN_TIME_ZONE:
            return str(gettext("%(people)s的手机用的是别处的时间", people=people))
        case SignalKind.FRIENDS:
            return str(gettext("30天里，同一位工作人员给同一个人口头登记了%(n)s次", n=signal.count))


def is_about(signal: Signal, actor: StaffActor) -> bool:
    """Tell whether somebody else has to look at *signal*."""
    return signal.staff == actor.principal or actor.participant_id in signal.participant_ids

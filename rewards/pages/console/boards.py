"""When the periods of a center are closed, where what comes late counts, and what is closed."""

from datetime import date

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from rewards.access import rules as access
from rewards.access.types import Verb
from rewards.core.errors import RewardsError
from rewards.leaderboards import queries as leaderboards
from rewards.leaderboards import service
from rewards.leaderboards.errors import InvalidSettleDaysError
from rewards.leaderboards.types import Closing, Period
from rewards.ledger import queries as ledger
from rewards.ledger.types import SETTLE_DAYS_MAX, ClosingPolicy, LateEntries
from rewards.network import queries as network
from rewards.network.types import Node
from rewards.pages.board_names import name_period
from rewards.web import sentences

from . import frame
from .frame import Post

blueprint = Blueprint("console_boards", __name__)

ROWS_SHOWN = 30
DIGITS_MAX = 3
PERIODS = {
    Period.MONTH: lazy_gettext("月榜"),
    Period.YEAR: lazy_gettext("年榜"),
    Period.WEEK: lazy_gettext("周榜"),
    Period.DAY: lazy_gettext("日榜"),
}


@blueprint.get("/console/boards")
def show() -> ResponseReturnValue:
    """Show what the center decided, and its closed periods."""
    post = frame.enter(Verb.VIEW_BOOKS)
    policy = ledger.get_closing_policy(_center(post).label)
    return _show(post, settle_days=str(policy.settle_days), late_entries=policy.late_entries.value)


@blueprint.post("/console/boards")
def decide() -> ResponseReturnValue:
    """Decide for the center when periods are closed, and where what comes late counts."""
    post = frame.enter(Verb.VIEW_BOOKS)
    settle_days = request.form.get("settle_days", "").strip()
    late_entries = request.form.get("late_entries", "")
    try:
        policy = _read_policy(settle_days, late_entries)
        service.set_closing_policy(
            actor=post.actor, center_id=_center(post).id, policy=policy, now=post.now
        )
    except InvalidSettleDaysError as error:
        page = _show(post, settle_days=settle_days, late_entries=late_entries, error=error)
        return page, 422
    return redirect("/console/boards?done=saved", code=303)


def _show(
    post: Post, *, settle_days: str, late_entries: str, error: RewardsError | None = None
) -> str:
    center, period = _center(post), _read_period()
    closings = leaderboards.list_closings(
        center.label, period=period, before=_read_before(), limit=ROWS_SHOWN + 1
    )
    rows = closings[:ROWS_SHOWN]
    return frame.show(
        "boards.html",
        post=post,
        current="books",
        center=center,
        may_decide=access.may(post.actor, Verb.MANAGE_NETWORK, center.path),
        settle_days=settle_days,
        settle_days_max=SETTLE_DAYS_MAX,
        late_entries=late_entries,
        sentence=None if error is None else sentences.explain(error, to_staff=True),
        periods=PERIODS,
        period=period,
        rows=[(closing, _name(closing)) for closing in rows],
        next_before=rows[-1].starts_on if len(closings) > ROWS_SHOWN else None,
        is_first=request.args.get("before") is None,
        done=request.args.get("done", ""),
    )


def _name(closing: Closing) -> str:
    return name_period(closing.period, closing.starts_on, closing.ends_on)


def _center(post: Post) -> Node:
    return network.list_ancestors(post.node.path)[0]


def _read_policy(settle_days: str, late_entries: str) -> ClosingPolicy:
    is_number = settle_days.isascii() and settle_days.isdigit() and len(settle_days) <= DIGITS_MAX
    if not is_number:
        raise InvalidSettleDaysError(days_max=SETTLE_DAYS_MAX)
    is_original = late_entries == LateEntries.ORIGINAL.value
    return ClosingPolicy(
        settle_days=int(settle_days),
        late_entries=LateEntries.ORIGINAL if is_original else LateEntries.CURRENT,
    )


def _read_period() -> Period:
    asked = request.args.get("period", "")
    return next((period for period in PERIODS if period.value == asked), Period.MONTH)


def _read_before() -> date | None:
    try:
        return date.fromisoformat(request.args.get("before", ""))
    except ValueError:
        return None

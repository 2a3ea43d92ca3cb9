"""Notices: what happened to my points and hours, and what I can do."""

from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from rewards.appeals import rules as appeal_rules
from rewards.core import clock
from rewards.notices import queries, service
from rewards.notices.types import Notice, NoticeId, NoticeKind
from rewards.web.notices import explain_all, find_occasion_id, find_redemption_id, list_spent

from . import frame

blueprint = Blueprint("messages", __name__)


@blueprint.get("/notices")
def show() -> ResponseReturnValue:
    """Show my notices, those not read first."""
    _, me = frame.get_me()
    cursor = request.args.get("cursor")
    page = queries.page_notices(participant_id=me.id, cursor=cursor)
    unread = [notice for notice in page.items if notice.read_at is None]
    spent = {notice.id for notice in list_spent(page.items)}
    return frame.show(
        "notices.html",
        me=me,
        lines=[
            (notice, sentence, _address(notice), _contest(notice) if notice.id in spent else None)
            for notice, sentence in zip(page.items, explain_all(page.items), strict=True)
        ],
        newest=unread[0].id if unread and cursor is None else None,
        next_cursor=page.next,
        is_first=cursor is None,
    )


@blueprint.post("/notices/read")
def mark_read() -> ResponseReturnValue:
    """Mark as read what was shown and all that is older."""
    actor, _ = frame.get_me()
    try:
        through = NoticeId(UUID(request.form.get("through", "")))
    except ValueError as error:
        raise BadRequest from error
    service.mark_read(actor=actor, through=through, now=clock.now())
    return redirect(url_for("messages.show"), code=303)


_PAGES = {
    NoticeKind.APPEAL_ANSWERED: "my_appeals.list_mine",
    NoticeKind.POINTS_EXPIRING: "rewards.rewards",
    NoticeKind.SIGN_UP_PAUSED: "sign_ups.list_offered",
}


def _contest(notice: Notice) -> str | None:
    """Return where to say that it was not me who spent my points, while that is possible."""
    if "entry" not in notice.details or appeal_rules.find_end(notice.created_at) <= clock.now():
        return None
    return url_for("my_appeals.ask", line=UUID(str(notice.details["entry"])))


def _address(notice: Notice) -> str:
    occasion_id = find_occasion_id(notice)
    if occasion_id is not None:
        return url_for("sign_ups.show", occasion_id=occasion_id)
    redemption_id = find_redemption_id(notice)
    if redemption_id is not None:
        return url_for("rewards.redemption", redemption_id=redemption_id)
    if "entry" in notice.details:
        return url_for("history.line", line_id=UUID(str(notice.details["entry"])))
    if "minutes" in notice.details or notice.kind is NoticeKind.HOURS_DECLINED:
        return url_for("history.history", tab="hours")
    return url_for(_PAGES.get(notice.kind, "history.history"))

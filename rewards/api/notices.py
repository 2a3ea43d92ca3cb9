"""Notices: what happened to a participant's points and hours."""

from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from flask import Response

from rewards.core import clock
from rewards.core.paging import Page
from rewards.notices import queries, service
from rewards.notices.types import Notice
from rewards.web import sessions
from rewards.web.notices import explain_all
from rewards.web.sentences import Sentence

from .resources import Resource, answer_once, answer_page
from .schemas.common import PageQuery
from .schemas.notices import NoticeResponse, NoticesPage, ReadRequest, ReadResponse

notices = Resource("notices", description="What happened to your points and hours.")

REFUSALS = (HTTPStatus.FORBIDDEN,)


@notices.call(
    "GET",
    "/me/notices",
    query=PageQuery,
    answers={HTTPStatus.OK: NoticesPage},
    refusals=REFUSALS,
)
def list_mine(query: dict[str, Any]) -> Response:
    """List your notices: those not read first, then the others, each from the newest."""
    actor = sessions.require_participant()
    page = queries.page_notices(participant_id=actor.participant_id, **query)
    explained = zip(page.items, explain_all(page.items), strict=True)
    told = tuple(_tell(notice, sentence) for notice, sentence in explained)
    return answer_page(NoticeResponse, Page(items=told, next=page.next))


@notices.call(
    "POST",
    "/me/notices/read",
    body=ReadRequest,
    answers={HTTPStatus.OK: ReadResponse},
    refusals=REFUSALS,
    is_keyed=True,
)
def mark_read(body: dict[str, Any]) -> Response:
    """Mark your notices as read, up to one of them or all."""
    return answer_once(
        service.mark_read,
        render=lambda unread: (HTTPStatus.OK, {"unread": unread}),
        actor=sessions.require_participant(),
        now=clock.now(),
        **body,
    )


def _tell(notice: Notice, sentence: Sentence) -> dict[str, Any]:
    return {
        **asdict(notice),
        "explanation": sentence.detail,
        "next_step": sentence.next_step,
    }

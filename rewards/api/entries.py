"""The history of a participant: every entry of the books, why, and what became of it."""

from dataclasses import asdict
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Response

from rewards.access.types import ParticipantId
from rewards.core import clock
from rewards.core.paging import Page
from rewards.ledger.types import Asset, Entry, Reason
from rewards.web import history, sentences, sessions
from rewards.web.history import Line

from .resources import Resource, answer_page
from .schemas.participants import EntriesPage, EntriesQuery, EntryResponse
from .visibility import get_visible_participant

entries = Resource("entries", description="What was earned and spent, and why.")


@entries.call(
    "GET",
    "/participants/<uuid:participant_id>/entries",
    query=EntriesQuery,
    answers={HTTPStatus.OK: EntriesPage},
    refusals=(HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND),
)
def list_entries(query: dict[str, Any], participant_id: UUID) -> Response:
    """List the history of a participant, newest first."""
    participant = get_visible_participant(sessions.current_actor(), ParticipantId(participant_id))
    return _answer(participant.id, query)


@entries.call(
    "GET",
    "/me/entries",
    query=EntriesQuery,
    answers={HTTPStatus.OK: EntriesPage},
    refusals=(HTTPStatus.FORBIDDEN,),
)
def list_mine(query: dict[str, Any]) -> Response:
    """List your history, newest first."""
    return _answer(sessions.require_participant().participant_id, query)


def _answer(participant_id: ParticipantId, query: dict[str, Any]) -> Response:
    page = history.page_lines(participant_id=participant_id, **query)
    described = tuple(_describe(line) for line in page.items)
    return answer_page(EntryResponse, Page(items=described, next=page.next))


def _describe(line: Line) -> dict[str, Any]:
    title, why = sentences.line_title(line), sentences.line_why(line)
    return {
        **(_describe_entry(line, line.entry) if line.entry else _describe_nothing(line)),
        "title": title,
        "why": why,
        "explanation": sentences.join_line(title, why),
        "entered_by": "staff" if line.is_entered else "system",
        "appeal_id": line.appeal.id if line.appeal else None,
    }


def _describe_entry(line: Line, entry: Entry) -> dict[str, Any]:
    fate = line.fate
    assert fate is not None
    return {
        **asdict(entry),
        "reversed_by": fate.reversed_by,
        "valid_until": fate.valid_until,
        "left": fate.left,
        "expired": fate.expired,
        "spent": [
            {"entry_id": use.entry_id, "points": use.amount, "at": use.at, "reason": use.reason}
            for use in fate.spent
        ],
    }


def _describe_nothing(line: Line) -> dict[str, Any]:
    attendance, occasion = line.attendance, line.occasion
    assert attendance is not None
    assert occasion is not None
    award = attendance.awards[0] if attendance.awards else None
    return {
        "id": attendance.check_in_id,
        "asset": Asset.POINTS,
        "amount": 0,
        "reason": Reason.ATTENDANCE,
        "rule_code": award.rule if award else occasion.rule_code,
        "rule_version": award.version if award else 0,
        "occasion_id": occasion.id,
        "team_id": None,
        "occurred_at": attendance.judged_at,
        "posted_at": attendance.judged_at,
        "business_date": clock.local_date(occasion.starts_at, clock.zone()),
        "reverses_id": None,
        "reversed_by": None,
        "valid_until": None,
        "left": None,
        "expired": 0,
        "spent": [],
    }

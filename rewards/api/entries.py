"""The history of a participant: every entry of the books, and why."""

from dataclasses import asdict
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Response

from rewards.access.types import ParticipantId
from rewards.core.paging import Page
from rewards.ledger import queries as ledger
from rewards.ledger.types import Entry
from rewards.web import sentences, sessions

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
    page = ledger.page_entries(participant_id=participant_id, **query)
    explained = tuple(_explain(entry) for entry in page.items)
    return answer_page(EntryResponse, Page(items=explained, next=page.next))


def _explain(entry: Entry) -> dict[str, Any]:
    return {**asdict(entry), "explanation": sentences.explain_entry(entry)}

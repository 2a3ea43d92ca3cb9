"""Statements of a participant: points and minutes over a period, also as PDF and CSV."""

from dataclasses import asdict
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Response

from rewards.access.types import ParticipantId
from rewards.core import clock
from rewards.ledger.types import EARNING_REASONS
from rewards.statements import service
from rewards.statements.types import Line, Statement
from rewards.web import sentences, sessions
from rewards.web.sessions import SignedInActor
from rewards.web.statements import CSV, LINES_MAX, PDF, Form, answer_file, choose_period

from .resources import Resource, answer
from .schemas.statements import StatementQuery, StatementResponse
from .visibility import get_visible_participant

statements = Resource(
    "statements",
    description="Points and service minutes over a period, up to five years at once.",
)

OWN_REFUSALS = (HTTPStatus.FORBIDDEN, HTTPStatus.GONE)
REFUSALS = (*OWN_REFUSALS, HTTPStatus.NOT_FOUND)
OF_PARTICIPANT = "/participants/<uuid:participant_id>/statement"


@statements.call(
    "GET",
    "/me/statement",
    query=StatementQuery,
    answers={HTTPStatus.OK: StatementResponse},
    refusals=OWN_REFUSALS,
)
def get_mine(query: dict[str, Any]) -> Response:
    """Show your statement."""
    actor = sessions.require_participant()
    return _answer(actor, actor.participant_id, query, Form.JSON)


@statements.call(
    "GET", "/me/statement.pdf", query=StatementQuery, file_type=PDF, refusals=OWN_REFUSALS
)
def get_mine_pdf(query: dict[str, Any]) -> Response:
    """Print your statement."""
    actor = sessions.require_participant()
    return _answer(actor, actor.participant_id, query, Form.PDF)


@statements.call(
    "GET", "/me/statement.csv", query=StatementQuery, file_type=CSV, refusals=OWN_REFUSALS
)
def get_mine_csv(query: dict[str, Any]) -> Response:
    """Export your statement, UTF-8 with a byte order mark."""
    actor = sessions.require_participant()
    return _answer(actor, actor.participant_id, query, Form.CSV)


@statements.call(
    "GET",
    OF_PARTICIPANT,
    query=StatementQuery,
    answers={HTTPStatus.OK: StatementResponse},
    refusals=REFUSALS,
)
def get_statement(query: dict[str, Any], participant_id: UUID) -> Response:
    """Show the statement of a participant; that staff looked is written down."""
    return _answer(sessions.current_actor(), participant_id, query, Form.JSON)


@statements.call(
    "GET", f"{OF_PARTICIPANT}.pdf", query=StatementQuery, file_type=PDF, refusals=REFUSALS
)
def get_statement_pdf(query: dict[str, Any], participant_id: UUID) -> Response:
    """Print the statement of a participant; that staff did is written down."""
    return _answer(sessions.current_actor(), participant_id, query, Form.PDF)


@statements.call(
    "GET", f"{OF_PARTICIPANT}.csv", query=StatementQuery, file_type=CSV, refusals=REFUSALS
)
def get_statement_csv(query: dict[str, Any], participant_id: UUID) -> Response:
    """Export the statement of a participant; that staff did is written down."""
    return _answer(sessions.current_actor(), participant_id, query, Form.CSV)


def _answer(
    actor: SignedInActor, participant_id: UUID, query: dict[str, Any], form: Form
) -> Response:
    now = clock.now()
    participant = get_visible_participant(actor, ParticipantId(participant_id))
    statement = service.open_statement(
        actor=actor,
        participant_id=participant.id,
        period=choose_period(query["first"], query["last"], now=now),
        form=form.value,
        lines_max=LINES_MAX[form],
        now=now,
    )
    if form is not Form.JSON:
        return answer_file(statement, form)
    return answer(StatementResponse, _render(statement))


def _render(statement: Statement) -> dict[str, Any]:
    return {
        "first": statement.period.first,
        "last": statement.period.last,
        "made_at": statement.made_at,
        "opening": statement.opening,
        "closing": statement.closing,
        "lines": [_render_line(line) for line in statement.lines],
        "totals": [
            {"reason": reason, "amount": amount} for reason, amount in statement.totals.items()
        ],
        "expiring": statement.expiring,
        "services": [_render_line(line) for line in statement.services],
        "served": statement.served,
    }


def _render_line(line: Line) -> dict[str, Any]:
    entry = line.entry
    origin = None
    if entry.reason in EARNING_REASONS:
        origin = "entered" if entry.is_entered else "proved"
    return {
        **asdict(entry),
        "explanation": sentences.explain_entry(entry),
        "balance": line.balance,
        "origin": origin,
        "reversed_at": line.reversed_at,
        "expired": line.expired,
    }

"""Statements as pages and API share them: the period that is asked for, and files of it."""

from datetime import date, datetime
from enum import StrEnum

from flask import Response

from rewards.core import clock
from rewards.network import queries as network
from rewards.participants import queries as participants
from rewards.statements import rules
from rewards.statements.types import Period, Statement

from . import papers, spreadsheets

PDF = "application/pdf"
CSV = "text/csv"


class Form(StrEnum):
    """What a statement is opened as; a file keeps it as its ending."""

    PAGE = "page"
    JSON = "json"
    PDF = "pdf"
    CSV = "csv"


# Who cannot take all lines is told to ask for a shorter period.
LINES_MAX = {
    Form.PAGE: rules.LINES_MAX,
    Form.JSON: rules.PAPER_LINES_MAX,
    Form.PDF: rules.PAPER_LINES_MAX,
    Form.CSV: rules.LINES_MAX,
}


def choose_period(first: date | None, last: date | None, *, now: datetime) -> Period:
    """Return the period asked for: up to today, from the beginning of its last month.

    :raises PeriodDateError: if a day is out of range.
    :raises PeriodOrderError: if it ends before it begins.
    :raises PeriodTooLongError: if it is longer than a statement may be.
    """
    end = last or clock.local_date(now, clock.zone())
    return rules.build_period(first or clock.month_start(end), end)


def answer_file(statement: Statement, form: Form) -> Response:
    """Return *statement* as a file to keep, with the full name of the person on paper."""
    if form is Form.CSV:
        return spreadsheets.answer_csv(papers.list_rows(statement), name=_file_name(statement))
    person = statement.participant
    content = papers.draw_statement(
        statement,
        name=participants.get_identity(person.id).name,
        issuer=network.get_node(person.home_node_id).name,
    )
    return file_response(content, PDF, f"{_file_name(statement)}.pdf")


def file_response(content: bytes, mimetype: str, name: str) -> Response:
    """Return a file that the browser saves as *name*."""
    response = Response(content, mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _file_name(statement: Statement) -> str:
    period = statement.period
    return f"statement-{period.first:%Y%m%d}-{period.last:%Y%m%d}"

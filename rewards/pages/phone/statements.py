"""My points and hours over a period, to read and to take along."""

from dataclasses import replace

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from rewards.core import clock
from rewards.core.errors import RewardsError
from rewards.pages import periods
from rewards.statements import queries
from rewards.statements.errors import StatementTooLongError
from rewards.web import sentences, statuses
from rewards.web.statements import LINES_MAX, Form, answer_file

from . import frame

blueprint = Blueprint("my_statement", __name__)


@blueprint.get("/statement")
def statement() -> ResponseReturnValue:
    """Show my statement of the period in the address."""
    _, me = frame.get_me()
    now = clock.now()
    asked = periods.read(request.args, now=now)
    try:
        found = queries.get_statement(
            me.id, period=asked.period, now=now, lines_max=LINES_MAX[Form.PAGE]
        )
    except StatementTooLongError as error:
        asked = replace(periods.read({}, now=now), error=error)
        found = queries.get_statement(me.id, period=asked.period, now=now)
    page = frame.show(
        "statement.html",
        me=me,
        asked=asked,
        choices=periods.list_choices(found.period, now=now),
        statement=found,
        part=periods.take_part(found.lines, request.args.get("page", "")),
        services_shown=periods.LINES_SHOWN,
        sentence=None if asked.error is None else sentences.explain(asked.error),
    )
    return page, _status(asked.error)


@blueprint.get("/statement.pdf")
def as_pdf() -> ResponseReturnValue:
    """Download my statement as a PDF."""
    return _file(Form.PDF)


@blueprint.get("/statement.csv")
def as_csv() -> ResponseReturnValue:
    """Download my statement for a spreadsheet."""
    return _file(Form.CSV)


def _file(form: Form) -> ResponseReturnValue:
    _, me = frame.get_me()
    now = clock.now()
    asked = periods.read(request.args, now=now)
    if asked.error is not None:
        raise asked.error
    found = queries.get_statement(me.id, period=asked.period, now=now, lines_max=LINES_MAX[form])
    return answer_file(found, form)


def _status(error: RewardsError | None) -> int:
    return 200 if error is None else statuses.status_of(error)

"""The application with points at which a request can ask its worker to die; never shipped.

Served by gunicorn instead of `wsgi:app`. The header X-Fault-Point names one of

    before-begin    the unit of work is about to begin
    before-commit   everything is written, nothing is committed
    before-answer   the commit is done, no byte of the answer is sent
    after-answer    the answer is sent

The variable FAULT_CONTROL takes a guard away, to show that its loss is seen:
`late-key` stores the idempotency key after the commit, `late-key-open-visit` lets
a visit to the desk go on after its hand-over besides, `early-answer` answers before
the commit and dies in between.
"""

import os
import signal
from contextvars import ContextVar

import sqlalchemy as sa
from sqlalchemy import event

from rewards.core import idempotency, unit
from rewards.core.db import db, writing
from rewards.core.idempotency import Answer, IdempotencyKeyRow
from rewards.core.unit import use_case
from rewards.visits import operations as visits
from wsgi import app as service

HEADER = "HTTP_X_FAULT_POINT"
CONTROL = os.environ.get("FAULT_CONTROL", "")

_point = ContextVar("point", default="")


def die():
    os.kill(os.getpid(), signal.SIGKILL)


def die_at(point):
    if writing.get() and _point.get() == point:
        die()


class Closing:
    """A response that tells when all of it was sent."""

    def __init__(self, response):
        self._response = response

    def __iter__(self):
        return iter(self._response)

    def close(self):
        self._response.close()
        die()


def app(environ, start_response):
    """Serve a request, and die where it asks for it."""
    _point.set(environ.get(HEADER, ""))
    response = service(environ, start_response)
    return Closing(response) if _point.get() in ("after-answer", "before-durable") else response


def answer_once_with_late_key(function, *, request, render, **arguments):
    """Do what `answer_once` does, but keep the key in a transaction of its own, afterwards."""
    stored = _find(request)
    if stored is not None:
        return stored
    status, body = render(function(**arguments))
    answer = Answer(status=status, body=body, is_replay=False)
    _keep(request, answer)
    return answer


def _find(request):
    row = db.session.execute(
        sa.select(IdempotencyKeyRow.status, IdempotencyKeyRow.body).where(
            IdempotencyKeyRow.key == request.key
        )
    ).one_or_none()
    if row is None:
        return None
    return Answer(status=row.status, body=idempotency.json.loads(row.body), is_replay=True)


@use_case
def _keep(request, answer):
    idempotency.claim(request)
    idempotency.store(request, answer)


def commit_unless_asked_not_to():
    """Commit, but for a request that dies between its answer and its commit."""
    if _point.get() != "before-durable":
        type(db.session).commit(db.session)


def leave_open(_visit_id, *, now):
    """Let a visit go on after what it was opened for."""


with service.app_context():
    event.listen(db.engine, "begin", lambda _connection: die_at("before-begin"))
    event.listen(db.engine, "commit", lambda _connection: die_at("before-commit"))
event.listen(db.session, "after_commit", lambda _session: die_at("before-answer"))

if CONTROL.startswith("late-key"):
    unit.answer_once = answer_once_with_late_key
    if CONTROL == "late-key-open-visit":
        visits.end_visit = leave_open
elif CONTROL == "early-answer":
    db.session.commit = commit_unless_asked_not_to

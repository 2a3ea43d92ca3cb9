"""Whether appeals were answered by somebody who had no part in them, and on record."""

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from rewards.access import queries as audit_trail
from rewards.core import ids
from rewards.core.checks import FOUND_MAX, Scope, Violation
from rewards.core.db import table_of

from ..models import AppealRow
from ..types import AppealState
from .hands import list_hands

_appeals = table_of(AppealRow)
_ANSWERED = (AppealState.UPHELD, AppealState.REJECTED)
# What is older was checked often; answers later than that wait for the whole check.
CHANGES_WITHIN = timedelta(days=20)


def list_partial(connection: sa.Connection, scope: Scope) -> tuple[Violation, ...]:
    """Return appeals answered by whoever made them or had a part in what they are about (I18)."""
    subject_id = sa.func.coalesce(_appeals.c.entry_id, _appeals.c.check_in_id, type_=sa.Uuid())
    answered = connection.execute(
        sa.select(
            _appeals.c.id,
            _appeals.c.made_by,
            _appeals.c.answered_by,
            subject_id.label("subject_id"),
        )
        .where(*_answered(scope))
        .order_by(_appeals.c.id)
    ).all()
    hands = list_hands(connection, [row.subject_id for row in answered])
    found = [
        Violation(
            invariant="I18",
            subject=f"appeal:{row.id.hex}",
            expected="an answer by somebody else",
            found="by whoever made it" if is_own else "by whoever entered it",
        )
        for row in answered
        if (is_own := row.answered_by == row.made_by) or row.answered_by in hands[row.subject_id]
    ]
    return tuple(found[:FOUND_MAX])


def list_unaudited(connection: sa.Connection, scope: Scope) -> tuple[Violation, ...]:
    """Return answered appeals without an audit of the answer (I19)."""
    answered = connection.scalars(sa.select(_appeals.c.id).where(*_answered(scope)))
    unrecorded = audit_trail.list_unrecorded(
        connection,
        action="appeal.answered",
        subjects=(f"appeal:{appeal_id.hex}" for appeal_id in answered),
    )
    return tuple(
        Violation(
            invariant="I19", subject=subject, expected="an audit: appeal.answered", found="none"
        )
        for subject in unrecorded[:FOUND_MAX]
    )


def _answered(scope: Scope) -> tuple[sa.ColumnElement[bool], ...]:
    since = UUID(int=0) if scope.is_whole else ids.first_id(scope.now - CHANGES_WITHIN)
    return (_appeals.c.id >= since, _appeals.c.state.in_(_ANSWERED))

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

_appeals = table_of(AppealRow)
_ANSWERED = (AppealState.UPHELD, AppealState.REJECTED)
# What is older was checked often; answers later than that wait for the whole check.
CHANGES_WITHIN = timedelta(days=20)


def list_partial(connection: sa.Connection, scope: Scope) -> tuple[Violation, ...]:
    """Return appeals that whoever made them answered, for themselves or for somebody (I18)."""
    found = connection.scalars(
        sa.select(_appeals.c.id)
        .where(*_answered(scope), _appeals.c.answered_by == _appeals.c.made_by)
        .order_by(_appeals.c.id)
        .limit(FOUND_MAX)
    )
    return tuple(
        Violation(
            invariant="I18",
            subject=f"appeal:{appeal_id.hex}",
            expected="an answer by somebody else",
            found="by whoever made it",
        )
        for appeal_id in found
    )


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

"""Writes of appeals. Each joins the unit of work that is open."""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from rewards.access.types import Actor
from rewards.core.db import constraint_of, db
from rewards.core.ids import new_id
from rewards.core.unit import operation
from rewards.ledger.types import EntryId

from . import queries, rules
from .errors import AppealAlreadyOpenError, AppealClosedError
from .models import AppealRow
from .types import Appeal, AppealId, AppealState, Subject

_OPEN_INDEXES = frozenset({"uq_appeals__entry_id", "uq_appeals__check_in_id"})


@operation
def open_appeal(subject: Subject, *, actor: Actor, text: str, now: datetime) -> Appeal:
    """Write down an appeal about *subject*.

    :raises AppealAlreadyOpenError: if one about it waits already.
    """
    appeal_id = AppealId(new_id())
    try:
        db.session.execute(
            sa.insert(AppealRow).values(
                id=appeal_id,
                participant_id=subject.participant_id,
                entry_id=subject.entry_id,
                check_in_id=subject.check_in_id,
                node_id=subject.node_id,
                node_path=subject.node_path,
                day=subject.day,
                text=text,
                made_at=now,
                made_by=actor.principal,
                due_at=rules.find_due(now),
                state=AppealState.OPEN,
                closed_at=None,
                answered_by="",
                answer="",
                correction_id=None,
            )
        )
    except IntegrityError as error:
        if constraint_of(error) in _OPEN_INDEXES:
            raise AppealAlreadyOpenError from error
        raise
    return queries.get_appeal(appeal_id)


@operation
def answer_appeal(
    appeal: Appeal,
    *,
    actor: Actor,
    is_upheld: bool,
    answer: str,
    correction_id: EntryId | None,
    now: datetime,
) -> Appeal:
    """Write down the answer to an appeal that still waits for it.

    :raises AppealClosedError: if it was answered or withdrawn before.
    """
    state = AppealState.UPHELD if is_upheld else AppealState.REJECTED
    return _close(
        appeal,
        state,
        now=now,
        answered_by=actor.principal,
        answer=answer,
        correction_id=correction_id,
    )


@operation
def withdraw_appeal(appeal: Appeal, *, now: datetime) -> Appeal:
    """Close an appeal that still waits, without an answer.

    :raises AppealClosedError: if it was answered or withdrawn before.
    """
    return _close(appeal, AppealState.WITHDRAWN, now=now)


@operation
def forget_texts(appeals: Iterable[Appeal]) -> int:
    """Delete every word that was written in those appeals and their answers; return of how many."""
    result = db.session.execute(
        sa.update(AppealRow)
        .where(AppealRow.id.in_([appeal.id for appeal in appeals]))
        .values(text="", answer="")
        .execution_options(synchronize_session=False)
    )
    return int(result.rowcount)  # type: ignore[attr-defined]


def _close(appeal: Appeal, state: AppealState, *, now: datetime, **values: object) -> Appeal:
    closed = db.session.execute(
        sa.update(AppealRow)
        .where(AppealRow.id == appeal.id, AppealRow.state == AppealState.OPEN)
        .values(state=state, closed_at=now, **values)
        .returning(AppealRow.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    current = queries.get_appeal(appeal.id)
    if closed is None:
        raise AppealClosedError(state=current.state.value)
    return current

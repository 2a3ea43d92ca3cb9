"""Writes of visits. Each joins the unit of work that is open."""

from datetime import datetime

import sqlalchemy as sa

from rewards.core.db import db, insert
from rewards.core.unit import operation

from . import queries, rules
from .errors import PresenceCodeUsedError, PresenceRequiredError
from .models import DeskVisitRow
from .types import Visit, VisitId


@operation
def keep_visit(visit: Visit, *, step: int | None, now: datetime) -> Visit:
    """Keep *visit*, opened by the code of a *step* or by a card; what stands is returned.

    Whoever opened it scans the same code again and goes on with the same visit.

    :raises PresenceCodeUsedError: if the code was shown at another desk, or before.
    """
    db.session.execute(
        sa.delete(DeskVisitRow).where(DeskVisitRow.ends_at <= now - rules.VISITS_KEPT)
    )
    # The insertion is the guard: of two desks at once the second one waits for the first.
    statement = insert(DeskVisitRow).values(
        id=visit.id,
        participant_id=visit.participant_id,
        space_id=visit.space_id,
        proof=visit.proof,
        step=step,
        opened_by=visit.opened_by,
        opened_at=visit.opened_at,
        ends_at=visit.ends_at,
    )
    statement = statement.on_conflict_do_nothing(index_elements=["participant_id", "step"])
    if db.session.execute(statement.returning(DeskVisitRow.id)).one_or_none() is not None:
        return visit
    before = None if step is None else queries.find_by_step(visit.participant_id, step)
    if before is None:
        raise RuntimeError("a visit neither was kept nor stands")
    if not rules.counts_for(before, principal=visit.opened_by, space_id=visit.space_id, now=now):
        raise PresenceCodeUsedError(used_at=before.opened_at.isoformat())
    return before


@operation
def end_visit(visit_id: VisitId, *, now: datetime) -> None:
    """End a visit with what it was opened for; its row stays, for its code is used.

    :raises PresenceRequiredError: if it has ended, by another hand-over at the same moment.
    """
    ended = db.session.execute(
        sa.update(DeskVisitRow)
        .where(DeskVisitRow.id == visit_id, DeskVisitRow.ends_at > now)
        .values(ends_at=now)
        .returning(DeskVisitRow.id)
    ).one_or_none()
    if ended is None:
        raise PresenceRequiredError

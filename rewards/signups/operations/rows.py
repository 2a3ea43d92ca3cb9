"""Rows of sign-ups, written where the places of their occasion are locked."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from rewards.access.types import ParticipantId, SystemActor
from rewards.activities.types import OccasionId
from rewards.core.db import db, table_of
from rewards.notices import operations as notices
from rewards.notices.types import NoticeKind

from ..models import SignUpRow
from ..types import SignUpState

# Who changed what followed from something else.
SYSTEM = SystemActor().principal

sign_ups = table_of(SignUpRow)


def lock_row(*conditions: sa.ColumnElement[bool]) -> sa.Row[*tuple[Any, ...]] | None:
    """Lock one sign-up until the unit ends, and return it as it is."""
    return db.session.execute(
        sa.select(sign_ups).where(*conditions).with_for_update()
    ).one_or_none()


def change(
    sign_up_ids: Sequence[UUID],
    values: dict[str, Any],
    *,
    only: tuple[SignUpState, ...],
    by: str,
    now: datetime,
) -> int:
    """Write *values* into those of the sign-ups that are in one of the states *only*; count them.

    The condition and the change are one statement: whoever checks in at the same
    moment is not overlooked.
    """
    changed = db.session.execute(
        sa.update(sign_ups)
        .where(sign_ups.c.id.in_(sign_up_ids), sign_ups.c.state.in_(only))
        .values(**values, changed_by=by, changed_at=now)
        .returning(sign_ups.c.id)
        .execution_options(synchronize_session=False)
    ).all()
    return len(changed)


def find_before(sign_up_id: UUID) -> tuple[SignUpState, datetime | None]:
    """Return how a sign-up stood before its participant came, and since when they were missed."""
    row = db.session.execute(
        sa.select(sign_ups.c.state_before, sign_ups.c.missed_before).where(
            sign_ups.c.id == sign_up_id
        )
    ).one()
    return SignUpState(row.state_before or SignUpState.CONFIRMED), row.missed_before


def next_number(occasion_id: OccasionId, *, is_first: bool = False) -> int:
    """Return the number behind everybody who waits for a place, or before them."""
    edge = (sa.func.min if is_first else sa.func.max)(sign_ups.c.queue_no)
    found = db.session.scalar(
        sa.select(edge).where(
            sign_ups.c.occasion_id == occasion_id, sign_ups.c.state == SignUpState.WAITING
        )
    )
    return int(found or 0) + (-1 if is_first else 1)


def tell(
    participant_id: ParticipantId,
    kind: NoticeKind,
    occasion_id: OccasionId,
    *,
    key: str = "",
    now: datetime,
    **details: int | str | bool,
) -> None:
    """Tell a participant what became of a sign-up."""
    notices.notify(
        participant_id=participant_id,
        kind=kind,
        details={"occasion": occasion_id.hex, **details},
        key=key,
        now=now,
    )

"""Not coming, and what follows from it: nothing is taken, but signing up pauses for a while."""

from datetime import datetime

import sqlalchemy as sa

from rewards.access.types import ParticipantId
from rewards.core import clock
from rewards.core.db import db, table_of
from rewards.core.ids import new_id
from rewards.core.unit import operation
from rewards.notices import operations as notices
from rewards.notices.types import NoticeKind

from .. import queries, rules
from ..errors import PauseNotFoundError
from ..models import SignUpPauseRow
from ..types import Pause, SignUp
from .rows import SYSTEM, sign_ups

_pauses = table_of(SignUpPauseRow)


@operation
def note_miss(participant_id: ParticipantId, *, now: datetime) -> None:
    """Pause signing up for a participant who has just left too many places empty."""
    if queries.find_pause(participant_id, now=now) is not None:
        return
    if not rules.is_paused_by(queries.count_missed(participant_id, now=now)):
        return
    ends_at = now + rules.PAUSED_FOR
    pause_id = new_id()
    db.session.execute(
        sa.insert(_pauses).values(
            id=pause_id, participant_id=participant_id, begins_at=now, ends_at=ends_at
        )
    )
    notices.notify(
        participant_id=participant_id,
        kind=NoticeKind.SIGN_UP_PAUSED,
        details={
            "day": clock.local_date(ends_at, clock.zone()).isoformat(),
            "missed": rules.MISSES_MAX,
        },
        key=pause_id.hex,
        now=now,
    )


@operation
def take_back_miss(sign_up: SignUp, *, now: datetime) -> None:
    """Forget that a participant did not come; a pause ends that came of too few misses then."""
    if sign_up.missed_at is None:
        return
    db.session.execute(
        sa.update(sign_ups)
        .where(sign_ups.c.id == sign_up.id)
        .values(missed_at=None)
        .execution_options(synchronize_session=False)
    )
    pause = queries.find_pause(sign_up.participant_id, now=now)
    if pause is not None and not rules.is_paused_by(queries.count_missed_for(pause)):
        _end(pause, by=SYSTEM, now=now)


@operation
def resume_pause(participant_id: ParticipantId, *, begun_at: datetime) -> None:
    """Have a pause go on that had ended because of a coming that was undone."""
    db.session.execute(
        sa.update(_pauses)
        .where(
            _pauses.c.participant_id == participant_id,
            _pauses.c.begins_at == begun_at,
            _pauses.c.lifted_by == SYSTEM,
        )
        .values(lifted_at=None, lifted_by=None)
        .execution_options(synchronize_session=False)
    )


@operation
def excuse(sign_up: SignUp, *, now: datetime) -> bool:
    """Count a participant as not missing after all; tell whether they were."""
    take_back_miss(sign_up, now=now)
    return sign_up.missed_at is not None


@operation
def lift_pause(*, participant_id: ParticipantId, by: str, now: datetime) -> Pause:
    """Let a participant sign up again before the pause ends.

    :raises PauseNotFoundError: if signing up is not paused.
    """
    pause = queries.find_pause(participant_id, now=now)
    if pause is None or not _end(pause, by=by, now=now):
        raise PauseNotFoundError
    return pause


def _end(pause: Pause, *, by: str, now: datetime) -> bool:
    ended = db.session.execute(
        sa.update(_pauses)
        .where(_pauses.c.id == pause.id, _pauses.c.lifted_at.is_(None))
        .values(lifted_at=now, lifted_by=by)
        .returning(_pauses.c.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    return ended is not None

"""Rows of earning: what waits for its credit, and attempts that came to nothing."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from rewards.access.types import ParticipantId
from rewards.core import unit
from rewards.core.db import db, table_of
from rewards.core.errors import RewardsError

from ..models import FailedAttemptRow, WithheldCreditRow
from ..types import Act, Withheld

_attempts = table_of(FailedAttemptRow)


def withhold(attended: Withheld, *, now: datetime) -> None:
    """Let an attendance wait for its credit."""
    db.session.execute(
        sa.insert(WithheldCreditRow).values(
            source_id=attended.source_id,
            participant_id=attended.participant_id,
            occasion_id=attended.occasion_id,
            minutes=attended.minutes,
            verified=" ".join(sorted(attended.verified)),
            actor=attended.principal,
            occurred_at=attended.occurred_at,
            withheld_at=now,
            credited_at=None,
        )
    )


def note_failed(
    act: Act, participant_id: ParticipantId, *, source_id: UUID, principal: str, now: datetime
) -> None:
    """Keep that somebody tried on a day, if the open unit is refused for its giving nothing."""

    def keep(_error: RewardsError) -> None:
        db.session.execute(
            sa.insert(_attempts).values(
                source_id=source_id,
                participant_id=participant_id,
                rule_code=act.codes[0],
                business_date=act.day,
                actor=principal,
                at=now,
            )
        )

    unit.note_if_refused(keep)


def number_attempt(act: Act, *, participant_id: ParticipantId) -> Act:
    """Return *act* with its number among the attempts of its day, if others came to nothing."""
    failed = db.session.scalar(
        sa.select(sa.func.count()).where(
            _attempts.c.participant_id == participant_id,
            _attempts.c.rule_code.in_(act.codes),
            _attempts.c.business_date == act.day,
        )
    )
    return replace(act, attempt=act.attempt + (failed or 0))

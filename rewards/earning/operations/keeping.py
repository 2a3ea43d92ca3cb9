"""Rows of earning: what waits for its credit, and attempts that came to nothing."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from rewards.access.types import ParticipantId
from rewards.core import unit
from rewards.core.db import db, table_of
from rewards.core.errors import RewardsError
from rewards.core.unit import operation

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


@operation
def settle_withheld(*, source_id: UUID, now: datetime) -> bool:
    """Let an attendance wait for its credit no more; tell whether it did."""
    row = WithheldCreditRow
    settled = db.session.execute(
        sa.update(row)
        .where(row.source_id == source_id, row.credited_at.is_(None))
        .values(credited_at=now)
        .returning(row.source_id)
        .execution_options(synchronize_session=False)
    )
    return settled.one_or_none() is not None


@operation
def note_refused(*, source_id: UUID, now: datetime) -> None:
    """Note that the credit of an attendance was tried and refused."""
    db.session.execute(
        sa.update(WithheldCreditRow)
        .where(WithheldCreditRow.source_id == source_id)
        .values(tried_at=now)
        .execution_options(synchronize_session=False)
    )

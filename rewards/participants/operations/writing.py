"""What the writes of participants share: the lock, the columns, the record of a consent."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from rewards.access.types import ParticipantId
from rewards.core.db import constraint_of, db
from rewards.core.ids import new_id
from rewards.core.unit import operation

from .. import rules
from ..errors import ParticipantClosedError, ParticipantNotFoundError, PhoneTakenError
from ..models import ConsentRow, ParticipantRow
from ..types import ConsentChannel, ConsentKind

PHONE_CONSTRAINT = "uq_participants__phone_lookup"


@operation
def lock(participant_id: ParticipantId) -> None:
    """Hold a participant's row until the unit of work ends.

    :raises ParticipantNotFoundError: if there is no such participant.
    :raises ParticipantClosedError: if the account is closed.
    """
    row = db.session.execute(
        sa.select(ParticipantRow.closed_at)
        .where(ParticipantRow.id == participant_id)
        .with_for_update()
    ).one_or_none()
    if row is None:
        raise ParticipantNotFoundError
    if row.closed_at is not None:
        raise ParticipantClosedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """How and by whom a consent is recorded."""

    participant_id: ParticipantId
    channel: ConsentChannel
    recorded_by: UUID | None
    now: datetime

    def write(self, kind: ConsentKind, choice: str) -> None:
        """Record one consent."""
        db.session.execute(
            sa.insert(ConsentRow).values(
                id=new_id(),
                participant_id=self.participant_id,
                kind=kind,
                choice=choice,
                text_version=rules.CONSENT_TEXT_VERSION,
                channel=self.channel,
                recorded_by=self.recorded_by,
                recorded_at=self.now,
            )
        )


def write(participant_id: ParticipantId, values: dict[str, Any]) -> None:
    """Change columns of a participant.

    :raises PhoneTakenError: if another participant has the phone.
    """
    statement = sa.update(ParticipantRow).where(ParticipantRow.id == participant_id)
    try:
        db.session.execute(statement.values(**values))
    except IntegrityError as error:
        if constraint_of(error) == PHONE_CONSTRAINT:
            raise PhoneTakenError from error
        raise

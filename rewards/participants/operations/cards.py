"""Cards: at most one that is good for each person, and a lost one is dead at once."""

import secrets
from datetime import datetime

import sqlalchemy as sa

from rewards.access.types import ParticipantId
from rewards.core.db import db
from rewards.core.ids import new_id
from rewards.core.unit import operation

from .. import queries
from ..models import CardRow
from ..types import Card, CardEnd, CardId
from .writing import lock

LABEL_BYTES = 8


@operation
def issue_card(*, participant_id: ParticipantId, issued_by: str, now: datetime) -> Card:
    """Return the participant's card, a new one unless they have one that is good.

    :raises ParticipantNotFoundError: if there is no such participant.
    :raises ParticipantClosedError: if the account is closed.
    """
    lock(participant_id)
    card = queries.find_card(participant_id)
    if card is not None:
        return card
    card_id = CardId(new_id())
    db.session.execute(
        sa.insert(CardRow).values(
            id=card_id,
            participant_id=participant_id,
            label=secrets.token_hex(LABEL_BYTES),
            issued_at=now,
            issued_by=issued_by,
            revoked_at=None,
            revoked_by="",
            reason=None,
        )
    )
    return queries.get_card(participant_id, card_id)


@operation
def revoke_card(
    *,
    participant_id: ParticipantId,
    card_id: CardId,
    reason: CardEnd,
    revoked_by: str,
    now: datetime,
) -> Card:
    """Make a card worthless; one that is so already keeps its first reason.

    :raises ParticipantNotFoundError: if there is no such participant.
    :raises ParticipantClosedError: if the account is closed.
    :raises CardNotFoundError: if it is not one of the participant's.
    """
    lock(participant_id)
    _revoke(participant_id, card_id, reason=reason, revoked_by=revoked_by, now=now)
    return queries.get_card(participant_id, card_id)


@operation
def reissue_card(
    *,
    participant_id: ParticipantId,
    card_id: CardId,
    reason: CardEnd,
    revoked_by: str,
    now: datetime,
) -> Card:
    """Revoke a card and return the one in its place: asked twice, the same.

    :raises ParticipantNotFoundError: if there is no such participant.
    :raises ParticipantClosedError: if the account is closed.
    :raises CardNotFoundError: if it is not one of the participant's.
    """
    revoke_card(
        participant_id=participant_id,
        card_id=card_id,
        reason=reason,
        revoked_by=revoked_by,
        now=now,
    )
    return issue_card(participant_id=participant_id, issued_by=revoked_by, now=now)


@operation
def revoke_cards(
    *, participant_id: ParticipantId, reason: CardEnd, revoked_by: str, now: datetime
) -> None:
    """Make every card of a participant worthless."""
    _revoke(participant_id, None, reason=reason, revoked_by=revoked_by, now=now)


def _revoke(
    participant_id: ParticipantId,
    card_id: CardId | None,
    *,
    reason: CardEnd,
    revoked_by: str,
    now: datetime,
) -> None:
    statement = sa.update(CardRow).where(
        CardRow.participant_id == participant_id, CardRow.revoked_at.is_(None)
    )
    if card_id is not None:
        statement = statement.where(CardRow.id == card_id)
    db.session.execute(statement.values(revoked_at=now, revoked_by=revoked_by, reason=reason))

"""Reads of the cards that people without a phone carry."""

from uuid import UUID

import sqlalchemy as sa

from rewards.access.types import ParticipantId
from rewards.core.db import db, table_of
from rewards.core.secrecy import vault
from rewards.network import queries as network

from ..errors import CardNotFoundError
from ..models import CardRow, ParticipantRow
from ..types import Card, CardId

_cards = table_of(CardRow)


def find_by_card_label(label: str) -> Card | None:
    """Return the card that *label* stands for, good or revoked."""
    return _find(_cards.c.label == label)


def find_card(participant_id: UUID) -> Card | None:
    """Return the card by which a participant is known now."""
    return _find(_cards.c.participant_id == participant_id, _cards.c.revoked_at.is_(None))


def get_card(participant_id: UUID, card_id: UUID) -> Card:
    """Return a card of a participant, good or revoked.

    :raises CardNotFoundError: if it is not one of theirs.
    """
    card = _find(_cards.c.participant_id == participant_id, _cards.c.id == card_id)
    if card is None:
        raise CardNotFoundError
    return card


def list_cards(participant_id: UUID) -> tuple[Card, ...]:
    """Return every card that a participant ever had: the good one first, then the newest."""
    statement = sa.select(_cards).where(_cards.c.participant_id == participant_id)
    is_dead = sa.case((_cards.c.revoked_at.is_(None), 0), else_=1)
    order = (is_dead, _cards.c.issued_at.desc(), _cards.c.id.desc())
    rows = db.session.execute(statement.order_by(*order))
    return tuple(_read(row) for row in rows)


def list_good_cards(*, node_path: str, limit: int) -> tuple[Card, ...]:
    """Return the cards of a branch that are good, newest first."""
    statement = (
        sa.select(_cards)
        .join(ParticipantRow, ParticipantRow.id == _cards.c.participant_id)
        .where(
            _cards.c.revoked_at.is_(None),
            ParticipantRow.home_node_id.in_(network.select_branch_ids(node_path)),
        )
        .order_by(_cards.c.issued_at.desc(), _cards.c.id.desc())
        .limit(limit)
    )
    return tuple(_read(row) for row in db.session.execute(statement))


def _find(*conditions: sa.ColumnElement[bool]) -> Card | None:
    row = db.session.execute(sa.select(_cards).where(*conditions)).one_or_none()
    return None if row is None else _read(row)


def _read(row: sa.Row[*tuple[object, ...]]) -> Card:
    return Card(
        id=CardId(row.id),
        participant_id=ParticipantId(row.participant_id),
        label=row.label,
        key=bytes.fromhex(vault().lookup(f"card:{row.id.hex}")),
        issued_at=row.issued_at,
        issued_by=row.issued_by,
        revoked_at=row.revoked_at,
        revoked_by=row.revoked_by,
        reason=row.reason,
    )

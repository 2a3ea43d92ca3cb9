"""Reads of single participants, and of those of known ids."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from rewards.access.types import ParticipantId
from rewards.core import clock
from rewards.core.db import db, looking, table_of
from rewards.core.secrecy import vault
from rewards.network import queries as network
from rewards.network.rules import center_path
from rewards.network.types import NodeId

from .. import rules
from ..errors import ParticipantNotFoundError
from ..models import ParticipantRow
from ..types import Identity, Participant

_participants = table_of(ParticipantRow)
COLUMNS = (
    _participants.c.id,
    _participants.c.number,
    _participants.c.masked_name,
    _participants.c.masked_phone,
    _participants.c.nickname,
    _participants.c.board_display,
    _participants.c.birth_year,
    _participants.c.home_node_id,
    _participants.c.closed_at,
)
# Built once: on the path of many requests, building a statement costs more than sending it.
_by_id = sa.select(*COLUMNS).where(_participants.c.id == sa.bindparam("wanted"))
_by_ids = sa.select(*COLUMNS).where(_participants.c.id.in_(sa.bindparam("wanted", expanding=True)))


def find_participant(participant_id: UUID) -> Participant | None:
    """Return the participant of that id, if there is one."""
    with looking() as connection:
        row = connection.execute(_by_id, {"wanted": participant_id}).one_or_none()
    return None if row is None else to_participant(row)


def get_participant(participant_id: UUID) -> Participant:
    """Return the participant of that id, closed or not.

    :raises ParticipantNotFoundError: if there is none.
    """
    participant = find_participant(participant_id)
    if participant is None:
        raise ParticipantNotFoundError
    return participant


def get_local_participant(participant_id: UUID, *, node_path: str) -> Participant:
    """Return a participant whose home is in the center of the node at *node_path*, closed or not.

    :raises ParticipantNotFoundError: if there is none; those of other centers do not exist here.
    """
    participant = find_local_participant(participant_id, node_path=node_path)
    if participant is None:
        raise ParticipantNotFoundError
    return participant


def find_local_participant(participant_id: UUID, *, node_path: str) -> Participant | None:
    """Return a participant if their home is in the center of the node at *node_path*.

    :raises ParticipantNotFoundError: if there is no such participant anywhere.
    """
    participant = get_participant(participant_id)
    home = network.get_node(participant.home_node_id)
    return participant if center_path(home.path) == center_path(node_path) else None


def find_by_phone(phone: str) -> Participant | None:
    """Return who is registered with an E.164 number."""
    return _find(ParticipantRow.phone_lookup == vault().lookup(phone))


def find_by_number(number: str) -> Participant | None:
    """Return who has that number of eight digits."""
    return _find(ParticipantRow.number == number)


def get_identity(participant_id: UUID) -> Identity:
    """Return the full name and phone, for those who may see them.

    :raises ParticipantNotFoundError: if there is no such participant.
    """
    row = db.session.execute(
        sa.select(
            ParticipantRow.name_sealed, ParticipantRow.phone_sealed, ParticipantRow.birth_year
        ).where(ParticipantRow.id == participant_id)
    ).one_or_none()
    if row is None:
        raise ParticipantNotFoundError
    return Identity(
        id=ParticipantId(participant_id),
        name=vault().decrypt(row.name_sealed),
        phone=vault().decrypt(row.phone_sealed) if row.phone_sealed else "",
        birth_year=row.birth_year,
    )


def select_open_homes() -> sa.Select[UUID, str]:
    """Return a selection of whose account is open and the path of their home, for other queries."""
    homes = network.select_paths().subquery()
    return (
        sa.select(_participants.c.id.label("participant_id"), homes.c.path)
        .join_from(_participants, homes, homes.c.id == _participants.c.home_node_id)
        .where(_participants.c.closed_at.is_(None))
    )


def list_participants(ids: Collection[UUID]) -> dict[ParticipantId, Participant]:
    """Return those of *ids* that exist, by id."""
    if not ids:
        return {}
    with looking() as connection:
        rows = connection.execute(_by_ids, {"wanted": list(ids)}).all()
    found = (to_participant(row) for row in rows)
    return {participant.id: participant for participant in found}


def select_closed_ids() -> sa.Select[UUID]:
    """Return the statement that finds whoever closed their account, for other statements."""
    return sa.select(_participants.c.id).where(_participants.c.closed_at.is_not(None))


def _find(condition: sa.ColumnElement[bool]) -> Participant | None:
    row = db.session.execute(sa.select(*COLUMNS).where(condition)).one_or_none()
    return None if row is None else to_participant(row)


def to_participant(row: sa.Row[*tuple[Any, ...]]) -> Participant:
    """Return what others may know of a participant."""
    # People come of age by the calendar, whatever moment a request is about.
    is_minor = rules.is_minor(row.birth_year, year=clock.now().year)
    return Participant(
        id=ParticipantId(row.id),
        number=row.number,
        masked_name=rules.mask_minor(row.number) if is_minor else row.masked_name,
        masked_phone=row.masked_phone,
        nickname=row.nickname,
        board_display=row.board_display,
        is_minor=is_minor,
        home_node_id=NodeId(row.home_node_id),
        closed_at=row.closed_at,
    )

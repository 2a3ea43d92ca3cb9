"""Reads of participants."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from rewards.access.types import ParticipantId
from rewards.core import clock
from rewards.core.checks import FOUND_MAX, Scope, Violation
from rewards.core.db import db, reading, table_of
from rewards.core.errors import InvalidCursorError
from rewards.core.paging import PAGE_SIZE, Page, decode_cursor, encode_cursor
from rewards.core.secrecy import vault
from rewards.network import queries as network
from rewards.network.rules import center_path
from rewards.network.types import NodeId

from . import rules
from .errors import InvalidPhoneError, ParticipantNotFoundError
from .models import ConsentRow, NicknameRemovalRow, ParticipantRow
from .types import (
    BoardDisplay,
    Consent,
    ConsentKind,
    Identity,
    NicknameRemoval,
    Participant,
)

PHONE_ENDING_LENGTH = 4
# How many names of one initial are decrypted to find the one asked for.
CANDIDATES_MAX = 500

_participants = table_of(ParticipantRow)
_COLUMNS = (
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
_by_id = sa.select(*_COLUMNS).where(_participants.c.id == sa.bindparam("wanted"))
_by_ids = sa.select(*_COLUMNS).where(_participants.c.id.in_(sa.bindparam("wanted", expanding=True)))
_open_account = sa.select(_participants.c.id).where(
    _participants.c.id == sa.bindparam("wanted"), _participants.c.closed_at.is_(None)
)


def find_participant(participant_id: UUID) -> Participant | None:
    """Return the participant of that id, if there is one."""
    row = db.session.connection().execute(_by_id, {"wanted": participant_id}).one_or_none()
    return None if row is None else _to_participant(row)


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
    participant = get_participant(participant_id)
    home = network.get_node(participant.home_node_id)
    if center_path(home.path) != center_path(node_path):
        raise ParticipantNotFoundError
    return participant


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


def has_open_account(participant_id: UUID) -> bool:
    """Tell whether a participant exists and is not closed; stands on the path of every request."""
    with reading() as connection:
        found = connection.execute(_open_account, {"wanted": participant_id})
        return found.one_or_none() is not None


def list_participants(ids: Collection[UUID]) -> dict[ParticipantId, Participant]:
    """Return those of *ids* that exist, by id."""
    if not ids:
        return {}
    rows = db.session.connection().execute(_by_ids, {"wanted": list(ids)})
    found = (_to_participant(row) for row in rows)
    return {participant.id: participant for participant in found}


def select_closed_ids() -> sa.Select[UUID]:
    """Return the statement that finds whoever closed their account, for other statements."""
    return sa.select(_participants.c.id).where(_participants.c.closed_at.is_not(None))


def list_consents(participant_id: UUID) -> tuple[Consent, ...]:
    """Return what a participant agreed to and withdrew, oldest first."""
    rows = db.session.execute(
        sa.select(
            ConsentRow.kind,
            ConsentRow.choice,
            ConsentRow.text_version,
            ConsentRow.channel,
            ConsentRow.recorded_at,
        )
        .where(ConsentRow.participant_id == participant_id)
        .order_by(ConsentRow.recorded_at, ConsentRow.id)
    )
    return tuple(Consent(**row._asdict()) for row in rows)


def has_chosen_display(participant: Participant) -> bool:
    """Tell whether a participant was ever asked, and answered, how to be shown on boards."""
    if participant.board_display is not BoardDisplay.HIDDEN:
        return True
    # The first row is that of registering, where nobody is shown unless they say so.
    return len([each for each in list_consents(participant.id) if _is_of_boards(each)]) > 1


def find_open_removal(participant_id: UUID) -> NicknameRemoval | None:
    """Return the nickname that staff took off last, until its owner has chosen anew."""
    row = db.session.execute(
        sa.select(
            NicknameRemovalRow.nickname, NicknameRemovalRow.reason, NicknameRemovalRow.removed_at
        )
        .where(NicknameRemovalRow.participant_id == participant_id)
        .order_by(NicknameRemovalRow.removed_at.desc(), NicknameRemovalRow.id.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    chosen = [each for each in list_consents(participant_id) if _is_of_boards(each)]
    if chosen and chosen[-1].recorded_at > row.removed_at:
        return None
    return NicknameRemoval(**row._asdict())


def read_nickname(*, participant_id: UUID, display: BoardDisplay, nickname: str) -> str:
    """Return a nickname as its owner would be shown by it, empty where none is given.

    :raises NicknameRequiredError: if it is to be shown and there is none.
    :raises InvalidNameError: if it is not good.
    :raises NicknameTellsError: if it tells who it is.
    :raises NicknameImitatesError: if it looks like what a board writes itself.
    :raises NicknameRemovedError: if staff took it off the boards before.
    """
    chosen = rules.choose_nickname(display, nickname)
    if chosen:
        removed = db.session.scalars(
            sa.select(NicknameRemovalRow.nickname).where(
                NicknameRemovalRow.participant_id == participant_id
            )
        )
        name = get_identity(participant_id).name
        rules.check_nickname(chosen, name=name, removed=removed.all())
    return chosen


def page_participants(
    *, node_path: str, cursor: str | None = None, limit: int = PAGE_SIZE
) -> Page[Participant]:
    """Return the participants at home in a branch, newest first.

    :raises InvalidCursorError: if the cursor is not one of this list.
    """
    statement = _select_branch(node_path).order_by(ParticipantRow.id.desc()).limit(limit + 1)
    if cursor is not None:
        statement = statement.where(ParticipantRow.id < _read_cursor(cursor))
    found = tuple(_to_participant(row) for row in db.session.execute(statement))
    following = encode_cursor([found[limit - 1].id.hex]) if len(found) > limit else None
    return Page(items=found[:limit], next=following)


def select_at_home(node_path: str) -> sa.Select[UUID]:
    """Return a selection of the ids of who is at home in a branch, for use inside another query."""
    return sa.select(ParticipantRow.id).where(
        ParticipantRow.home_node_id.in_(network.select_branch_ids(node_path)),
        ParticipantRow.closed_at.is_(None),
    )


def search(*, node_path: str, text: str, limit: int = PAGE_SIZE) -> tuple[Participant, ...]:
    """Return who in a branch is meant by a number, a phone, its last four digits, or a name.

    A name is found by its beginning: all names are encrypted, so those that
    show the same first character are opened and compared. A nickname, which
    is what others read on a board, is found as a whole.
    """
    text = text.strip()
    if not text or "\0" in text:
        return ()
    if any(character.isdigit() for character in text):
        return _search_digits(node_path, text, limit)
    statement = (
        _select_branch(node_path)
        .add_columns(ParticipantRow.name_sealed)
        .where(
            sa.or_(
                ParticipantRow.masked_name.startswith(text[0], autoescape=True),
                ParticipantRow.nickname == text,
            ),
            ParticipantRow.closed_at.is_(None),
        )
        # Whoever bears exactly this name is among the first.
        .order_by(
            sa.case(
                (ParticipantRow.nickname == text, 0),
                (ParticipantRow.masked_name == rules.mask_name(text), 1),
                else_=2,
            ),
            ParticipantRow.id.desc(),
        )
        .limit(CANDIDATES_MAX)
    )
    box = vault()
    meant = [
        _to_participant(row)
        for row in db.session.execute(statement)
        if row.nickname == text or box.decrypt(row.name_sealed).startswith(text)
    ]
    return tuple(meant[:limit])


def _search_digits(node_path: str, text: str, limit: int) -> tuple[Participant, ...]:
    conditions = [ParticipantRow.number == text]
    if len(text) == PHONE_ENDING_LENGTH:
        conditions.append(ParticipantRow.masked_phone.endswith(text, autoescape=True))
    try:
        lookup = vault().lookup(rules.normalize_phone(text))
    except InvalidPhoneError:
        pass
    else:
        conditions.append(ParticipantRow.phone_lookup == lookup)
    statement = (
        _select_branch(node_path)
        .where(sa.or_(*conditions), ParticipantRow.closed_at.is_(None))
        .order_by(ParticipantRow.id.desc())
        .limit(limit)
    )
    return tuple(_to_participant(row) for row in db.session.execute(statement))


def _is_of_boards(consent: Consent) -> bool:
    return consent.kind is ConsentKind.PUBLIC_BOARD


def _select_branch(node_path: str) -> sa.Select[*tuple[Any, ...]]:
    statement = sa.select(*_COLUMNS)
    if not node_path:
        return statement
    return statement.where(ParticipantRow.home_node_id.in_(network.select_branch_ids(node_path)))


def _read_cursor(cursor: str) -> UUID:
    [text] = decode_cursor(cursor, length=1)
    try:
        return UUID(hex=text)
    except (AttributeError, TypeError, ValueError) as error:
        raise InvalidCursorError from error


def _find(condition: sa.ColumnElement[bool]) -> Participant | None:
    row = db.session.execute(sa.select(*_COLUMNS).where(condition)).one_or_none()
    return None if row is None else _to_participant(row)


def list_unforgotten(connection: sa.Connection, scope: Scope) -> tuple[Violation, ...]:
    """Return the closed accounts that still tell whose they were (I22)."""
    row = _participants.c
    closed = sa.select(row.id).where(row.closed_at.is_not(None))
    told = connection.scalars(
        closed.where(
            sa.or_(
                row.masked_name != rules.MASKED_NAME_CLOSED,
                row.phone_lookup.is_not(None),
                row.birth_year.is_not(None),
                row.board_display != BoardDisplay.HIDDEN,
                *(column != "" for column in (row.nickname, row.masked_phone, row.phone_sealed)),
            )
        ).limit(FOUND_MAX)
    )
    found = set(told)
    if scope.is_whole:
        # What is sealed is opened by the program alone.
        names = connection.execute(closed.add_columns(row.name_sealed))
        found |= {each.id for each in names if vault().find_text(each.name_sealed)}
    return tuple(
        Violation(
            invariant="I22",
            subject=f"participant:{each}",
            expected="nothing that tells whose a closed account was",
            found="a name, a phone, a nickname or a year",
        )
        for each in sorted(found)[:FOUND_MAX]
    )


def _to_participant(row: sa.Row[*tuple[Any, ...]]) -> Participant:
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

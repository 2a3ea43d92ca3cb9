"""Reads of participants by where they are at home, and by what is known of one."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from rewards.core.db import db
from rewards.core.errors import InvalidCursorError
from rewards.core.paging import PAGE_SIZE, Page, decode_cursor, encode_cursor
from rewards.core.secrecy import vault
from rewards.network import queries as network

from .. import rules
from ..errors import InvalidPhoneError, SearchTooWideError
from ..models import NameKeyRow, ParticipantRow
from ..types import Participant
from .lookups import COLUMNS, to_participant

PHONE_ENDING_LENGTH = 4
# How many names of one key are opened to find those asked for, and how many at a time.
CANDIDATES_MAX = 5000
CANDIDATES_BATCH = 500
KEY_HASH_LENGTH = 16


def page_participants(
    *, node_path: str, cursor: str | None = None, limit: int = PAGE_SIZE
) -> Page[Participant]:
    """Return the participants at home in a branch, newest first.

    :raises InvalidCursorError: if the cursor is not one of this list.
    """
    statement = _select_branch(node_path).order_by(ParticipantRow.id.desc()).limit(limit + 1)
    if cursor is not None:
        statement = statement.where(ParticipantRow.id < _read_cursor(cursor))
    found = tuple(to_participant(row) for row in db.session.execute(statement))
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

    A name is found by its beginning, its given name, its pinyin or its
    initials: those whose key is in the index are opened and compared. A
    nickname, which is what others read on a board, is found as a whole.

    :raises SearchTooShortError: if it is fewer than two Chinese characters, or three letters.
    :raises SearchTooWideError: if too many begin like it to look at all of them.
    """
    text = text.strip()
    if not text or "\0" in text:
        return ()
    if any(character.isdigit() for character in text):
        return _search_digits(node_path, text, limit)
    sought = rules.read_sought(text)
    entered = sa.select(NameKeyRow.participant_id).where(NameKeyRow.key == hash_key(sought.key))
    statement = (
        _select_branch(node_path)
        .add_columns(ParticipantRow.name_sealed)
        .where(
            sa.or_(ParticipantRow.id.in_(entered), ParticipantRow.nickname == text),
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
        .limit(CANDIDATES_MAX + 1)
    )
    return _open(statement, sought, text, limit)


def hash_key(key: str) -> str:
    """Return what stands in the index for a key."""
    return vault().lookup(f"name:{key}")[:KEY_HASH_LENGTH]


def _open(
    statement: sa.Select[Any], sought: rules.Sought, text: str, limit: int
) -> tuple[Participant, ...]:
    box = vault()
    meant: list[Participant] = []
    batches = statement.execution_options(yield_per=CANDIDATES_BATCH)
    with db.session.execute(batches) as rows:
        for count, row in enumerate(rows):
            if count == CANDIDATES_MAX:
                raise SearchTooWideError
            if row.nickname == text or rules.is_sought(box.decrypt(row.name_sealed), sought):
                meant.append(to_participant(row))
                if len(meant) == limit:
                    break
    return tuple(meant)


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
    return tuple(to_participant(row) for row in db.session.execute(statement))


def _select_branch(node_path: str) -> sa.Select[*tuple[Any, ...]]:
    statement = sa.select(*COLUMNS)
    if not node_path:
        return statement
    return statement.where(ParticipantRow.home_node_id.in_(network.select_branch_ids(node_path)))


def _read_cursor(cursor: str) -> UUID:
    [text] = decode_cursor(cursor, length=1)
    try:
        return UUID(hex=text)
    except (AttributeError, TypeError, ValueError) as error:
        raise InvalidCursorError from error

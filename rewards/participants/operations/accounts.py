"""Opening, changing and closing accounts. Name and phone leave here encrypted."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from rewards.access.types import ParticipantId
from rewards.core.db import db, insert
from rewards.core.ids import new_digits, new_id
from rewards.core.secrecy import vault
from rewards.core.unit import operation
from rewards.network.types import NodeId

from .. import queries, rules
from ..errors import NumberTakenError, PhoneTakenError
from ..models import NicknameRemovalRow, ParticipantRow
from ..types import BoardDisplay, CardEnd, ConsentChannel, ConsentKind, Participant
from .cards import revoke_cards
from .naming import enter_name, forget_name
from .standing import forget_standing
from .writing import Recording, lock, write

GRANTED = "granted"
WITHDRAWN = "withdrawn"


@operation
def register(
    *,
    name: str,
    phone: str | None,
    home_node_id: NodeId,
    birth_year: int | None = None,
    board_display: BoardDisplay = BoardDisplay.HIDDEN,
    nickname: str = "",
    number: str | None = None,
    channel: ConsentChannel,
    recorded_by: UUID | None,
    now: datetime,
) -> Participant:
    """Add a participant with the consents given; *phone* is in any spelling.

    :raises InvalidNameError: if the name or the nickname is not good.
    :raises InvalidPhoneError: if the phone is not one.
    :raises InvalidBirthYearError: if the year of birth is out of range.
    :raises InvalidNumberError: if a number was given and has not eight digits.
    :raises NicknameRequiredError: if the nickname is to be shown and there is none.
    :raises NicknameTellsError: if the nickname tells who it is.
    :raises NicknameImitatesError: if the nickname looks like what a board writes itself.
    :raises PhoneTakenError: if another participant has the phone.
    :raises NumberTakenError: if another participant has the number.
    """
    rules.check_birth_year(birth_year, year=now.year)
    if number is not None:
        rules.check_number(number)
    nickname = rules.choose_nickname(board_display, nickname)
    rules.check_nickname(nickname, name=name, removed=())
    values = {
        "id": new_id(),
        "number": number or _free_number(),
        "nickname": nickname,
        "board_display": board_display,
        "birth_year": birth_year,
        "home_node_id": home_node_id,
        "registered_at": now,
        "closed_at": None,
        **_seal_name(name),
        **_seal_phone(phone),
    }
    # Not an IntegrityError: a caller may go on with the participant that a
    # twin of this request has just added.
    statement = insert(ParticipantRow).values(**values)
    written = db.session.execute(statement.on_conflict_do_nothing().returning(ParticipantRow.id))
    if written.one_or_none() is None:
        if phone is not None and queries.find_by_phone(rules.normalize_phone(phone)):
            raise PhoneTakenError
        raise NumberTakenError
    enter_name(participant_id=values["id"], name=name)
    participant = queries.get_participant(values["id"])
    recording = Recording(
        participant_id=participant.id, channel=channel, recorded_by=recorded_by, now=now
    )
    recording.write(ConsentKind.SERVICE, GRANTED)
    recording.write(ConsentKind.PUBLIC_BOARD, board_display.value)
    return participant


@operation
def update(
    *,
    participant_id: ParticipantId,
    name: str | None = None,
    phone: str | None = None,
    birth_year: int | None = None,
    home_node_id: NodeId | None = None,
    now: datetime,
) -> Participant:
    """Change what is given and leave the rest; an empty phone removes it.

    :raises ParticipantNotFoundError: if there is no such participant.
    :raises ParticipantClosedError: if the account is closed.
    :raises InvalidNameError: if the name is not good.
    :raises NicknameTellsError: if the nickname holds the new name.
    :raises InvalidPhoneError: if the phone is not one.
    :raises InvalidBirthYearError: if the year of birth is out of range.
    :raises PhoneTakenError: if another participant has the phone.
    """
    rules.check_birth_year(birth_year, year=now.year)
    lock(participant_id)
    values: dict[str, Any] = {}
    if name is not None:
        nickname = queries.get_participant(participant_id).nickname
        rules.check_nickname(nickname, name=name, removed=())
        values |= _seal_name(name)
        enter_name(participant_id=participant_id, name=name)
    if phone is not None:
        values |= _seal_phone(phone or None)
    if birth_year is not None:
        values["birth_year"] = birth_year
    if home_node_id is not None:
        values["home_node_id"] = home_node_id
    if values:
        write(participant_id, values)
    return queries.get_participant(participant_id)


@operation
def close(
    *,
    participant_id: ParticipantId,
    channel: ConsentChannel,
    recorded_by: UUID | None,
    now: datetime,
) -> None:
    """Close an account and forget whose it was; the books keep the bare id.

    :raises ParticipantNotFoundError: if there is no such participant.
    :raises ParticipantClosedError: if the account is closed already.
    """
    lock(participant_id)
    write(
        participant_id,
        {
            "name_sealed": vault().encrypt(""),
            "masked_name": rules.MASKED_NAME_CLOSED,
            "nickname": "",
            "board_display": BoardDisplay.HIDDEN,
            "birth_year": None,
            "closed_at": now,
            **_seal_phone(None),
        },
    )
    forget_name(participant_id=participant_id)
    forget_standing(participant_id=participant_id)
    revoke_cards(participant_id=participant_id, reason=CardEnd.CLOSED, revoked_by="", now=now)
    recording = Recording(
        participant_id=participant_id, channel=channel, recorded_by=recorded_by, now=now
    )
    recording.write(ConsentKind.PUBLIC_BOARD, BoardDisplay.HIDDEN.value)
    recording.write(ConsentKind.SERVICE, WITHDRAWN)
    db.session.execute(
        sa.delete(NicknameRemovalRow).where(NicknameRemovalRow.participant_id == participant_id)
    )


@operation
def remask(*, after: UUID | None, limit: int) -> tuple[UUID | None, int]:
    """Mask the names of the next *limit* open accounts anew, as the rule is today.

    Return the last id that was looked at, None once there are no more, and how many changed.
    """
    statement = (
        sa.select(ParticipantRow.id, ParticipantRow.name_sealed, ParticipantRow.masked_name)
        .where(ParticipantRow.closed_at.is_(None))
        .order_by(ParticipantRow.id)
        .limit(limit)
        .with_for_update()
    )
    if after is not None:
        statement = statement.where(ParticipantRow.id > after)
    rows = db.session.execute(statement).all()
    changed = 0
    for row in rows:
        masked = rules.mask_name(vault().decrypt(row.name_sealed))
        if masked != row.masked_name:
            write(row.id, {"masked_name": masked})
            changed += 1
    return (rows[-1].id if len(rows) == limit else None), changed


def _seal_name(name: str) -> dict[str, Any]:
    name = rules.normalize_name(name)
    return {"name_sealed": vault().encrypt(name), "masked_name": rules.mask_name(name)}


def _seal_phone(phone: str | None) -> dict[str, Any]:
    if phone is None:
        return {"phone_sealed": "", "phone_lookup": None, "masked_phone": ""}
    phone = rules.normalize_phone(phone)
    return {
        "phone_sealed": vault().encrypt(phone),
        "phone_lookup": vault().lookup(phone),
        "masked_phone": rules.mask_phone(phone),
    }


def _free_number() -> str:
    while True:
        number = new_digits(rules.NUMBER_LENGTH)
        if queries.find_by_number(number) is None:
            return number

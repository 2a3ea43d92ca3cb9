"""Whom a card, a rotating code or a number means, when staff have it before them."""

import unicodedata
from datetime import datetime

from rewards.access.types import ParticipantId
from rewards.activities.types import Occasion
from rewards.core import secrecy
from rewards.participants import queries as participants
from rewards.participants import rules as people
from rewards.participants.errors import ParticipantNotFoundError
from rewards.participants.types import Card, Participant

from .. import rules
from ..errors import InvalidCodeError
from ..types import CheckInChannel, CodeKind, Presented, Token


def get_member_code(participant: Participant, *, now: datetime) -> str:
    """Return the token by which staff can find *participant* for half a minute and the next."""
    return rules.build_member_code(
        label=_member_label(participant), key=_member_key(participant), now=now
    )


def get_card_code(card: Card) -> str:
    """Return the token that is printed on a card."""
    return rules.build_printed_code(CodeKind.CARD, label=card.label, key=card.key)


def find_member(text: str, *, now: datetime) -> Participant | None:
    """Return the participant whose card, member code or number *text* is.

    :raises InvalidCodeError: if it is a code, but none of a participant.
    :raises CodeExpiredError: if the code is too old.
    :raises CardRevokedError: if the card was revoked.
    """
    presented = recognize(text, now=now)
    return None if presented is None else presented.participant


def recognize(text: str, *, now: datetime) -> Presented | None:
    """Return who is meant by what was scanned or typed at *now*; None: nobody has that number.

    :raises InvalidCodeError: if it is a code, but none of a participant.
    :raises CodeExpiredError: if the code is too old.
    :raises CardRevokedError: if the card was revoked.
    """
    number = "".join(unicodedata.normalize("NFKC", text).split())
    if number.isdecimal():
        found = participants.find_by_number(number)
        # Everybody can read a number aloud: that is the word of staff.
        return None if found is None else Presented(participant=found, channel=CheckInChannel.STAFF)
    token = rules.parse_token(text)
    match token.kind:
        case CodeKind.MEMBER:
            return _read_member_code(token, now=now)
        case CodeKind.CARD:
            return _read_card(token)
    raise InvalidCodeError


def get_present(
    occasion: Occasion, participant_id: ParticipantId | None, card: str, *, now: datetime
) -> Presented:
    """Return who stands before staff at an occasion: of that id, or else of that card.

    :raises InvalidCodeError: if the card is none of ours.
    :raises CodeExpiredError: if the code on it is too old.
    :raises CardRevokedError: if the card was revoked.
    :raises ParticipantNotFoundError: if nobody of the occasion's center is meant.
    """
    if participant_id is not None:
        found = participants.get_local_participant(participant_id, node_path=occasion.node_path)
        return Presented(participant=found, channel=CheckInChannel.STAFF)
    presented = recognize(card, now=now)
    if presented is None:
        raise ParticipantNotFoundError
    participants.get_local_participant(presented.participant.id, node_path=occasion.node_path)
    return presented


def _read_member_code(token: Token, *, now: datetime) -> Presented:
    participant = participants.find_by_number(_member_number(token))
    if participant is None:
        raise InvalidCodeError
    rules.check_member_code(token, key=_member_key(participant), now=now)
    return Presented(participant=participant, channel=CheckInChannel.MEMBER_CODE, step=token.step)


def _read_card(token: Token) -> Presented:
    card = participants.find_by_card_label(token.label)
    if card is None:
        raise InvalidCodeError
    rules.check_printed(token, key=card.key)
    people.check_card(card)
    return Presented(
        participant=participants.get_participant(card.participant_id), channel=CheckInChannel.CARD
    )


def _member_label(participant: Participant) -> str:
    return participant.number.encode().hex()


def _member_number(token: Token) -> str:
    number = bytes.fromhex(token.label)
    if not number.isdigit():
        raise InvalidCodeError
    return number.decode()


def _member_key(participant: Participant) -> bytes:
    return bytes.fromhex(secrecy.vault().lookup(f"member:{participant.id.hex}"))

"""What a code means now."""

from datetime import datetime

from rewards.access.types import ParticipantId
from rewards.activities import queries as activities
from rewards.activities.types import Occasion
from rewards.core import secrecy
from rewards.core.ids import new_label
from rewards.participants import queries as participants
from rewards.participants.errors import ParticipantNotFoundError
from rewards.participants.types import Participant

from .. import rules
from ..errors import InvalidCodeError
from ..types import CheckInChannel, CodeKind, DisplayCode, ScanTicket, Token

TICKET_ID_LENGTH = 26


def get_display_code(occasion: Occasion, *, now: datetime) -> DisplayCode:
    """Return the code that the screen of *occasion* shows now."""
    return rules.build_code(label=occasion.code_label, key=occasion.code_key, now=now)


def get_member_code(participant: Participant, *, now: datetime) -> str:
    """Return the token by which staff can find *participant* in the next minutes."""
    return rules.build_member_code(
        label=_member_label(participant), key=_member_key(participant), now=now
    )


def find_member(text: str, *, now: datetime) -> Participant | None:
    """Return the participant whose member code or number *text* is.

    :raises InvalidCodeError: if it is a code, but none of a participant.
    :raises CodeExpiredError: if the code is too old.
    """
    number = "".join(text.split())
    if number.isdigit():
        return participants.find_by_number(number)
    token = rules.parse_token(text)
    if token.kind is not CodeKind.MEMBER:
        raise InvalidCodeError
    participant = participants.find_by_number(_member_number(token))
    if participant is None:
        raise InvalidCodeError
    rules.check_member_code(token, key=_member_key(participant), now=now)
    return participant


def get_present(
    occasion: Occasion, participant_id: ParticipantId | None, card: str, *, now: datetime
) -> Participant:
    """Return who stands before staff at an occasion: of that id, or else of that card.

    :raises InvalidCodeError: if the card is none of ours.
    :raises CodeExpiredError: if the code on it is too old.
    :raises ParticipantNotFoundError: if nobody of the occasion's center is meant.
    """
    if participant_id is None:
        member = find_member(card, now=now)
        if member is None:
            raise ParticipantNotFoundError
        participant_id = member.id
    return participants.get_local_participant(participant_id, node_path=occasion.node_path)


def freeze_scan(text: str, *, now: datetime) -> tuple[Occasion, ScanTicket]:
    """Return the occasion of a scanned code, and a ticket that keeps the time of the scan.

    :raises InvalidCodeError: if it is not the code of an occasion.
    :raises CodeExpiredError: if the screen has moved on.
    """
    occasion, token = find_scanned(text)
    rules.check_link(token, key=occasion.code_key, now=now)
    return occasion, ScanTicket(
        id=new_label(TICKET_ID_LENGTH),
        occasion_id=occasion.id,
        scanned_at=now,
        channel=CheckInChannel.DISPLAY_CODE,
    )


def find_scanned(text: str) -> tuple[Occasion, Token]:
    """Return the occasion whose label *text* carries; whether it is genuine is not checked.

    :raises InvalidCodeError: if there is no such occasion.
    """
    token = rules.parse_token(text)
    occasion = (
        activities.find_by_code_label(token.label) if token.kind is CodeKind.DISPLAY else None
    )
    if occasion is None:
        raise InvalidCodeError
    return occasion, token


def _member_label(participant: Participant) -> str:
    return participant.number.encode().hex()


def _member_number(token: Token) -> str:
    number = bytes.fromhex(token.label)
    if not number.isdigit():
        raise InvalidCodeError
    return number.decode()


def _member_key(participant: Participant) -> bytes:
    return bytes.fromhex(secrecy.vault().lookup(f"member:{participant.id.hex}"))

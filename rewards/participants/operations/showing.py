"""How a participant is shown on public boards: chosen by them, taken back by staff."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from rewards.access.types import ParticipantId
from rewards.core.db import db
from rewards.core.ids import new_id
from rewards.core.unit import operation

from .. import queries, rules
from ..errors import NoNicknameError
from ..models import NicknameRemovalRow
from ..types import BoardDisplay, ConsentChannel, ConsentKind, Participant
from .writing import Recording, lock, write


@operation
def set_board_display(
    *,
    participant_id: ParticipantId,
    display: BoardDisplay,
    nickname: str = "",
    channel: ConsentChannel,
    recorded_by: UUID | None,
    now: datetime,
) -> Participant:
    """Record how a participant wants to be shown on public boards.

    *nickname* is for those who want to be shown by it; whoever does not keeps the one they had.

    :raises ParticipantNotFoundError: if there is no such participant.
    :raises ParticipantClosedError: if the account is closed.
    :raises NicknameRequiredError: if the nickname is to be shown and there is none.
    :raises InvalidNameError: if the nickname is not good.
    :raises NicknameTellsError: if the nickname tells who it is.
    :raises NicknameImitatesError: if the nickname looks like what a board writes itself.
    :raises NicknameRemovedError: if staff took the nickname off the boards before.
    """
    lock(participant_id)
    values: dict[str, Any] = {"board_display": display}
    if display is BoardDisplay.NICKNAME:
        values["nickname"] = queries.read_nickname(
            participant_id=participant_id, display=display, nickname=nickname
        )
    write(participant_id, values)
    recording = Recording(
        participant_id=participant_id, channel=channel, recorded_by=recorded_by, now=now
    )
    recording.write(ConsentKind.PUBLIC_BOARD, display.value)
    return queries.get_participant(participant_id)


@operation
def remove_nickname(
    *,
    participant_id: ParticipantId,
    reason: str,
    channel: ConsentChannel,
    recorded_by: UUID | None,
    now: datetime,
) -> Participant:
    """Take a nickname off the boards; whoever was shown by it is hidden until they choose anew.

    :raises ParticipantNotFoundError: if there is no such participant.
    :raises ParticipantClosedError: if the account is closed.
    :raises NoNicknameError: if there is no nickname to take off.
    :raises InvalidRemovalReasonError: if the reason is not good.
    """
    lock(participant_id)
    participant = queries.get_participant(participant_id)
    if not participant.nickname:
        raise NoNicknameError
    db.session.execute(
        sa.insert(NicknameRemovalRow).values(
            id=new_id(),
            participant_id=participant_id,
            nickname=participant.nickname,
            reason=rules.normalize_reason(reason),
            removed_by=recorded_by,
            removed_at=now,
        )
    )
    display = participant.board_display
    if display is BoardDisplay.NICKNAME:
        # They agreed to the nickname, not to their name.
        display = BoardDisplay.HIDDEN
        recording = Recording(
            participant_id=participant_id, channel=channel, recorded_by=recorded_by, now=now
        )
        recording.write(ConsentKind.PUBLIC_BOARD, display.value)
    write(participant_id, {"nickname": "", "board_display": display})
    return queries.get_participant(participant_id)

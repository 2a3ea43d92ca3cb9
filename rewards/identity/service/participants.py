"""Accounts of participants: kept by themselves, or by staff of their home node."""

from datetime import datetime
from uuid import UUID

from rewards.access import operations as access
from rewards.access.errors import NotAllowedError
from rewards.access.rules import authorize
from rewards.access.types import Actor, ParticipantActor, Verb
from rewards.core import clock, idempotency, unit
from rewards.core.unit import use_case
from rewards.network import queries as network
from rewards.participants import operations as participants
from rewards.participants import queries
from rewards.participants.types import BoardDisplay, Participant
from rewards.teams import operations as teams

from .. import operations
from ..errors import ConsentRequiredError
from ..events import ParticipantClosed
from .checks import channel_of, check_may_change

REMASK_BATCH = 500


@use_case
def register_participant(
    *,
    actor: Actor,
    name: str,
    phone: str | None,
    node_id: UUID,
    agreed: bool,
    birth_year: int | None = None,
    board_display: BoardDisplay = BoardDisplay.HIDDEN,
    nickname: str = "",
    number: str | None = None,
    now: datetime,
) -> Participant:
    """Register somebody who stands before staff and agrees to the account being kept.

    :raises NotAllowedError: if the actor may not manage participants at the node.
    :raises ConsentRequiredError: if nothing is agreed to.
    :raises NodeClosedError: if the node is closed.
    :raises PhoneTakenError: if another participant has the phone.
    """
    node = network.get_node(node_id)
    authorize(actor, Verb.MANAGE_PARTICIPANT, node.path)
    if not agreed:
        raise ConsentRequiredError
    channel, recorded_by = channel_of(actor)
    participant = participants.register(
        name=name,
        phone=phone or None,
        home_node_id=network.get_open_node(node_id).id,
        birth_year=birth_year,
        board_display=board_display,
        nickname=nickname,
        number=number,
        channel=channel,
        recorded_by=recorded_by,
        now=now,
    )
    _audit(actor, "participant.registered", participant, now)
    return participant


@use_case
def update_participant(
    *,
    actor: Actor,
    participant_id: UUID,
    name: str | None = None,
    phone: str | None = None,
    birth_year: int | None = None,
    home_node_id: UUID | None = None,
    now: datetime,
) -> Participant:
    """Correct what is given and leave the rest; an empty phone removes it.

    Participants correct their own name. The rest is for staff: a phone is what
    one signs in with, a year of birth is what protects a minor.

    :raises NotAllowedError: if the actor may not change this.
    :raises ParticipantClosedError: if the account is closed.
    :raises PhoneTakenError: if another participant has the phone.
    """
    participant = queries.get_participant(participant_id)
    check_may_change(actor, participant)
    for_staff = (phone, birth_year, home_node_id)
    if isinstance(actor, ParticipantActor) and any(value is not None for value in for_staff):
        raise NotAllowedError
    home = None
    if home_node_id is not None:
        home = network.get_open_node(home_node_id)
        authorize(actor, Verb.MANAGE_PARTICIPANT, home.path)
    updated = participants.update(
        participant_id=participant.id,
        name=name,
        phone=phone,
        birth_year=birth_year,
        home_node_id=home.id if home else None,
        now=now,
    )
    if phone is not None:
        # Whoever holds the old phone must not stay signed in, nor come back by their WeChat.
        operations.end_participant_sign_ins(participant_id=participant.id, now=now)
        operations.unlink_wechat(participant_id=participant.id)
    _audit(actor, "participant.updated", participant, now)
    return updated


@use_case
def remask_names(*, after: UUID | None, limit: int = REMASK_BATCH) -> tuple[UUID | None, int]:
    """Mask the names of the next accounts anew, for whoever may run commands on the host.

    Return where to go on, None at the end, and how many changed.
    """
    return participants.remask(after=after, limit=limit)


@use_case
def set_board_display(
    *,
    actor: Actor,
    participant_id: UUID,
    display: BoardDisplay,
    nickname: str = "",
    now: datetime,
) -> Participant:
    """Record how a participant wants to be shown on public boards.

    :raises NotAllowedError: if the actor is neither the participant nor their staff.
    :raises NicknameRequiredError: if the nickname is to be shown and there is none.
    """
    participant = queries.get_participant(participant_id)
    check_may_change(actor, participant)
    channel, recorded_by = channel_of(actor)
    updated = participants.set_board_display(
        participant_id=participant.id,
        display=display,
        nickname=nickname,
        channel=channel,
        recorded_by=recorded_by,
        now=now,
    )
    _audit(actor, "participant.board-display-set", participant, now, display=display.value)
    return updated


@use_case
def remove_nickname(
    *, actor: Actor, participant_id: UUID, reason: str, now: datetime
) -> Participant:
    """Take a nickname off the boards; its owner reads why and may choose another one.

    :raises NotAllowedError: if the actor is not staff of the participant.
    :raises NoNicknameError: if there is no nickname to take off.
    :raises InvalidRemovalReasonError: if the reason is not good.
    """
    participant = queries.get_participant(participant_id)
    home = network.get_node(participant.home_node_id)
    authorize(actor, Verb.MANAGE_PARTICIPANT, home.path)
    channel, recorded_by = channel_of(actor)
    updated = participants.remove_nickname(
        participant_id=participant.id,
        reason=reason,
        channel=channel,
        recorded_by=recorded_by,
        now=now,
    )
    # Answers that are kept to be given again hold the nickname.
    idempotency.forget_about(participant.id)
    _audit(actor, "participant.nickname-removed", participant, now, reason=reason.strip())
    return updated


@use_case
def close_participant(*, actor: Actor, participant_id: UUID, now: datetime) -> None:
    """Close an account, forget whose it was, and end every sign-in.

    :raises NotAllowedError: if the actor is neither the participant nor their staff.
    :raises ParticipantClosedError: if the account is closed already.
    """
    participant = queries.get_participant(participant_id)
    check_may_change(actor, participant)
    # First: what they have elsewhere is locked before their own row, as by whoever adds to it.
    unit.announce(ParticipantClosed(participant_id=participant.id, at=now))
    channel, recorded_by = channel_of(actor)
    participants.close(
        participant_id=participant.id, channel=channel, recorded_by=recorded_by, now=now
    )
    operations.end_participant_sign_ins(participant_id=participant.id, now=now)
    operations.unlink_wechat(participant_id=participant.id)
    teams.leave_all(
        participant_id=participant.id,
        day=clock.local_date(now, clock.zone()),
        principal=actor.principal,
        now=now,
    )
    # Answers that are kept to be given again hold nicknames and masked names.
    idempotency.forget_about(participant.id)
    _audit(actor, "participant.closed", participant, now)


def _audit(
    actor: Actor, action: str, participant: Participant, now: datetime, **details: str
) -> None:
    # What participants do with their own account is no act of staff.
    if isinstance(actor, ParticipantActor):
        return
    access.audit(
        actor=actor,
        action=action,
        node_id=participant.home_node_id,
        subject=f"participant:{participant.id.hex}",
        details=details,
        now=now,
    )

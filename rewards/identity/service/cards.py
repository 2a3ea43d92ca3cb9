"""Cards of people without a phone: issued, replaced and revoked by staff, one tap each."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from rewards.access import operations as access
from rewards.access.rules import authorize
from rewards.access.types import Actor, ParticipantId, Verb
from rewards.core.unit import use_case
from rewards.network import queries as network
from rewards.participants import operations as participants
from rewards.participants import queries
from rewards.participants.types import Card, CardEnd, CardId, Participant


@use_case
def issue_card(*, actor: Actor, participant_id: UUID, now: datetime) -> Card:
    """Return the participant's card, a new one unless they have one that is good.

    :raises NotAllowedError: if the actor may not manage participants at the home node.
    :raises ParticipantClosedError: if the account is closed.
    """
    participant = _authorize(actor, participant_id, Verb.MANAGE_PARTICIPANT)
    before = _lock_card(participant)
    card = participants.issue_card(
        participant_id=participant.id, issued_by=actor.principal, now=now
    )
    if card != before:
        _audit(actor, "card.issued", participant, card, now=now)
    return card


@use_case
def reissue_card(
    *, actor: Actor, participant_id: UUID, card_id: UUID, reason: CardEnd, now: datetime
) -> Card:
    """Revoke a card and return the one in its place: asked twice, the same.

    :raises NotAllowedError: if the actor may not manage participants at the home node.
    :raises ParticipantClosedError: if the account is closed.
    :raises CardNotFoundError: if it is not one of the participant's.
    """
    participant = _authorize(actor, participant_id, Verb.MANAGE_PARTICIPANT)
    old = queries.get_card(participant.id, card_id)
    before = _lock_card(participant)
    card = participants.reissue_card(
        participant_id=participant.id,
        card_id=old.id,
        reason=reason,
        revoked_by=actor.principal,
        now=now,
    )
    if card != before:
        _audit(actor, "card.reissued", participant, card, now=now, reason=reason.value)
    return card


@use_case
def revoke_card(
    *, actor: Actor, participant_id: UUID, card_id: UUID, reason: CardEnd, now: datetime
) -> Card:
    """Make a card worthless: whoever may look at residents may stop a lost one.

    :raises NotAllowedError: if the actor may not see participants of the home node.
    :raises ParticipantClosedError: if the account is closed.
    :raises CardNotFoundError: if it is not one of the participant's.
    """
    participant = _authorize(actor, participant_id, Verb.VIEW_PARTICIPANT)
    before = _lock_card(participant)
    card = participants.revoke_card(
        participant_id=participant.id,
        card_id=CardId(card_id),
        reason=reason,
        revoked_by=actor.principal,
        now=now,
    )
    if before is not None and before.id == card.id:
        _audit(actor, "card.revoked", participant, card, now=now, reason=reason.value)
    return card


@use_case
def hand_out_cards(
    *, actor: Actor, participant_ids: Iterable[ParticipantId], now: datetime
) -> tuple[tuple[Card, Participant], ...]:
    """Return the good cards of participants to be printed, and write down by whom.

    A print is as good as the card: whoever makes one answers for where it goes.

    :raises ParticipantNotFoundError: if one of them does not exist.
    :raises NotAllowedError: if the actor may not manage participants at the home node of one.
    """
    handed_out = []
    for participant_id in participant_ids:
        participant = _authorize(actor, participant_id, Verb.MANAGE_PARTICIPANT)
        card = queries.find_card(participant.id)
        if card is not None:
            _audit(actor, "card.printed", participant, card, now=now)
            handed_out.append((card, participant))
    return tuple(handed_out)


def _authorize(actor: Actor, participant_id: UUID, verb: Verb) -> Participant:
    participant = queries.get_participant(ParticipantId(participant_id))
    authorize(actor, verb, network.get_node(participant.home_node_id).path)
    return participant


def _lock_card(participant: Participant) -> Card | None:
    # Only what changes is audited: a second click does nothing.
    participants.lock(participant.id)
    return queries.find_card(participant.id)


def _audit(
    actor: Actor,
    action: str,
    participant: Participant,
    card: Card,
    *,
    now: datetime,
    **details: str,
) -> None:
    access.audit(
        actor=actor,
        action=action,
        node_id=participant.home_node_id,
        subject=f"participant:{participant.id.hex}",
        details={"card": card.id.hex, **details},
        now=now,
    )

"""Checking in and out on the word of staff."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from rewards.access import operations as audit_trail
from rewards.access import rules as access
from rewards.access.types import Actor, ParticipantId, Verb
from rewards.activities import queries as activities
from rewards.activities.types import Occasion, OccasionId
from rewards.core.errors import RewardsError
from rewards.core.unit import use_case

from .. import operations, queries
from ..errors import AccountClosedError, OwnHoursError
from ..types import NO_EVIDENCE, Evidence, Presented, Receipt


@use_case
def check_in_by_staff(
    *,
    actor: Actor,
    occasion_id: OccasionId,
    participant_id: ParticipantId | None = None,
    card: str = "",
    evidence: Evidence = NO_EVIDENCE,
    now: datetime,
) -> Receipt:
    """Check a participant in on the word of staff, who answer for it.

    Who it is say either *participant_id* or *card*: what is scanned of a member's
    card or phone, or a member's number.

    :raises NotAllowedError: if the actor may not check people in there.
    :raises ParticipantNotFoundError: if nobody of the occasion's center is meant.
    :raises AccountClosedError: if the participant's account is closed.
    :raises OwnHoursError: if the actor is that participant.
    :raises MemberCodeUsedError: if the code of a phone was used at another occasion.
    """
    occasion, presented = _entered(actor, occasion_id, participant_id, card, now=now)
    operations.use_code(presented, occasion=occasion, actor=actor, now=now)
    receipt = operations.check_in(
        actor=actor,
        occasion=occasion,
        participant_id=presented.participant.id,
        at=now,
        channel=presented.channel,
        ticket=None,
        evidence=evidence,
        now=now,
    )
    _audit(actor, "check_in.entered", occasion, receipt, now=now)
    return receipt


@use_case
def check_out_by_staff(
    *,
    actor: Actor,
    occasion_id: OccasionId,
    participant_id: ParticipantId | None = None,
    card: str = "",
    verified: Collection[str] = (),
    now: datetime,
) -> Receipt:
    """Check a participant out on the word of staff, who answer for it.

    Who it is say either *participant_id* or *card*: what is scanned of a member's
    card or phone, or a member's number.
    *verified* names what the staff member made sure of, such as
    "qualification": there is no register of it.

    :raises NotAllowedError: if the actor may not check people in and out there.
    :raises ParticipantNotFoundError: if nobody of the occasion's center is meant.
    :raises OwnHoursError: if the actor is that participant.
    :raises MemberCodeUsedError: if the code of a phone was used at another occasion.
    """
    occasion, presented = _entered(
        actor, occasion_id, participant_id, card, is_leaving=True, now=now
    )
    operations.use_code(presented, occasion=occasion, actor=actor, now=now)
    receipt = operations.check_out(
        actor=actor,
        occasion=occasion,
        participant_id=presented.participant.id,
        at=now,
        channel=presented.channel,
        verified=frozenset(verified),
        now=now,
    )
    _audit(actor, "check_out.entered", occasion, receipt, verified=verified, now=now)
    return receipt


def _entered(
    actor: Actor,
    occasion_id: OccasionId,
    participant_id: ParticipantId | None,
    card: str,
    *,
    is_leaving: bool = False,
    now: datetime,
) -> tuple[Occasion, Presented]:
    occasion = activities.get_occasion(occasion_id)

    def note(participant_id: ParticipantId | None) -> None:
        operations.note_refusal(
            actor=actor,
            occasion_id=occasion.id,
            participant_id=participant_id,
            raw=card,
            is_leaving=is_leaving,
            now=now,
        )

    try:
        access.authorize(actor, Verb.CHECK_IN, occasion.node_path)
        presented = queries.get_present(occasion, participant_id, card, now=now)
    except RewardsError:
        note(None)
        raise
    participant = presented.participant
    note(participant.id)
    if participant.closed_at is not None:
        raise AccountClosedError
    if access.is_self(actor, participant.id):
        raise OwnHoursError
    return occasion, presented


def _audit(
    actor: Actor,
    action: str,
    occasion: Occasion,
    receipt: Receipt,
    *,
    verified: Collection[str] = (),
    now: datetime,
) -> None:
    details: dict[str, Any] = {"points": receipt.points, "is_new": receipt.is_new}
    audit_trail.audit(
        actor=actor,
        action=action,
        node_id=occasion.node_id,
        subject=f"check_in:{receipt.check_in_id.hex}",
        details=details | ({"verified": sorted(verified)} if verified else {}),
        now=now,
    )

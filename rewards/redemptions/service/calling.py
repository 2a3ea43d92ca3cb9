"""Calling somebody about what they reserved, and whoever looked up a number is written down."""

from datetime import datetime

from rewards.access import rules as access
from rewards.access.types import Actor, Verb
from rewards.core.unit import use_case
from rewards.participants import queries as participants
from rewards.participants.errors import ParticipantClosedError
from rewards.participants.types import Identity

from .. import queries, rules
from ..types import RedemptionId
from .trail import audit


@use_case
def show_owner(*, actor: Actor, redemption_id: RedemptionId, now: datetime) -> Identity:
    """Return the name and the phone of the owner of what waits, or of what nobody came for.

    :raises RedemptionNotFoundError: if there is none, or nobody needs to call about it any more.
    :raises NotAllowedError: if the actor may not hand over rewards at its space.
    :raises ParticipantClosedError: if the owner closed their account.
    """
    redemption = queries.get_redemption(redemption_id)
    for verb in (Verb.FULFIL, Verb.VIEW_PARTICIPANT):
        access.authorize(actor, verb, redemption.space_node_path)
    rules.check_worth_a_call(redemption, now)
    if participants.get_participant(redemption.participant_id).closed_at is not None:
        raise ParticipantClosedError
    audit(actor, "redemption.owner_shown", redemption, now=now)
    return participants.get_identity(redemption.participant_id)

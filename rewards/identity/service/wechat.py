"""Signing in by a WeChat account that was linked once, after a sign-in by phone.

What WeChat calls a person is never stored: a keyed digest of it is compared.
"""

from datetime import datetime
from uuid import UUID

from rewards.access import operations as audit_trail
from rewards.access.types import Actor, ParticipantActor
from rewards.core.secrecy import vault
from rewards.core.unit import use_case
from rewards.participants import queries as participants

from .. import operations, queries
from ..errors import WechatNotLinkedError
from ..types import SignedIn, SignInChannel
from .checks import check_may_change


@use_case
def sign_in_by_wechat(*, openid_lookup: str, now: datetime) -> SignedIn:
    """Sign in whoever linked this WeChat account.

    :raises WechatNotLinkedError: if nobody did.
    """
    participant_id = queries.find_by_wechat(openid_lookup)
    if participant_id is None:
        raise WechatNotLinkedError
    return operations.open_participant_sign_in(
        participant_id=participant_id, channel=SignInChannel.BROWSER, now=now
    )


@use_case
def link_wechat(*, actor: ParticipantActor, openid_lookup: str, now: datetime) -> None:
    """Let a WeChat account sign the participant in from now on."""
    operations.link_wechat(
        participant_id=actor.participant_id, openid_lookup=openid_lookup, now=now
    )


@use_case
def unlink_wechat(*, actor: Actor, participant_id: UUID, now: datetime) -> None:
    """Let no WeChat account sign a participant in any more.

    :raises NotAllowedError: if the actor is neither the participant nor their staff.
    """
    participant = participants.get_participant(participant_id)
    check_may_change(actor, participant)
    operations.unlink_wechat(participant_id=participant.id)
    if not isinstance(actor, ParticipantActor):
        audit_trail.audit(
            actor=actor,
            action="participant.wechat-unlinked",
            node_id=participant.home_node_id,
            subject=f"participant:{participant.id.hex}",
            details={},
            now=now,
        )


def look_up_wechat(*, app_id: str, openid: str) -> str:
    """Return the digest by which a WeChat account is known: of no use to anybody else."""
    return vault().lookup(f"wechat:{app_id}:{openid}")

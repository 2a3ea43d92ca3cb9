"""Use cases of staff: the photograph of a reward item."""

from datetime import datetime

from rewards.access import operations as audit_trail
from rewards.access import rules as access
from rewards.access.types import Actor, Verb
from rewards.core.pictures import Picture
from rewards.core.unit import use_case

from .. import operations, queries
from ..types import Reward, RewardId


@use_case
def set_picture(*, actor: Actor, reward_id: RewardId, picture: Picture, now: datetime) -> Reward:
    """Show a reward item by a photograph.

    The one before is deleted unless another item of the space shows it.

    :raises RewardNotFoundError: if there is no such reward item.
    :raises NotAllowedError: if the actor may not manage stock there.
    """
    return _change(actor, reward_id, picture, now=now)


@use_case
def remove_picture(*, actor: Actor, reward_id: RewardId, now: datetime) -> Reward:
    """Show a reward item by its drawing again, and delete the photograph.

    :raises RewardNotFoundError: if there is no such reward item.
    :raises NotAllowedError: if the actor may not manage stock there.
    """
    return _change(actor, reward_id, None, now=now)


def _change(actor: Actor, reward_id: RewardId, picture: Picture | None, *, now: datetime) -> Reward:
    offer = queries.get_offer(reward_id)
    access.authorize(actor, Verb.MANAGE_STOCK, offer.node_path)
    operations.lock_pictures(offer.reward.space_id)
    before = queries.get_reward(reward_id)
    digest = picture.digest if picture else ""
    if before.picture_digest == digest:
        return before
    kept = None
    if picture is not None:
        kept = operations.keep_picture(
            space_id=before.space_id, picture=picture, actor=actor, now=now
        )
    operations.show_picture(reward_id=reward_id, picture_id=kept)
    if before.picture_id is not None:
        operations.drop_picture(before.picture_id)
    audit_trail.audit(
        actor=actor,
        action="reward.pictured",
        node_id=offer.node_id,
        subject=f"reward:{reward_id.hex}",
        details={"digest": digest},
        now=now,
    )
    return queries.get_reward(reward_id)

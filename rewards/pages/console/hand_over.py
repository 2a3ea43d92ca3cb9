"""Handing over several things in one tap, each once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from rewards.access.types import ParticipantId
from rewards.core.errors import RewardsError
from rewards.redemptions import queries as redemptions
from rewards.redemptions import service
from rewards.redemptions.errors import RedemptionNotFoundError
from rewards.redemptions.types import Redemption, RedemptionId
from rewards.stock.types import RewardId, Space

from . import safety
from .frame import Post


@dataclass(slots=True, kw_only=True)
class Done:
    """What was handed over; `error` and what it was about, if something was not."""

    handed_over: list[RedemptionId] = field(default_factory=list)
    error: RewardsError | None = None
    refused: RedemptionId | None = None


def run(
    *,
    post: Post,
    space: Space,
    participant_id: ParticipantId,
    picks: Sequence[RedemptionId],
    item: RewardId | None,
    seen_points: int | None,
) -> Done:
    """Hand over reservations of a participant and perhaps one item more.

    The item is reserved first: if it cannot be had, nothing has left the desk.
    Each step counts once for the key of the form, so that whoever sends it
    again goes on where it stopped.
    """
    done = Done()
    steps = list(picks)
    try:
        if item is not None:
            steps.append(_reserve(post, space, participant_id, item, seen_points))
        for step in steps:
            done.refused = step
            _fulfil(post, space, participant_id, step)
            done.handed_over.append(step)
    except RewardsError as error:
        done.error = error
    return done


def _reserve(
    post: Post,
    space: Space,
    participant_id: ParticipantId,
    item: RewardId,
    seen_points: int | None,
) -> RedemptionId:
    answer = safety.run_once(
        service.reserve,
        post=post,
        route=f"console desk reserve {item}",
        render=_render,
        participant_id=participant_id,
        space_id=space.id,
        reward_id=item,
        quantity=1,
        seen_points=seen_points,
    )
    return RedemptionId(UUID(answer.body["id"]))


def _fulfil(
    post: Post, space: Space, participant_id: ParticipantId, redemption_id: RedemptionId
) -> None:
    redemption = redemptions.get_redemption(redemption_id)
    if redemption.participant_id != participant_id:
        raise RedemptionNotFoundError
    safety.run_once(
        service.fulfil,
        post=post,
        route=f"console desk fulfil {redemption_id}",
        render=_render,
        redemption_id=redemption_id,
        code=redemption.code,
        space_id=space.id,
    )


def _render(redemption: Redemption) -> dict[str, str]:
    return {"id": str(redemption.id)}

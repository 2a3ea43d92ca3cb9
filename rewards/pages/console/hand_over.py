"""Handing over a basket in one tap: all of it once, or nothing of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import request

from rewards.access.types import ParticipantId
from rewards.core.errors import RewardsError
from rewards.redemptions import service
from rewards.redemptions.types import CollectedBy, Item, Pick, Redemption, RedemptionId
from rewards.stock.types import Space

from . import safety, shown_codes
from .frame import Post


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What was handed over, or why nothing was."""

    handed_over: tuple[RedemptionId, ...] = ()
    error: RewardsError | None = None


def run(
    *,
    post: Post,
    space: Space,
    participant_id: ParticipantId,
    picks: Sequence[Pick],
    items: Sequence[Item],
) -> Done:
    """Hand over what the form of the request names; the same form sent twice hands over once."""
    try:
        answer = safety.run_once(
            service.hand_over,
            post=post,
            route="console desk hand-over",
            render=_render,
            participant_id=participant_id,
            space_id=space.id,
            picks=tuple(picks),
            items=tuple(items),
            code=shown_codes.read(request.form.get("shown", ""), post=post),
            visit_id=read_visit(request.form.get("visit", "")),
            has_consent="consent" in request.form,
            **_read_collector(request.form.get("by", "")),
        )
    except RewardsError as error:
        return Done(error=error)
    return Done(handed_over=tuple(RedemptionId(UUID(each)) for each in answer.body["ids"]))


def read_visit(text: str) -> UUID | None:
    """Return the visit that a form or an address names, None if it names none."""
    try:
        return UUID(text)
    except ValueError:
        return None


def _read_collector(text: str) -> dict[str, Any]:
    if text == CollectedBy.SLIP:
        return {"collected_by": CollectedBy.SLIP}
    who, _, named_for = text.partition(".")
    if who != CollectedBy.PROXY:
        return {"collected_by": CollectedBy.OWNER}
    proxy_of = RedemptionId(safety.read_id(named_for)) if named_for else None
    return {"collected_by": CollectedBy.PROXY, "proxy_of": proxy_of}


def _render(handed_over: tuple[Redemption, ...]) -> dict[str, list[str]]:
    return {"ids": [str(redemption.id) for redemption in handed_over]}

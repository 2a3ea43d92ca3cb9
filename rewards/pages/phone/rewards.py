"""Choosing a reward, reserving it, showing the pick-up code, cancelling."""

import secrets
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from rewards.core import clock, idempotency
from rewards.core.errors import RewardsError
from rewards.core.idempotency import KeyedRequest
from rewards.core.unit import answer_once
from rewards.ledger import queries as ledger
from rewards.network import queries as network
from rewards.pages import opening
from rewards.redemptions import queries, service
from rewards.redemptions.types import Redemption
from rewards.stock import queries as stock
from rewards.stock.types import Desk, RewardId
from rewards.web import parsing, sentences, statuses

from . import frame, pickups, progress

blueprint = Blueprint("rewards", __name__)


@blueprint.get("/rewards")
def rewards() -> ResponseReturnValue:
    """Show what can be had now, and what is still ahead."""
    me = frame.find_me()
    spaces = progress.list_spaces(me)
    label = request.args.get("space", "")
    space = next((each for each in spaces if str(each.id) == label), spaces[0] if spaces else None)
    items = stock.list_rewards(space.id) if space else ()
    available = ledger.get_balance(me.id).available if me else 0
    return frame.show(
        "rewards.html",
        me=me,
        space=space,
        spaces=spaces,
        available=available,
        opening=opening.look(space, Desk.EXCHANGE, clock.now()) if space else None,
        now_items=[item for item in items if me and item.points <= available and item.available],
        later_items=[
            item for item in items if not (me and item.points <= available and item.available)
        ],
    )


@blueprint.get("/rewards/<uuid:reward_id>")
def reward(reward_id: UUID) -> ResponseReturnValue:
    """Show one reward with everything that the decision needs."""
    _, me = frame.get_me()
    now = clock.now()
    item = stock.get_reward(RewardId(reward_id))
    space = stock.get_space(item.space_id)
    deadline = queries.get_deadline(space.id, now)
    return frame.show(
        "reward.html",
        me=me,
        node=network.find_node(space.node_id),
        reward=item,
        space=space,
        balance=ledger.get_balance(me.id),
        opening=opening.look(space, Desk.EXCHANGE, now),
        latest=opening.tell_latest(space, deadline),
        days=pickups.list_slots(space.id, until=deadline, now=now),
        once=secrets.token_urlsafe(16),
    )


@blueprint.post("/rewards/<uuid:reward_id>/reservations")
def reserve(reward_id: UUID) -> ResponseReturnValue:
    """Reserve one piece; the second click on the same form finds the same reservation."""
    actor, me = frame.get_me()
    now = clock.now()
    item = stock.get_reward(RewardId(reward_id))
    once = request.form.get("once", "")
    seen = parsing.read_points(request.form.get("points", ""))
    slot = pickups.read_slot(request.form.get("slot", ""))
    body = {"reward_id": item.id.hex, "points": seen, "slot": slot and slot.isoformat()}
    key = KeyedRequest(
        principal=actor.principal,
        route="rewards.reserve",
        # Without a key of ours nothing tells this form from another one.
        key=once if parsing.is_key(once) else secrets.token_urlsafe(16),
        fingerprint=idempotency.fingerprint(body),
        received_at=now,
    )
    try:
        answer = answer_once(
            service.reserve,
            request=key,
            render=_render,
            actor=actor,
            participant_id=me.id,
            space_id=item.space_id,
            reward_id=item.id,
            quantity=1,
            seen_points=seen,
            slot_starts_at=slot,
            now=now,
        )
    except RewardsError as error:
        page = frame.show("refused.html", me=me, sentence=sentences.explain(error), occasions=[])
        return page, statuses.status_of(error)
    return redirect(url_for("rewards.redemption", redemption_id=answer.body["id"]), code=303)


@blueprint.get("/redemptions/<uuid:redemption_id>")
def redemption(redemption_id: UUID) -> ResponseReturnValue:
    """Show the pick-up code, or what became of the reservation."""
    return pickups.show(pickups.get_mine(redemption_id))


@blueprint.get("/redemptions/<uuid:redemption_id>/cancellation")
def ask_cancel(redemption_id: UUID) -> ResponseReturnValue:
    """Ask once more before cancelling."""
    return frame.show("cancel.html", me=frame.find_me(), redemption=pickups.get_mine(redemption_id))


@blueprint.post("/redemptions/<uuid:redemption_id>/cancellation")
def cancel(redemption_id: UUID) -> ResponseReturnValue:
    """Give the goods back to the shelf and the points back to me."""
    actor, _ = frame.get_me()
    found = pickups.get_mine(redemption_id)
    service.cancel(actor=actor, redemption_id=found.id, now=clock.now())
    return redirect(url_for("rewards.redemption", redemption_id=found.id), code=303)


def _render(reserved: Redemption) -> tuple[int, dict[str, Any]]:
    return 201, {"id": str(reserved.id)}

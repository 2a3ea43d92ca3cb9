"""Choosing a reward, reserving it, showing the pick-up code, cancelling."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _

from rewards.core import clock
from rewards.core.errors import RewardsError
from rewards.core.unit import answer_once
from rewards.ledger import queries as ledger
from rewards.network import queries as network
from rewards.pages import opening
from rewards.redemptions import queries, service
from rewards.redemptions.errors import RedemptionCancelledError
from rewards.redemptions.types import Redemption
from rewards.stock import queries as stock
from rewards.stock.types import Desk, RewardId
from rewards.web import parsing, sentences, statuses

from . import frame, offers, pickups, progress, safety
from .offers import State

blueprint = Blueprint("rewards", __name__)

GROUPS = (
    (State.READY, "can", _("现在能换")),
    (State.SAVING, "soon", _("再攒一攒")),
    (State.SHOWN, "all", _("能换什么")),
    (State.WAITING, "later", _("这会儿换不了")),
)


@blueprint.get("/rewards")
def rewards() -> ResponseReturnValue:
    """Show what can be had now, and what is still ahead."""
    me = frame.find_me()
    spaces = progress.list_spaces(me)
    label = request.args.get("space", "")
    space = next((each for each in spaces if str(each.id) == label), spaces[0] if spaces else None)
    shown = offers.list_shown(space, me) if space else []
    kinds = offers.list_kinds(shown)
    kind = next((each for each in kinds if each.value == request.args.get("kind")), None)
    judged = offers.judge([each for each in shown if kind in {None, each.kind}], me)
    return frame.show(
        "rewards.html",
        me=me,
        space=space,
        spaces=spaces,
        available=ledger.get_balance(me.id).available if me else 0,
        opening=opening.look(space, Desk.EXCHANGE, clock.now()) if space else None,
        kinds=kinds,
        kind=kind,
        groups=[
            (name, title, [each for each in judged if each.state is state])
            for state, name, title in GROUPS
        ],
    )


@blueprint.get("/rewards/<uuid:reward_id>")
def reward(reward_id: UUID) -> ResponseReturnValue:
    """Show one reward with everything that the decision needs."""
    _, me = frame.get_me()
    now = clock.now()
    item = offers.get_shown(RewardId(reward_id), me)
    if not item.has_shelf:
        # Points are given to a wish, which is chosen first.
        return redirect(url_for("phone_wishes.show_all"))
    space = stock.get_space(item.space_id)
    deadline = queries.get_deadline(space.id, now)
    (offer,) = offers.judge([item], me)
    return frame.show(
        "reward.html",
        offer=offer,
        me=me,
        node=network.find_node(space.node_id),
        reward=item,
        space=space,
        balance=ledger.get_balance(me.id),
        opening=opening.look(space, Desk.EXCHANGE, now),
        latest=queries.get_last_moment(space.id, deadline),
        days=pickups.list_slots(space.id, until=deadline, now=now),
        once=safety.new_key(),
    )


@blueprint.post("/rewards/<uuid:reward_id>/reservations")
def reserve(reward_id: UUID) -> ResponseReturnValue:
    """Reserve one piece; the second click on the same form finds the same reservation."""
    actor, me = frame.get_me()
    now = clock.now()
    item = offers.get_shown(RewardId(reward_id), me)
    seen = parsing.read_points(request.form.get("points", ""))
    slot = pickups.read_slot(request.form.get("slot", ""))
    body = {"reward_id": item.id.hex, "points": seen, "slot": slot and slot.isoformat()}
    try:
        answer = answer_once(
            service.reserve,
            request=safety.read_request(actor, route="rewards.reserve", body=body, now=now),
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
    # Whoever taps twice has what they wanted.
    with suppress(RedemptionCancelledError):
        service.cancel(actor=actor, redemption_id=found.id, now=clock.now())
    return redirect(url_for("rewards.redemption", redemption_id=found.id), code=303)


def _render(reserved: Redemption) -> tuple[int, dict[str, Any]]:
    return 201, {"id": str(reserved.id)}

"""Wishes of neighbours: seeing them, giving points to one, being thanked."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from rewards.core import clock
from rewards.core.errors import RewardsError
from rewards.core.unit import answer_once
from rewards.ledger import queries as ledger
from rewards.network import queries as network
from rewards.network.rules import center_path
from rewards.network.types import Node
from rewards.participants.types import Participant
from rewards.redemptions import queries as redemptions
from rewards.redemptions import rules, service
from rewards.redemptions.errors import RedemptionNotFoundError
from rewards.redemptions.types import Redemption, RedemptionId
from rewards.web import parsing, sentences, statuses
from rewards.wishes import queries
from rewards.wishes.errors import WishNotFoundError
from rewards.wishes.types import Wish, WishId

from . import frame, safety

blueprint = Blueprint("phone_wishes", __name__)

GIFTS_SHOWN_MAX = 20


@blueprint.get("/wishes")
def show_all() -> ResponseReturnValue:
    """Show the wishes of the district, those of the home station first, and what I gave."""
    me = frame.find_me()
    home = frame.find_home(me) or frame.find_district()
    wishes = sorted(list_near(home), key=lambda each: home is None or each.node_id != home.id)
    nodes = network.list_by_ids({each.node_id for each in wishes})
    return frame.show(
        "wishes.html",
        me=me,
        wishes=[(each, nodes[each.node_id].name) for each in wishes],
        gifts=_list_gifts(me),
    )


@blueprint.get("/wishes/<uuid:wish_id>")
def show(wish_id: UUID) -> ResponseReturnValue:
    """Show a wish, and how much I can give to it."""
    _, me = frame.get_me()
    wish = _get_near(me, wish_id)
    available = ledger.get_balance(me.id).available
    return frame.show(
        "wish.html",
        me=me,
        node=network.find_node(wish.node_id),
        wish=wish,
        available=available,
        gifts=rules.list_gifts(available, left=wish.left) if wish.is_open else (),
    )


@blueprint.get("/wishes/<uuid:wish_id>/gift")
def ask(wish_id: UUID) -> ResponseReturnValue:
    """Ask once more: what is given does not come back."""
    _, me = frame.get_me()
    wish = _get_near(me, wish_id)
    available = ledger.get_balance(me.id).available
    points = parsing.find_whole(request.args.get("points", ""))
    if points is None or points not in rules.list_gifts(available, left=wish.left):
        return redirect(url_for("phone_wishes.show", wish_id=wish.id))
    return frame.show(
        "gift.html",
        me=me,
        node=network.find_node(wish.node_id),
        wish=wish,
        points=points,
        available=available,
        once=safety.new_key(),
    )


@blueprint.post("/wishes/<uuid:wish_id>/gifts")
def give(wish_id: UUID) -> ResponseReturnValue:
    """Give; the second click on the same form finds the same gift."""
    actor, me = frame.get_me()
    wish = _get_near(me, wish_id)
    now = clock.now()
    points = parsing.find_whole(request.form.get("points", "")) or 0
    body = {"wish_id": wish.id.hex, "points": points}
    try:
        answer = answer_once(
            service.give,
            request=safety.read_request(actor, route="wishes.give", body=body, now=now),
            render=_render,
            actor=actor,
            participant_id=me.id,
            wish_id=wish.id,
            points=points,
            now=now,
        )
    except RewardsError as error:
        page = frame.show("refused.html", me=me, sentence=sentences.explain(error), occasions=[])
        return page, statuses.status_of(error)
    return redirect(url_for("phone_wishes.thank", redemption_id=answer.body["id"]), code=303)


@blueprint.get("/gifts/<uuid:redemption_id>")
def thank(redemption_id: UUID) -> ResponseReturnValue:
    """Thank for a gift, and tell how near the wish is now."""
    _, me = frame.get_me()
    gift = redemptions.get_redemption(RedemptionId(redemption_id))
    if gift.participant_id != me.id or gift.wish_id is None:
        # What others gave is theirs to tell.
        raise RedemptionNotFoundError
    wish = queries.get_wish(gift.wish_id)
    return frame.show(
        "thanks.html",
        me=me,
        node=network.find_node(wish.node_id),
        gift=gift,
        wish=wish,
        available=ledger.get_balance(me.id).available,
    )


def list_near(home: Node | None) -> tuple[Wish, ...]:
    """Return the wishes of the district of a node that points can be given to."""
    return () if home is None else queries.list_open(center_path(home.path))


def _get_near(me: Participant, wish_id: UUID) -> Wish:
    wish = queries.get_wish(WishId(wish_id))
    home = network.get_node(me.home_node_id)
    if not wish.node_path.startswith(center_path(home.path)):
        raise WishNotFoundError
    return wish


def _list_gifts(me: Participant | None) -> list[tuple[Redemption, Wish]]:
    if me is None:
        return []
    gifts = redemptions.list_gifts_of(me.id, limit=GIFTS_SHOWN_MAX)
    return [(each, queries.get_wish(each.wish_id)) for each in gifts if each.wish_id is not None]


def _render(gift: Redemption) -> tuple[int, dict[str, Any]]:
    return 201, {"id": str(gift.id)}

"""The redemption desk: find the person, check the things, hand them over."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, request
from flask.typing import ResponseReturnValue

from rewards.access import rules as access
from rewards.access.types import Verb
from rewards.core import clock
from rewards.core.errors import RewardsError
from rewards.identity.rules import DESK_IDLE_MAX
from rewards.ledger import queries as ledger
from rewards.ledger.types import Balance
from rewards.participants import queries as participants
from rewards.participants.types import Participant
from rewards.redemptions import queries as redemptions
from rewards.redemptions import service
from rewards.redemptions.errors import RedemptionNotFoundError
from rewards.redemptions.types import Redemption, RedemptionId, RedemptionStatus
from rewards.stock import queries as stock
from rewards.stock.types import Reward, RewardId, Space
from rewards.web import parsing, security, statuses

from . import frame, hand_over, people, safety, spaces, verdicts
from .frame import Post
from .verdicts import Verdict

blueprint = Blueprint("console_desk", __name__)

DUE_SHOWN_MAX = 8
DONE_SHOWN_MAX = 6
THINGS_MAX = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Basket:
    """What is about to be handed over: reservations and perhaps one thing more."""

    picks: tuple[Redemption, ...]
    item: Reward | None

    @property
    def pieces(self) -> int:
        """Return how many things these are."""
        return sum(pick.quantity for pick in self.picks) + (self.item is not None)

    @property
    def points(self) -> int:
        """Return what they cost together."""
        return sum(pick.points for pick in self.picks) + (self.item.points if self.item else 0)


@blueprint.route("/console/desk", methods=["GET", "POST"])
def show() -> ResponseReturnValue:
    """Show the desk: waiting for a scan, or with the person that a scan found."""
    post, space = _enter()
    if space is None:
        return frame.show("desk_none.html", post=post, current="desk")
    text = people.normalize(people.read_sought())
    return _find(post, space, text) if text else _start(post, space)


@blueprint.get("/console/desk/people/<uuid:participant_id>")
def show_person(participant_id: UUID) -> ResponseReturnValue:
    """Show what a person has reserved and can take along."""
    post, space = _enter()
    if space is None:
        return frame.show("desk_none.html", post=post, current="desk")
    return _person(post, space, participants.get_participant(participant_id))


@blueprint.post("/console/desk/hand-overs")
def fulfil() -> ResponseReturnValue:
    """Hand over what was chosen; the same form sent twice hands over once."""
    post, space = _enter()
    if space is None:
        raise RedemptionNotFoundError
    person = participants.get_participant(safety.read_id(request.form.get("participant", "")))
    item = request.form.get("item", "")
    asked = dict.fromkeys(request.form.getlist("pick")[:THINGS_MAX])
    picks = [safety.read_id(text) for text in asked]
    safety.require_key()
    if not picks and not item:
        return redirect(f"/console/desk/people/{person.id}?nothing=1", code=303)
    done = hand_over.run(
        post=post,
        space=space,
        participant_id=person.id,
        picks=[RedemptionId(pick) for pick in picks],
        item=RewardId(safety.read_id(item)) if item else None,
        seen_points=parsing.read_points(request.form.get("points", "")),
    )
    if done.error is not None:
        verdict = _explain(done, post=post, space=space)
        page = _refuse(post, space, verdict, done=_read(done.handed_over, post))
        return page, statuses.status_of(done.error)
    query = "&".join(f"id={each}" for each in done.handed_over)
    return redirect(f"/console/desk/receipt?{query}", code=303)


@blueprint.get("/console/desk/receipt")
def show_receipt() -> ResponseReturnValue:
    """Show what was handed over, to whom, by whom, and what is left."""
    post, space = _enter()
    ids = [RedemptionId(safety.read_id(text)) for text in request.args.getlist("id")[:THINGS_MAX]]
    handed_over = _read(ids, post)
    if not handed_over or space is None:
        raise RedemptionNotFoundError
    first = handed_over[0]
    return _show(
        "desk_receipt.html",
        post=post,
        space=space,
        things=[(each, verdicts.thing(each)) for each in handed_over],
        first=first,
        points=sum(each.points for each in handed_over),
        balance=ledger.get_balance(first.participant_id),
        clerk=verdicts.name_of(first.closed_by),
        shelf=[(each, stock.get_reward(each.reward_id)) for each in handed_over],
    )


@blueprint.post("/console/desk/cancellations")
def cancel() -> ResponseReturnValue:
    """Cancel a reservation for the resident at the desk."""
    post, space = _enter()
    redemption_id = RedemptionId(safety.read_id(request.form.get("redemption", "")))
    try:
        cancelled = service.cancel(actor=post.actor, redemption_id=redemption_id, now=post.now)
    except RewardsError as error:
        if space is None:
            raise
        return _refuse(post, space, verdicts.refuse(error)), statuses.status_of(error)
    address = f"/console/desk/people/{cancelled.participant_id}?cancelled={cancelled.points}"
    return redirect(address, code=303)


def _find(post: Post, space: Space, text: str) -> ResponseReturnValue:
    # A volunteer's number has eight digits too; a pick-up code goes first.
    redemption = redemptions.find_by_code(text)
    if redemption is not None:
        verdict = verdicts.judge(redemption, post=post, space=space)
        if verdict is not None:
            return _refuse(post, space, verdict), 409
        person = participants.get_participant(redemption.participant_id)
        return _person(post, space, person, scanned=redemption)
    try:
        found = people.find(text, post=post)
    except RewardsError as error:
        return _refuse(post, space, verdicts.refuse(error)), statuses.status_of(error)
    if not found:
        return _refuse(post, space, verdicts.unknown()), 404
    if len(found) == 1:
        return redirect(f"/console/desk/people/{found[0].id}", code=303)
    return _start(post, space, found=found)


def _show(template: str, **values: Any) -> Response:
    page = frame.show(
        template, current="desk", lock_seconds=int(DESK_IDLE_MAX.total_seconds()), **values
    )
    return security.allow_camera(make_response(page))


def _enter() -> tuple[Post, Space | None]:
    post = frame.enter(Verb.FULFIL)
    return post, spaces.choose(post, Verb.FULFIL)[0]


def _start(post: Post, space: Space, *, found: tuple[Participant, ...] = ()) -> Response:
    day = clock.local_date(post.now, clock.zone())
    start, end = clock.day_bounds(day, clock.zone())
    due = redemptions.list_due(space.id)
    return _show(
        "desk_start.html",
        post=post,
        space=space,
        spaces=spaces.list_of(post, Verb.FULFIL),
        found=found,
        due=[(each, verdicts.thing(each)) for each in due[:DUE_SHOWN_MAX]],
        due_count=redemptions.count_due([space.id]),
        due_today=redemptions.count_due([space.id], expires_before=end),
        done=redemptions.list_handed_over([space.id], since=start, limit=DONE_SHOWN_MAX),
        done_pieces=redemptions.sum_handed_over([space.id], since=start),
    )


def _person(
    post: Post, space: Space, person: Participant, *, scanned: Redemption | None = None
) -> Response:
    waiting = redemptions.list_open(person.id)
    here = [each for each in waiting if verdicts.judge(each, post=post, space=space) is None]
    balance = ledger.get_balance(person.id)
    rewards = stock.list_rewards(space.id)
    basket = _read_basket(here, rewards, balance, scanned)
    return _show(
        "desk_person.html",
        post=post,
        space=space,
        person=person,
        is_closed=person.closed_at is not None or space.closed_at is not None,
        balance=balance,
        here=[(each, verdicts.thing(each), stock.get_reward(each.reward_id)) for each in here],
        elsewhere=[(each, verdicts.thing(each)) for each in waiting if each.space_id != space.id],
        rewards=rewards,
        basket=basket,
        picked={each.id for each in basket.picks},
        key=safety.keep_key(),
        **_read_notes(),
    )


def _read_basket(
    here: list[Redemption],
    rewards: tuple[Reward, ...],
    balance: Balance,
    scanned: Redemption | None,
) -> Basket:
    chosen = set(request.args.getlist("pick"))
    if chosen:
        picks = [each for each in here if str(each.id) in chosen]
    else:
        # Whoever shows a code wants that one; whoever is found by phone, all of them.
        picks = [each for each in here if scanned is None or each.id == scanned.id]
    wanted = request.args.get("item", "")
    item = next((each for each in rewards if str(each.id) == wanted), None)
    if item is not None and (item.available < 1 or item.points > balance.available):
        item = None
    return Basket(picks=tuple(picks), item=item)


def _read_notes() -> dict[str, Any]:
    cancelled = request.args.get("cancelled", "")
    return {
        "cancelled": int(cancelled) if cancelled.isascii() and cancelled.isdigit() else None,
        "chose_nothing": "nothing" in request.args,
    }


def _explain(done: hand_over.Done, *, post: Post, space: Space) -> Verdict:
    assert done.error is not None
    if done.refused is not None:
        verdict = verdicts.judge(redemptions.get_redemption(done.refused), post=post, space=space)
        if verdict is not None:
            return verdict
    return verdicts.refuse(done.error)


def _read(ids: list[RedemptionId], post: Post) -> list[Redemption]:
    found = [redemptions.get_redemption(each) for each in ids]
    for each in found:
        access.authorize(post.actor, Verb.FULFIL, each.space_node_path)
    return [each for each in found if each.status is RedemptionStatus.FULFILLED]


def _refuse(
    post: Post, space: Space, verdict: Verdict, *, done: list[Redemption] | None = None
) -> Response:
    return _show(
        "desk_refused.html",
        post=post,
        space=space,
        verdict=verdict,
        done=[(each, verdicts.thing(each)) for each in done or []],
    )

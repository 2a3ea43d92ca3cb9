"""The redemption desk: find the person, check the things, hand them over."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, redirect, request
from flask.typing import ResponseReturnValue

from rewards.access.types import ParticipantId, Verb
from rewards.checkins import queries as checkins
from rewards.checkins.types import CheckInChannel
from rewards.core import clock
from rewards.core.errors import RewardsError
from rewards.ledger import queries as ledger
from rewards.participants import queries as participants
from rewards.participants.errors import ParticipantNotFoundError
from rewards.participants.types import Participant
from rewards.redemptions import queries as redemptions
from rewards.redemptions import rules, service
from rewards.redemptions.errors import (
    FirstBalanceError,
    RedemptionCancelledError,
    RedemptionNotFoundError,
    RewardBalanceError,
)
from rewards.redemptions.types import Proxy, Redemption, RedemptionId, RedemptionStatus
from rewards.stock import queries as stock
from rewards.stock.types import Space
from rewards.visits import queries as visits
from rewards.visits import service as visiting
from rewards.visits.types import Proof, Visit
from rewards.web import sentences, statuses

from . import baskets, desk_pages, frame, hand_over, people, safety, shown_codes, spaces, verdicts
from .frame import Post

HOME = desk_pages.HOME
blueprint = Blueprint("console_desk", __name__)

DUE_SHOWN_MAX = 8
DONE_SHOWN_MAX = 6
RECENT_SHOWN_MAX = 8
# Whoever types a number has seen nobody.
PROOFS = {
    CheckInChannel.MEMBER_CODE: Proof.MEMBER_CODE,
    CheckInChannel.CARD: Proof.CARD,
}
ASKS_FOR_MORE = (FirstBalanceError, RewardBalanceError)


@blueprint.route(HOME, methods=["GET", "POST"])
def show() -> ResponseReturnValue:
    """Show the desk: waiting for a scan, or with the person that a scan found."""
    post, space = desk_pages.enter()
    if space is None:
        return frame.show("desk_none.html", post=post, current="desk")
    text = people.normalize(people.read_sought())
    return _find(post, space, text) if text else _start(post, space)


@blueprint.get(f"{HOME}/people/<uuid:participant_id>")
def show_person(participant_id: UUID) -> ResponseReturnValue:
    """Show what a person has reserved and can take along."""
    post, space = desk_pages.enter()
    if space is None:
        return frame.show("desk_none.html", post=post, current="desk")
    person = _get_person(participant_id, space)
    return _person(post, space, person, shown=request.args.get("shown", ""))


@blueprint.post(f"{HOME}/hand-overs")
def fulfil() -> ResponseReturnValue:
    """Hand over what was chosen; the same form sent twice hands over once."""
    post, space = desk_pages.enter()
    if space is None:
        raise RedemptionNotFoundError
    person = participants.get_participant(safety.read_id(request.form.get("participant", "")))
    picks, items = baskets.read_sent()
    safety.require_key()
    if not picks and not items:
        return redirect(f"{HOME}/people/{person.id}?nothing=1", code=303)
    done = hand_over.run(post=post, space=space, participant_id=person.id, picks=picks, items=items)
    if done.error is not None:
        asked = [pick.redemption_id for pick in picks]
        verdict = verdicts.explain(done.error, asked, post=post, space=space)
        visit = hand_over.read_visit(request.form.get("visit", ""))
        back = f"{HOME}/people/{person.id}" + (f"?visit={visit}" if visit else "")
        return desk_pages.refuse(post, space, verdict, back=back), statuses.status_of(done.error)
    query = "&".join(f"id={each}" for each in done.handed_over)
    return redirect(f"{HOME}/receipt?{query}", code=303)


@blueprint.post(f"{HOME}/cancellations")
def cancel() -> ResponseReturnValue:
    """Cancel a reservation for the resident at the desk."""
    post, space = desk_pages.enter()
    redemption_id = RedemptionId(safety.read_id(request.form.get("redemption", "")))
    try:
        cancelled = service.cancel(actor=post.actor, redemption_id=redemption_id, now=post.now)
    except RewardsError as error:
        before = _find_cancelled(error, redemption_id, post)
        if before is None:
            if space is None:
                raise
            return desk_pages.refuse(post, space, verdicts.refuse(error)), statuses.status_of(error)
        cancelled = before
    address = f"{HOME}/people/{cancelled.participant_id}?cancelled={cancelled.points}"
    return redirect(address, code=303)


def _find_cancelled(
    error: RewardsError, redemption_id: RedemptionId, post: Post
) -> Redemption | None:
    """Return what the same clerk cancelled before: the second click of a nervous finger."""
    if not isinstance(error, RedemptionCancelledError):
        return None
    redemption = redemptions.get_redemption(redemption_id)
    return redemption if redemption.closed_by == post.actor.principal else None


def _get_person(participant_id: UUID, space: Space) -> Participant:
    """Return somebody of the center, or who had something here before they moved away.

    :raises ParticipantNotFoundError: if it is neither.
    """
    try:
        return participants.get_local_participant(participant_id, node_path=space.node_path)
    except ParticipantNotFoundError:
        known = ParticipantId(participant_id)
        had = redemptions.page_redemptions(participant_id=known, space_id=space.id, limit=1)
        if not had.items:
            raise
        return participants.get_participant(participant_id)


def _find(post: Post, space: Space, text: str) -> ResponseReturnValue:
    # A volunteer's number has eight digits too; a pick-up code goes first.
    redemption = redemptions.find_by_code(text)
    if redemption is not None:
        verdict = verdicts.judge(redemption, post=post, space=space)
        if verdict is not None:
            # A number may be what was a code once: its owner stands there with a card.
            owners = people.find(text, post=post)
            return desk_pages.refuse(post, space, verdict, owners=owners), 409
        person = participants.get_participant(redemption.participant_id)
        shown = shown_codes.seal(redemption.code, post=post)
        return _person(post, space, person, shown=shown)
    try:
        found = people.find(text, post=post)
        visit = _open_visit(post, space, text) if found and people.is_code(text) else None
    except RewardsError as error:
        return desk_pages.refuse(post, space, verdicts.refuse(error)), statuses.status_of(error)
    if not found:
        return desk_pages.refuse(post, space, verdicts.unknown()), 404
    if len(found) == 1:
        stands = f"?visit={visit.id}" if visit else ""
        return redirect(f"{HOME}/people/{found[0].id}{stands}", code=303)
    return _start(post, space, found=found)


def _open_visit(post: Post, space: Space, text: str) -> Visit | None:
    presented = checkins.recognize(text, now=post.now)
    proof = None if presented is None else PROOFS.get(presented.channel)
    if presented is None or proof is None:
        return None
    return visiting.open_visit(
        actor=post.actor,
        participant_id=presented.participant.id,
        space_id=space.id,
        proof=proof,
        step=presented.step,
        now=post.now,
    )


def _find_visit(post: Post, space: Space, person: Participant) -> Visit | None:
    asked = hand_over.read_visit(request.args.get("visit", ""))
    return visits.find_present(
        asked,
        participant_id=person.id,
        principal=post.actor.principal,
        space_id=space.id,
        now=post.now,
    )


def _start(post: Post, space: Space, *, found: tuple[Participant, ...] = ()) -> Response:
    day = clock.local_date(post.now, clock.zone())
    start, end = clock.day_bounds(day, clock.zone())
    due = redemptions.list_due(space.id)
    return desk_pages.show(
        "desk_start.html",
        post=post,
        space=space,
        spaces=spaces.list_of(post, Verb.FULFIL),
        found=found,
        due=verdicts.tell_waiting(due[:DUE_SHOWN_MAX]),
        due_count=redemptions.count_due([space.id]),
        due_today=redemptions.count_due([space.id], expires_before=end),
        done=redemptions.list_handed_over([space.id], since=start, limit=DONE_SHOWN_MAX),
        done_pieces=redemptions.sum_handed_over([space.id], since=start),
    )


def _person(post: Post, space: Space, person: Participant, *, shown: str = "") -> Response:
    waiting = redemptions.list_open(person.id)
    elsewhere = [each for each in waiting if each.space_id != space.id]
    here = [
        each
        for each in waiting
        if each.space_id == space.id and not rules.is_overdue(each, post.now)
    ]
    balance = ledger.get_balance(person.id)
    visit = _find_visit(post, space, person)
    rewards = [each for each in stock.list_rewards(space.id) if each.has_shelf] if visit else []
    allowances = redemptions.list_allowances(person, rewards, post.now)
    basket = baskets.read(
        here,
        rewards,
        balance,
        allowances,
        home=f"{HOME}/people/{person.id}",
        key=safety.keep_key(),
        visit=visit,
        code=shown_codes.read(shown, post=post),
        shown=shown,
    )
    return desk_pages.show(
        "desk_person.html",
        post=post,
        space=space,
        person=person,
        is_closed=person.closed_at is not None or space.closed_at is not None,
        balance=balance,
        here=[(*told, stock.get_reward(told[0].reward_id)) for told in verdicts.tell_waiting(here)],
        elsewhere=verdicts.tell_waiting(elsewhere),
        can_have=[each for each in rewards if basket.can_add(each, balance, allowances[each.id])],
        cannot_have=[
            each for each in rewards if not basket.can_add(each, balance, allowances[each.id])
        ],
        allowances=allowances,
        explain=_explain,
        basket=basket,
        proxies=_list_proxies(basket),
        recent=_list_recent(post, space, person),
        has_left="visit" in request.args and visit is None,
        **_read_notes(),
    )


def _list_proxies(basket: baskets.Basket) -> dict[Proxy, list[Redemption]]:
    """Return who was named to collect, with what each of them may take."""
    named = redemptions.list_proxies([each.redemption.id for each in basket.picks])
    taken: dict[Proxy, list[Redemption]] = {}
    for each in basket.picks:
        if each.redemption.id in named:
            taken.setdefault(named[each.redemption.id], []).append(each.redemption)
    return taken


def _explain(refusal: RewardsError | None) -> str:
    if refusal is None:
        return ""
    told = sentences.explain(refusal, to_staff=True)
    # Points that are missing beyond the price are believed only with the rule beside them.
    return told.detail if isinstance(refusal, ASKS_FOR_MORE) else told.what


def _list_recent(post: Post, space: Space, person: Participant) -> list[tuple[Redemption, str]]:
    """Return what the person took home lately and may bring back."""
    page = redemptions.page_redemptions(
        participant_id=person.id,
        space_id=space.id,
        status=RedemptionStatus.FULFILLED,
        limit=RECENT_SHOWN_MAX,
    )
    zone = clock.zone()
    returned = redemptions.list_returns([each.id for each in page.items])
    return [
        (each, verdicts.thing(each))
        for each in page.items
        if each.id not in returned
        and (until := rules.returnable_until(each, zone)) is not None
        and post.now < until
    ]


def _read_notes() -> dict[str, Any]:
    def number(name: str) -> int | None:
        text = request.args.get(name, "")
        return int(text[:9]) if text.isascii() and text.isdigit() else None

    return {
        "cancelled": number("cancelled"),
        "undone": number("undone"),
        "refunded": number("refunded"),
        "replaced": "replaced" in request.args,
        "chose_nothing": "nothing" in request.args,
    }

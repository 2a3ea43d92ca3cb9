"""What was handed over: the receipt on the screen and on paper, and taking it back."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _

from rewards.access import rules as access
from rewards.access.types import Verb
from rewards.core import clock
from rewards.core.errors import RewardsError
from rewards.ledger import queries as ledger
from rewards.redemptions import queries as redemptions
from rewards.redemptions import rules, service
from rewards.redemptions.errors import RedemptionNotFoundError
from rewards.redemptions.types import (
    CollectedBy,
    Redemption,
    RedemptionId,
    RedemptionStatus,
    ReturnKind,
)
from rewards.stock import queries as stock
from rewards.stock.types import Space
from rewards.visits import queries as visits
from rewards.visits.types import Visit
from rewards.web import formats, papers, sentences, statuses
from rewards.web.statements import PDF, file_response

from . import desk_pages, hand_over, safety, verdicts
from .desk_pages import HOME
from .frame import Post

COLLECTORS = {CollectedBy.PROXY: _("代领人"), CollectedBy.SLIP: _("代领人，留了代领单")}
QUANTITY_DIGITS_MAX = 4
blueprint = Blueprint("console_receipts", __name__)


@blueprint.get(f"{HOME}/receipt")
def show() -> ResponseReturnValue:
    """Show what was handed over, to whom, by whom, and what is left."""
    post, space = desk_pages.enter()
    things = _read(post)
    if space is None:
        raise RedemptionNotFoundError
    # What one desk handed over goes back onto the shelf there.
    own = [each for each in things if each.space_id == space.id]
    # What was replaced is no mistake of the last minutes any more.
    returned = redemptions.list_returns([each.id for each in own])
    until = [None if each.id in returned else rules.undo_until(each, post.actor) for each in own]
    # One hand-over of several things is undone thing by thing.
    undoable = [
        (each, verdicts.thing(each))
        for each, end in zip(own, until, strict=True)
        if end is not None and post.now <= end
    ]
    return desk_pages.show(
        "desk_receipt.html",
        post=post,
        space=space,
        things=[(each, verdicts.thing(each)) for each in things],
        kept=[verdicts.thing(each) for each in things if each.returned_at is None],
        is_own=bool(own),
        receipt=_build(things),
        query="&".join(f"id={each.id}" for each in things),
        shelf=[stock.get_reward(each.reward_id) for each in things],
        rests=verdicts.tell_waiting(_list_rests(things)),
        undoable=undoable,
        undo_until=max((end for end in until if end is not None), default=None),
        returnable=[each for each in own if _can_return(each, post)],
        key=safety.new_key(),
    )


@blueprint.get(f"{HOME}/receipt.pdf")
def print_receipt() -> ResponseReturnValue:
    """Download the receipt for paper of 58 mm."""
    post = desk_pages.enter()[0]
    things = _read(post)
    return file_response(
        papers.draw_receipt(_build(things)), PDF, f"receipt-{things[0].id.hex[-8:]}.pdf"
    )


@blueprint.post(f"{HOME}/undo")
def undo() -> ResponseReturnValue:
    """Undo a hand-over that was a mistake; the same form sent twice undoes once."""
    post, space = desk_pages.enter()
    safety.require_key()
    redemption_id = RedemptionId(safety.read_id(request.form.get("redemption", "")))
    if space is None:
        raise RedemptionNotFoundError
    redemption = _get(post, redemption_id)
    if redemption.space_id != space.id:
        return desk_pages.refuse(post, space, verdicts.of_another_space(redemption)), 409
    try:
        answer = safety.run_once(
            service.undo,
            post=post,
            route=f"console desk undo {redemption_id}",
            render=_render,
            redemption_id=redemption_id,
        )
    except RewardsError as error:
        verdict = verdicts.refuse(error, is_given=True)
        return desk_pages.refuse(post, space, verdict), statuses.status_of(error)
    person, points = answer.body["participant"], answer.body["points"]
    return redirect(f"{HOME}/people/{person}?undone={points}", code=303)


@blueprint.get(f"{HOME}/returns/<uuid:redemption_id>")
def show_return(redemption_id: UUID) -> ResponseReturnValue:
    """Ask what is wrong with goods that somebody brings back."""
    post, space = desk_pages.enter()
    redemption = _get(post, redemption_id)
    if space is None:
        raise RedemptionNotFoundError
    if redemption.space_id != space.id:
        return desk_pages.refuse(post, space, verdicts.of_another_space(redemption)), 409
    return _ask(post, space, redemption)


@blueprint.post(f"{HOME}/returns/<uuid:redemption_id>")
def take_back(redemption_id: UUID) -> ResponseReturnValue:
    """Replace faulty goods, or give the points back; the same form sent twice counts once."""
    post, space = desk_pages.enter()
    safety.require_key()
    redemption = _get(post, redemption_id)
    if space is None:
        raise RedemptionNotFoundError
    if redemption.space_id != space.id:
        return desk_pages.refuse(post, space, verdicts.of_another_space(redemption)), 409
    kind = request.form.get("kind", "")
    try:
        answer = safety.run_once(
            service.take_back,
            post=post,
            route=f"console desk return {redemption_id}",
            render=_render,
            redemption_id=redemption.id,
            kind=ReturnKind(kind) if kind in tuple(ReturnKind) else ReturnKind.UNDONE,
            quantity=_read_quantity(request.form.get("quantity", "")),
            note=request.form.get("note", ""),
            visit_id=hand_over.read_visit(request.form.get("visit", "")),
        )
    except RewardsError as error:
        return _ask(post, space, redemption, error=error), statuses.status_of(error)
    done = "replaced" if kind == ReturnKind.REPLACED else f"refunded={answer.body['points']}"
    return redirect(f"{HOME}/people/{answer.body['participant']}?{done}", code=303)


def _ask(
    post: Post, space: Space, redemption: Redemption, *, error: RewardsError | None = None
) -> Response:
    stands = _find_visit(post, redemption)
    return desk_pages.show(
        "desk_return.html",
        post=post,
        space=space,
        redemption=redemption,
        thing=verdicts.thing(redemption),
        clerk=verdicts.name_of(redemption.closed_by),
        reward=stock.get_reward(redemption.reward_id),
        until=rules.returnable_until(redemption, clock.zone()),
        can_return=_can_return(redemption, post),
        may_return=rules.may_take_back(post.actor, redemption, is_present=stands is not None),
        visit=stands,
        note_max=rules.RETURN_NOTE_LENGTH_MAX,
        typed=request.form,
        sentence=None if error is None else sentences.explain(error, to_staff=True),
        key=safety.keep_key(),
    )


def _read_quantity(text: str) -> int:
    is_number = text.isascii() and text.isdigit() and len(text) <= QUANTITY_DIGITS_MAX
    return int(text) if is_number else 0


def _get(post: Post, redemption_id: UUID) -> Redemption:
    redemption = redemptions.get_redemption(RedemptionId(redemption_id))
    access.authorize(post.actor, Verb.FULFIL, redemption.space_node_path)
    return redemption


def _find_visit(post: Post, redemption: Redemption) -> Visit | None:
    asked = request.form if request.method == "POST" else request.args
    return visits.find_present(
        hand_over.read_visit(asked.get("visit", "")),
        participant_id=redemption.participant_id,
        principal=post.actor.principal,
        space_id=redemption.space_id,
        now=post.now,
    )


def _can_return(redemption: Redemption, post: Post) -> bool:
    until = rules.returnable_until(redemption, clock.zone())
    if until is None or post.now >= until:
        return False
    return redemptions.find_return(redemption.id) is None


def _read(post: Post) -> list[Redemption]:
    # An address that names a thing twice does not make it two.
    asked = dict.fromkeys(safety.read_id(text) for text in request.args.getlist("id"))
    found = [_get(post, each) for each in [*asked][: rules.THINGS_MAX]]
    things = [each for each in found if each.status is RedemptionStatus.FULFILLED]
    # A receipt is of one person's things.
    if len({each.participant_id for each in things}) != 1:
        raise RedemptionNotFoundError
    return things


def _list_rests(things: list[Redemption]) -> list[Redemption]:
    rests = [redemptions.find_rest(each.id) for each in things]
    return [each for each in rests if each is not None and each.status is RedemptionStatus.RESERVED]


def _build(things: list[Redemption]) -> papers.PrintedReceipt:
    first = things[0]
    kept = [each for each in things if each.returned_at is None]
    back = [each for each in things if each.returned_at is not None]
    tail = f" {formats.tail(first.masked_phone)}" if first.masked_phone else ""
    return papers.PrintedReceipt(
        number=first.id.hex[-8:].upper(),
        things=tuple((verdicts.thing(each), each.points) for each in kept),
        returned=tuple(verdicts.thing(each) for each in back),
        who=first.masked_name + tail,
        collector=str(COLLECTORS.get(first.collected_by, "")),
        at=first.closed_at or first.reserved_at,
        clerk=verdicts.name_of(first.closed_by),
        place=first.space_name,
        points=sum(each.points for each in kept),
        left=ledger.get_balance(first.participant_id).available,
    )


def _render(redemption: Redemption) -> dict[str, Any]:
    return {"participant": str(redemption.participant_id), "points": redemption.points}

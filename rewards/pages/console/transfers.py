"""Transfers: what is sent to another space, and what came from one."""

from uuid import UUID

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from rewards.access import rules as access
from rewards.access.errors import NotAllowedError
from rewards.access.types import Verb
from rewards.core.errors import RewardsError
from rewards.stock import queries as stock
from rewards.stock.errors import SpaceNotFoundError
from rewards.stock.types import Reward, RewardId, Space
from rewards.stockroom import queries, service
from rewards.stockroom.types import Transfer, TransferId, TransferStatus
from rewards.web import sentences, statuses

from . import frame, numbers, safety, spaces
from .frame import Post

blueprint = Blueprint("console_transfers", __name__)

ADDRESS = "/console/stock/transfers"
# A field of the form for each item.
PIECES = "pieces-"


@blueprint.get("/console/stock/transfers")
def show_all() -> ResponseReturnValue:
    """Show what is on its way to and from here, the oldest first, or all with what has arrived."""
    post = frame.enter(Verb.FULFIL)
    cursor = request.args.get("cursor")
    is_on_the_way = request.args.get("on") == "way"
    list_page = queries.page_on_the_way if is_on_the_way else queries.page_transfers
    page = list_page(node_paths=[post.node.path], cursor=cursor)
    return frame.show(
        "transfers.html",
        post=post,
        current="stock",
        transfers=[(each, each.to_path.startswith(post.node.path)) for each in page.items],
        following=page.next,
        is_first=cursor is None,
        is_on_the_way=is_on_the_way,
        may_send=post.may(Verb.MANAGE_STOCK),
    )


@blueprint.get("/console/stock/transfers/new")
def ask() -> ResponseReturnValue:
    """Ask where to, then what and how many."""
    post, sender = _enter_space()
    return _form_page(post, sender)


@blueprint.post("/console/stock/transfers/new")
def send() -> ResponseReturnValue:
    """Send it: the pieces leave the shelf; the form sent twice counts once."""
    post, sender = _enter_space()
    safety.require_key()
    receiver = _find_receiver(sender)
    pieces = _read_pieces()
    if receiver is None or pieces is None or not any(pieces.values()):
        return _form_page(post, sender, said=_("请填要调几件，例如 5")), 422
    try:
        answer = safety.run_once(
            service.send,
            post=post,
            route="console transfer",
            render=lambda transfer: {"id": str(transfer.id)},
            from_space_id=sender.id,
            to_space_id=receiver.id,
            pieces={item: quantity for item, quantity in pieces.items() if quantity},
            note=request.form.get("note", ""),
        )
    except RewardsError as error:
        return _form_page(post, sender, error=error), statuses.status_of(error)
    return redirect(f"{ADDRESS}/{answer.body['id']}?done=sent", code=303)


@blueprint.get("/console/stock/transfers/<uuid:transfer_id>")
def show(transfer_id: UUID) -> ResponseReturnValue:
    """Show a transfer, and let the receiving side count what came."""
    post, transfer = _enter(transfer_id)
    return _page(post, transfer)


@blueprint.post("/console/stock/transfers/<uuid:transfer_id>/receipt")
def receive(transfer_id: UUID) -> ResponseReturnValue:
    """Put what came on the shelf, as counted; the form sent twice counts once."""
    post, transfer = _enter(transfer_id)
    safety.require_key()
    counted = _read_pieces()
    if counted is None or len(counted) < len(transfer.lines):
        return _page(post, transfer, said=_("每一样都要填收到几件，没收到填 0")), 422
    try:
        safety.run_once(
            service.receive,
            post=post,
            route="console transfer receipt",
            render=lambda received: {"missing": received.missing},
            transfer_id=transfer.id,
            counted=counted,
            note=request.form.get("note", ""),
        )
    except RewardsError as error:
        return _page(post, transfer, error=error), statuses.status_of(error)
    return redirect(f"{ADDRESS}/{transfer.id}?done=received", code=303)


@blueprint.post("/console/stock/transfers/<uuid:transfer_id>/return")
def take_back(transfer_id: UUID) -> ResponseReturnValue:
    """Put all that was sent back on the shelf it came from."""
    post, transfer = _enter(transfer_id)
    safety.require_key()
    try:
        safety.run_once(
            service.take_back,
            post=post,
            route="console transfer return",
            render=lambda returned: {"status": returned.status.value},
            transfer_id=transfer.id,
        )
    except RewardsError as error:
        return _page(post, transfer, error=error), statuses.status_of(error)
    return redirect(f"{ADDRESS}/{transfer.id}?done=returned", code=303)


def _enter_space() -> tuple[Post, Space]:
    post = frame.enter(Verb.MANAGE_STOCK)
    space, _choices = spaces.choose(post, Verb.MANAGE_STOCK)
    if space is None:
        raise SpaceNotFoundError
    return post, space


def _enter(transfer_id: UUID) -> tuple[Post, Transfer]:
    post = frame.enter()
    transfer = queries.get_transfer(TransferId(transfer_id))
    if not any(
        access.may(post.actor, Verb.FULFIL, path) for path in (transfer.from_path, transfer.to_path)
    ):
        raise NotAllowedError(verb=Verb.FULFIL.value)
    return post, transfer


def _find_receiver(sender: Space) -> Space | None:
    asked = request.values.get("to", "")
    return next((each for each in _list_others(sender) if str(each.id) == asked), None)


def _list_others(sender: Space) -> tuple[Space, ...]:
    center = sender.node_path.partition("/")[0] + "/"
    return tuple(
        each
        for each in stock.list_spaces(center)
        if each.id != sender.id and each.closed_at is None
    )


def _split(sender: Space, receiver: Space) -> tuple[list[Reward], list[Reward]]:
    """Return the items that both offer, and those that only the sender has."""
    there = {each.name for each in stock.list_rewards(receiver.id, listed_only=False)}
    here = [each for each in stock.list_rewards(sender.id, listed_only=False) if each.available > 0]
    return (
        [each for each in here if each.name in there],
        [each for each in here if each.name not in there],
    )


def _read_pieces() -> dict[RewardId, int] | None:
    pieces: dict[RewardId, int] = {}
    for name, text in request.form.items():
        if not name.startswith(PIECES) or not text.strip():
            continue
        quantity = numbers.read_count(text)
        if quantity is None:
            return None
        pieces[RewardId(safety.read_id(name.removeprefix(PIECES)))] = quantity
    return pieces


def _form_page(
    post: Post, sender: Space, *, said: str = "", error: RewardsError | None = None
) -> str:
    receiver = _find_receiver(sender)
    both, alone = ([], []) if receiver is None else _split(sender, receiver)
    return frame.show(
        "transfer_new.html",
        post=post,
        current="stock",
        sender=sender,
        receiver=receiver,
        others=_list_others(sender),
        items=both,
        alone=alone,
        typed=request.form,
        said=said,
        sentence=None if error is None else sentences.explain(error, to_staff=True),
        key=request.form.get(safety.KEY_FIELD) or safety.new_key(),
    )


def _page(
    post: Post, transfer: Transfer, *, said: str = "", error: RewardsError | None = None
) -> str:
    # What was refused may be so because somebody else was faster.
    transfer = queries.get_transfer(transfer.id) if error else transfer
    is_sent = transfer.status is TransferStatus.SENT
    is_own = transfer.sent_by == post.actor.principal
    may_here = access.may(post.actor, Verb.FULFIL, transfer.to_path)
    return frame.show(
        "transfer.html",
        post=post,
        current="stock",
        transfer=transfer,
        may_receive=is_sent and may_here and not is_own,
        is_own=is_sent and may_here and is_own,
        may_return=is_sent and access.may(post.actor, Verb.MANAGE_STOCK, transfer.from_path),
        typed=request.form,
        said=said,
        sentence=None if error is None else sentences.explain(error, to_staff=True),
        done=request.args.get("done", ""),
        key=request.form.get(safety.KEY_FIELD) or safety.new_key(),
    )

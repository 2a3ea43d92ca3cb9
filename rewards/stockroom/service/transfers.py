"""Transfers: one space sends, another one counts what came."""

from collections.abc import Mapping
from datetime import datetime

from rewards.access import operations as audit_trail
from rewards.access.rules import authorize
from rewards.access.types import Actor, Verb
from rewards.core.unit import use_case
from rewards.network.types import NodeId
from rewards.stock import operations as shelves
from rewards.stock import queries as stock
from rewards.stock.types import MovementKind, RewardId, SpaceId

from .. import operations, queries, rules
from ..types import Transfer, TransferId, TransferStatus


@use_case
def send(
    *,
    actor: Actor,
    from_space_id: SpaceId,
    to_space_id: SpaceId,
    pieces: Mapping[RewardId, int],
    note: str = "",
    now: datetime,
) -> Transfer:
    """Take pieces off a shelf and send them to another space of the same center.

    :raises SpaceNotFoundError: if there is no such space.
    :raises NotAllowedError: if the actor may not manage stock at the sending space.
    :raises InvalidTransferError: if a value does not fit.
    :raises ItemMissingThereError: if the other space has not put up an item.
    :raises StockReservedError: if fewer pieces are available than are sent.
    """
    sender, receiver = stock.get_space(from_space_id), stock.get_space(to_space_id)
    authorize(actor, Verb.MANAGE_STOCK, sender.node_path)
    rules.check_sent(sender, receiver, pieces)
    note = rules.normalize_words(note)
    matched = rules.match_items(
        stock.list_rewards(sender.id, listed_only=False),
        stock.list_rewards(receiver.id, listed_only=False),
        pieces,
    )
    shelves.lock_levels(pieces)
    transfer_id = operations.open_transfer(
        {
            "from_space_id": sender.id,
            "from_node_id": sender.node_id,
            "from_path": sender.node_path,
            "to_space_id": receiver.id,
            "to_node_id": receiver.node_id,
            "to_path": receiver.node_path,
            "note": note,
        },
        pieces=pieces,
        matched=matched,
        actor=actor,
        now=now,
    )
    _move(pieces, MovementKind.TRANSFER_OUT, transfer_id, actor, now=now)
    transfer = queries.get_transfer(transfer_id)
    _audit(actor, "transfer.sent", transfer, transfer.from_node_id, now=now)
    return transfer


@use_case
def receive(
    *,
    actor: Actor,
    transfer_id: TransferId,
    counted: Mapping[RewardId, int],
    note: str = "",
    now: datetime,
) -> Transfer:
    """Put what came of a transfer on the shelf; *counted* has every line, by the sender's item.

    :raises TransferNotFoundError: if there is no such transfer.
    :raises NotAllowedError: if the actor does not work at the desk of the receiving space.
    :raises TransferSecondPersonError: if the actor sent it.
    :raises TransferClosedError: if it has come to its end.
    :raises InvalidTransferError: if a line is missing, or more came than was sent.
    """
    transfer = queries.get_transfer(transfer_id)
    authorize(actor, Verb.FULFIL, transfer.to_path)
    note = rules.normalize_words(note)
    shelves.lock_levels([line.to_reward_id for line in transfer.lines])
    transfer = operations.lock_transfer(transfer_id)
    rules.check_receiver(actor, transfer)
    received = rules.read_received(transfer, counted)
    closed = operations.close_transfer(
        transfer,
        status=TransferStatus.RECEIVED,
        received=received,
        note=note,
        actor=actor,
        now=now,
    )
    came = {line.to_reward_id: received[line.reward_id] for line in transfer.lines}
    _move(came, MovementKind.TRANSFER_IN, transfer_id, actor, now=now)
    _audit(actor, "transfer.received", closed, closed.to_node_id, now=now)
    return closed


@use_case
def take_back(*, actor: Actor, transfer_id: TransferId, note: str = "", now: datetime) -> Transfer:
    """Put all that was sent back on the shelf it came from.

    :raises TransferNotFoundError: if there is no such transfer.
    :raises NotAllowedError: if the actor may not manage stock at the sending space.
    :raises TransferClosedError: if it has come to its end.
    """
    transfer = queries.get_transfer(transfer_id)
    authorize(actor, Verb.MANAGE_STOCK, transfer.from_path)
    note = rules.normalize_words(note)
    shelves.lock_levels([line.reward_id for line in transfer.lines])
    transfer = operations.lock_transfer(transfer_id)
    rules.check_on_the_way(transfer)
    closed = operations.close_transfer(
        transfer, status=TransferStatus.RETURNED, received={}, note=note, actor=actor, now=now
    )
    back = {line.reward_id: line.quantity for line in transfer.lines}
    _move(back, MovementKind.TRANSFER_IN, transfer_id, actor, now=now)
    _audit(actor, "transfer.returned", closed, closed.from_node_id, now=now)
    return closed


def _move(
    pieces: Mapping[RewardId, int],
    kind: MovementKind,
    transfer_id: TransferId,
    actor: Actor,
    *,
    now: datetime,
) -> None:
    for reward_id in sorted(pieces):
        if pieces[reward_id]:
            shelves.move(
                reward_id=reward_id,
                kind=kind,
                quantity=pieces[reward_id],
                source_id=transfer_id,
                note="",
                actor=actor,
                now=now,
            )


def _audit(
    actor: Actor, action: str, transfer: Transfer, node_id: NodeId, *, now: datetime
) -> None:
    audit_trail.audit(
        actor=actor,
        action=action,
        node_id=node_id,
        subject=f"transfer:{transfer.id.hex}",
        details={
            "pieces": sum(line.quantity for line in transfer.lines),
            "missing": transfer.missing,
        },
        now=now,
    )

"""Sending pieces to another space, and counting what came."""

from collections.abc import Mapping

from rewards.access.types import Actor
from rewards.network.rules import center_path
from rewards.stock.rules import QUANTITY_MAX
from rewards.stock.types import Reward, RewardId, Space

from ..errors import (
    InvalidTransferError,
    ItemMissingThereError,
    TransferClosedError,
    TransferSecondPersonError,
)
from ..types import Transfer, TransferStatus

LINES_MAX = 50


def check_sent(sender: Space, receiver: Space, pieces: Mapping[RewardId, int]) -> None:
    """Check where pieces go, and how many.

    :raises InvalidTransferError: naming the value that does not fit.
    """
    same_center = center_path(sender.node_path) == center_path(receiver.node_path)
    if sender.id == receiver.id or not same_center or receiver.closed_at is not None:
        raise InvalidTransferError(field="to_space_id")
    if not 0 < len(pieces) <= LINES_MAX:
        raise InvalidTransferError(field="lines")
    if not all(0 < quantity <= QUANTITY_MAX for quantity in pieces.values()):
        raise InvalidTransferError(field="quantity")


def match_items(
    here: tuple[Reward, ...], there: tuple[Reward, ...], wanted: Mapping[RewardId, int]
) -> dict[RewardId, RewardId]:
    """Return for each item that is sent the one of the same name at the other space.

    :raises InvalidTransferError: if an item is not of the sending space.
    :raises ItemMissingThereError: naming those that the other space has not put up.
    """
    names = {reward.id: reward.name for reward in here if reward.has_shelf}
    if wanted.keys() - names.keys():
        raise InvalidTransferError(field="lines")
    by_name = {reward.name: reward.id for reward in there if reward.has_shelf}
    missing = sorted(names[each] for each in wanted if names[each] not in by_name)
    if missing:
        raise ItemMissingThereError(names=missing)
    return {each: by_name[names[each]] for each in wanted}


def check_receiver(actor: Actor, transfer: Transfer) -> None:
    """Check that *actor* may confirm what came.

    :raises TransferSecondPersonError: if it is whoever sent it.
    :raises TransferClosedError: if the transfer has come to its end.
    """
    if actor.principal == transfer.sent_by:
        raise TransferSecondPersonError
    check_on_the_way(transfer)


def check_on_the_way(transfer: Transfer) -> None:
    """Check that a transfer has not come to its end.

    :raises TransferClosedError: if it has.
    """
    if transfer.status is not TransferStatus.SENT:
        raise TransferClosedError(outcome=transfer.status.value)


def read_received(transfer: Transfer, counted: Mapping[RewardId, int]) -> dict[RewardId, int]:
    """Return what came of each line, by the item of the sending space; every line is counted.

    :raises InvalidTransferError: if a line is missing, none of it, or more than was sent.
    """
    sent = {line.reward_id: line.quantity for line in transfer.lines}
    if sent.keys() != counted.keys():
        raise InvalidTransferError(field="lines")
    if not all(0 <= counted[each] <= sent[each] for each in sent):
        raise InvalidTransferError(field="received")
    return dict(counted)

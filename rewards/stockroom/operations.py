"""Writes of the stockroom's registers. Each joins the unit of work that is open.

Lock order: the levels, ids ascending, then the row of the register. What a
space may do at once is decided under the lock of its row.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from rewards.access.types import Actor
from rewards.core.db import db
from rewards.core.ids import new_id
from rewards.core.unit import operation
from rewards.network.types import NodeId
from rewards.stock.types import RewardId, SpaceId

from . import queries
from .errors import ChangeDecidedError, StocktakeClosedError, TransferClosedError
from .models import (
    StockChangeRequestRow,
    StockDeliveryRow,
    StocktakeCountRow,
    StocktakeRow,
    StockTransferLineRow,
    StockTransferRow,
)
from .types import (
    Change,
    ChangeId,
    ChangeKind,
    ChangeStatus,
    DeliveryId,
    Sheet,
    Stocktake,
    StocktakeId,
    StocktakeStatus,
    Transfer,
    TransferId,
    TransferStatus,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeDraft:
    """A change about to be asked for."""

    kind: ChangeKind
    reward_id: RewardId
    space_id: SpaceId
    node_id: NodeId
    node_path: str
    quantity: int
    note: str
    requested_by: str
    stocktake_id: StocktakeId | None = None


@operation
def open_change(draft: ChangeDraft, *, now: datetime) -> ChangeId:
    """Write down a change that waits for a second person."""
    change_id = ChangeId(new_id())
    db.session.execute(
        sa.insert(StockChangeRequestRow).values(
            id=change_id,
            kind=draft.kind,
            status=ChangeStatus.PENDING,
            reward_id=draft.reward_id,
            space_id=draft.space_id,
            node_id=draft.node_id,
            node_path=draft.node_path,
            quantity=draft.quantity,
            note=draft.note,
            stocktake_id=draft.stocktake_id,
            requested_by=draft.requested_by,
            requested_at=now,
            decided_by="",
            decided_at=None,
            decision_note="",
        )
    )
    return change_id


@operation
def lock_change(change_id: ChangeId) -> Change:
    """Hold a change until the unit ends, and return it as it is now.

    :raises ChangeNotFoundError: if there is none.
    """
    row = StockChangeRequestRow
    db.session.execute(sa.select(row.id).where(row.id == change_id).with_for_update())
    return queries.get_change(change_id)


@operation
def close_change(
    change: Change, *, status: ChangeStatus, decided_by: str, note: str, now: datetime
) -> Change:
    """Bring a change that waits to its end.

    :raises ChangeDecidedError: if it has come to one before.
    """
    row = StockChangeRequestRow
    closed = db.session.execute(
        sa.update(row)
        .where(row.id == change.id, row.status == ChangeStatus.PENDING)
        .values(status=status, decided_by=decided_by, decided_at=now, decision_note=note)
        .returning(row.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    decided = queries.get_change(change.id)
    if closed is None:
        raise ChangeDecidedError(outcome=decided.status.value)
    return decided


@operation
def open_transfer(
    transfer: Mapping[str, object],
    *,
    pieces: Mapping[RewardId, int],
    matched: Mapping[RewardId, RewardId],
    actor: Actor,
    now: datetime,
) -> TransferId:
    """Write down what is sent from where to where."""
    transfer_id = TransferId(new_id())
    db.session.execute(
        sa.insert(StockTransferRow).values(
            **transfer,
            id=transfer_id,
            status=TransferStatus.SENT,
            sent_by=actor.principal,
            sent_at=now,
            closed_by="",
            closed_at=None,
            closing_note="",
        )
    )
    db.session.execute(
        sa.insert(StockTransferLineRow).values(
            [
                {
                    "transfer_id": transfer_id,
                    "reward_id": reward_id,
                    "to_reward_id": matched[reward_id],
                    "quantity": quantity,
                    "received": None,
                }
                for reward_id, quantity in pieces.items()
            ]
        )
    )
    return transfer_id


@operation
def lock_transfer(transfer_id: TransferId) -> Transfer:
    """Hold a transfer until the unit ends, and return it as it is now.

    :raises TransferNotFoundError: if there is none.
    """
    row = StockTransferRow
    db.session.execute(sa.select(row.id).where(row.id == transfer_id).with_for_update())
    return queries.get_transfer(transfer_id)


@operation
def close_transfer(
    transfer: Transfer,
    *,
    status: TransferStatus,
    received: Mapping[RewardId, int],
    note: str,
    actor: Actor,
    now: datetime,
) -> Transfer:
    """Bring a transfer on its way to its end.

    :raises TransferClosedError: if it has come to one before.
    """
    row, line = StockTransferRow, StockTransferLineRow
    closed = db.session.execute(
        sa.update(row)
        .where(row.id == transfer.id, row.status == TransferStatus.SENT)
        .values(status=status, closed_by=actor.principal, closed_at=now, closing_note=note)
        .returning(row.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if closed is None:
        raise TransferClosedError(outcome=queries.get_transfer(transfer.id).status.value)
    for reward_id, quantity in received.items():
        db.session.execute(
            sa.update(line)
            .where(line.transfer_id == transfer.id, line.reward_id == reward_id)
            .values(received=quantity)
            .execution_options(synchronize_session=False)
        )
    return queries.get_transfer(transfer.id)


@operation
def open_stocktake(
    *, space_id: SpaceId, node_id: NodeId, node_path: str, actor: Actor, now: datetime
) -> StocktakeId:
    """Begin to count a shelf."""
    stocktake_id = StocktakeId(new_id())
    db.session.execute(
        sa.insert(StocktakeRow).values(
            id=stocktake_id,
            status=StocktakeStatus.OPEN,
            space_id=space_id,
            node_id=node_id,
            node_path=node_path,
            started_by=actor.principal,
            started_at=now,
            closed_by="",
            closed_at=None,
        )
    )
    return stocktake_id


@operation
def lock_stocktake(stocktake_id: StocktakeId) -> Stocktake:
    """Hold a stocktake until the unit ends, and return it as it is now.

    :raises StocktakeNotFoundError: if there is none.
    """
    row = StocktakeRow
    db.session.execute(sa.select(row.id).where(row.id == stocktake_id).with_for_update())
    return queries.get_stocktake(stocktake_id)


@operation
def add_count(
    stocktake_id: StocktakeId,
    *,
    reward_id: RewardId,
    counted: int,
    on_hand: int,
    actor: Actor,
    now: datetime,
) -> None:
    """Keep what somebody counted beside the level of that moment."""
    db.session.execute(
        sa.insert(StocktakeCountRow).values(
            stocktake_id=stocktake_id,
            reward_id=reward_id,
            counted=counted,
            on_hand=on_hand,
            counted_by=actor.principal,
            counted_at=now,
        )
    )


@operation
def close_stocktake(
    stocktake: Stocktake, *, status: StocktakeStatus, actor: Actor, now: datetime
) -> None:
    """Bring an open stocktake to its end.

    :raises StocktakeClosedError: if it has come to one before.
    """
    row = StocktakeRow
    left_out = len(stocktake.uncounted) if status is StocktakeStatus.CLOSED else None
    closed = db.session.execute(
        sa.update(row)
        .where(row.id == stocktake.id, row.status == StocktakeStatus.OPEN)
        .values(status=status, closed_by=actor.principal, closed_at=now, left_out=left_out)
        .returning(row.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if closed is None:
        raise StocktakeClosedError


@operation
def open_delivery(
    *, space_id: SpaceId, sheet: Sheet, note: str, actor: Actor, now: datetime
) -> DeliveryId:
    """Write down that goods came with a sheet."""
    delivery_id = DeliveryId(new_id())
    db.session.execute(
        sa.insert(StockDeliveryRow).values(
            id=delivery_id,
            space_id=space_id,
            digest=sheet.digest,
            lines=len(sheet.good),
            pieces=sheet.pieces,
            note=note,
            received_by=actor.principal,
            received_at=now,
        )
    )
    return delivery_id

"""Opening redemptions and bringing them to one of their ends."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from rewards.access.types import Actor
from rewards.core.db import db, insert
from rewards.core.ids import new_digits
from rewards.core.unit import operation
from rewards.ledger.types import HoldId
from rewards.participants.types import Participant
from rewards.stock.types import Offer, SlotId
from rewards.wishes.types import WishId

from .. import queries, rules
from ..models import RedemptionRow
from ..types import CollectedBy, Redemption, RedemptionId, RedemptionStatus, ShownBy

CODE_ATTEMPTS_MAX = 20


@operation
def open_redemption(
    *,
    redemption_id: RedemptionId,
    participant: Participant,
    offer: Offer,
    quantity: int,
    points: int,
    hold_id: HoldId,
    expires_at: datetime,
    slot_id: SlotId | None = None,
    wish_id: WishId | None = None,
    reserved_by: str = "",
    now: datetime,
) -> Redemption:
    """Write down a redemption, reserved, under a code that no other ever had."""
    values: dict[str, Any] = {
        "id": redemption_id,
        "participant_id": participant.id,
        "space_id": offer.reward.space_id,
        "reward_id": offer.reward.id,
        "quantity": quantity,
        "points": points,
        "status": RedemptionStatus.RESERVED,
        "hold_id": hold_id,
        "reserved_at": now,
        "reserved_by": reserved_by,
        "expires_at": expires_at,
        "slot_id": slot_id,
        "wish_id": wish_id,
        "closed_at": None,
        "closed_by": "",
    }
    insert_with_code(values)
    return queries.build_redemption(values, participant=participant, offer=offer)


@operation
def close_redemption(
    redemption: Redemption,
    *,
    status: RedemptionStatus,
    collected_by: CollectedBy = CollectedBy.NOBODY,
    shown_by: ShownBy = ShownBy.UNKNOWN,
    actor: Actor,
    now: datetime,
) -> None:
    """Bring a redemption to one of its ends, if it has not come to one before.

    :raises RedemptionAlreadyFulfilledError: if the reward was handed over.
    :raises RedemptionCancelledError: if it was cancelled.
    :raises RedemptionExpiredError: if its time ran out.
    """
    closed = db.session.execute(
        sa.update(RedemptionRow)
        .where(
            RedemptionRow.id == redemption.id,
            RedemptionRow.status == RedemptionStatus.RESERVED,
        )
        .values(
            status=status,
            closed_at=now,
            closed_by=actor.principal,
            collected_by=collected_by,
            shown_by=shown_by,
        )
        .returning(RedemptionRow.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if closed is None:
        raise rules.build_refusal(queries.refresh(redemption))


def insert_with_code(values: dict[str, Any]) -> None:
    """Insert the row of a redemption, under a code that no other ever had."""
    for _attempt in range(CODE_ATTEMPTS_MAX):
        # A code that is taken must not spoil the transaction, so it is no error here.
        values["code"] = new_digits(rules.CODE_LENGTH)
        if _insert(values):
            return
    raise RuntimeError("no free pick-up code was found")


def _insert(values: dict[str, object]) -> bool:
    inserted = db.session.execute(
        insert(RedemptionRow)
        .values(**values)
        .on_conflict_do_nothing(index_elements=["code"])
        .returning(RedemptionRow.id)
    ).one_or_none()
    return inserted is not None

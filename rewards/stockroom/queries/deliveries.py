"""Reads of deliveries that came with a sheet."""

from datetime import datetime

import sqlalchemy as sa

from rewards.core.db import db, table_of
from rewards.stock.types import SpaceId

from ..models import StockDeliveryRow
from ..types import Delivery, DeliveryId

_deliveries = table_of(StockDeliveryRow)


def find_same(space_id: SpaceId, digest: str, *, since: datetime) -> datetime | None:
    """Return when the same was last taken in at a space since a moment, if it was."""
    found: datetime | None = db.session.scalar(
        sa.select(_deliveries.c.received_at)
        .where(
            _deliveries.c.space_id == space_id,
            _deliveries.c.digest == digest,
            _deliveries.c.received_at >= since,
        )
        .order_by(_deliveries.c.id.desc())
        .limit(1)
    )
    return found


def get_delivery(delivery_id: DeliveryId) -> Delivery:
    """Return a delivery that was taken in."""
    row = db.session.execute(sa.select(_deliveries).where(_deliveries.c.id == delivery_id)).one()
    return Delivery(
        id=DeliveryId(row.id),
        space_id=SpaceId(row.space_id),
        lines=row.lines,
        pieces=row.pieces,
        note=row.note,
        received_by=row.received_by,
        received_at=row.received_at,
    )

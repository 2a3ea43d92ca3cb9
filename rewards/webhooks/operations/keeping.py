"""How long messages are kept."""

from datetime import datetime

import sqlalchemy as sa

from rewards.core.db import db, table_of
from rewards.core.unit import operation

from .. import rules
from ..models import DeliveryRow, MessageRow

_messages = table_of(MessageRow)
_deliveries = table_of(DeliveryRow)
MESSAGES_AT_ONCE = 5_000


@operation
def forget_messages(*, now: datetime) -> int:
    """Delete the oldest messages that are older than they are kept; return how many."""
    old = db.session.scalars(
        sa.select(_messages.c.id)
        .where(_messages.c.recorded_at < now - rules.MESSAGES_KEPT)
        .order_by(_messages.c.recorded_at)
        .limit(MESSAGES_AT_ONCE)
    ).all()
    if old:
        db.session.execute(sa.delete(_deliveries).where(_deliveries.c.message_id.in_(old)))
        db.session.execute(sa.delete(_messages).where(_messages.c.id.in_(old)))
    return len(old)

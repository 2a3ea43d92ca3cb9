"""Who collects, by when, and whether the owner was reminded."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from rewards.access.types import ParticipantId
from rewards.core.db import db, insert
from rewards.core.secrecy import vault
from rewards.core.unit import operation
from rewards.stock.types import SlotId

from .. import queries, rules
from ..models import RedemptionProxyRow, RedemptionReturnRow, RedemptionRow
from ..types import Proxy, Redemption, RedemptionId, RedemptionStatus


@operation
def keep_proxy(redemption_id: RedemptionId, proxy: Proxy, *, now: datetime) -> None:
    """Keep whom the owner named to collect; whoever was named before is forgotten."""
    sealed = {
        "name_sealed": vault().encrypt(proxy.name),
        "phone_tail_sealed": vault().encrypt(proxy.phone_tail),
        "named_at": now,
    }
    db.session.execute(
        insert(RedemptionProxyRow)
        .values(redemption_id=redemption_id, **sealed)
        .on_conflict_do_update(index_elements=["redemption_id"], set_=sealed)
    )


@operation
def copy_proxy(*, source: RedemptionId, target: RedemptionId, now: datetime) -> None:
    """Let whoever was named to collect one redemption collect another one too."""
    proxy = queries.find_proxy(source)
    if proxy is not None:
        keep_proxy(target, proxy, now=now)


@operation
def forget_proxies(redemption_ids: Sequence[RedemptionId]) -> int:
    """Forget who was named to collect those redemptions; return how many."""
    deleted = db.session.execute(
        sa.delete(RedemptionProxyRow)
        .where(RedemptionProxyRow.redemption_id.in_(list(redemption_ids)))
        .returning(RedemptionProxyRow.redemption_id)
        .execution_options(synchronize_session=False)
    )
    return len(deleted.all())


@operation
def forget_old_proxies(*, closed_before: datetime, limit: int) -> int:
    """Forget who was named to collect what came to its end before a moment; return how many."""
    rows = db.session.scalars(
        sa.select(RedemptionProxyRow.redemption_id)
        .join(RedemptionRow, RedemptionRow.id == RedemptionProxyRow.redemption_id)
        .where(RedemptionRow.closed_at < closed_before)
        .limit(limit)
    )
    return forget_proxies([RedemptionId(row) for row in rows])


@operation
def forget_owner(participant_id: ParticipantId) -> None:
    """Forget whom somebody named to collect, and what was said of their goods."""
    mine = sa.select(RedemptionRow.id).where(RedemptionRow.participant_id == participant_id)
    db.session.execute(
        sa.delete(RedemptionProxyRow)
        .where(RedemptionProxyRow.redemption_id.in_(mine))
        .execution_options(synchronize_session=False)
    )
    db.session.execute(
        sa.update(RedemptionReturnRow)
        .where(RedemptionReturnRow.redemption_id.in_(mine))
        .values(note="")
        .execution_options(synchronize_session=False)
    )


@operation
def extend(redemption: Redemption, *, expires_at: datetime, now: datetime) -> None:
    """Keep a redemption until later, once.

    :raises RedemptionAlreadyExtendedError: if it was kept longer before.
    :raises RedemptionAlreadyFulfilledError: if it was handed over.
    :raises RedemptionCancelledError: if it was cancelled.
    :raises RedemptionExpiredError: if its time is over.
    """
    extended = db.session.execute(
        sa.update(RedemptionRow)
        .where(
            RedemptionRow.id == redemption.id,
            RedemptionRow.status == RedemptionStatus.RESERVED,
            RedemptionRow.extended_at.is_(None),
        )
        # Of the new last day the owner is reminded anew.
        .values(expires_at=expires_at, extended_at=now, reminded_at=None)
        .returning(RedemptionRow.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if extended is None:
        rules.check_extendable(queries.refresh(redemption), now)


@operation
def set_slot(redemption: Redemption, slot_id: SlotId | None) -> None:
    """Write down in which slot somebody wants to collect; its place is taken by whoever calls."""
    db.session.execute(
        sa.update(RedemptionRow)
        .where(
            RedemptionRow.id == redemption.id,
            RedemptionRow.status == RedemptionStatus.RESERVED,
        )
        .values(slot_id=slot_id)
        .execution_options(synchronize_session=False)
    )


@operation
def mark_reminded(redemption: Redemption, *, now: datetime) -> bool:
    """Write down that the owner is reminded of this deadline; tell whether they were not before."""
    marked = db.session.execute(
        sa.update(RedemptionRow)
        .where(
            RedemptionRow.id == redemption.id,
            RedemptionRow.status == RedemptionStatus.RESERVED,
            RedemptionRow.expires_at == redemption.expires_at,
            RedemptionRow.reminded_at.is_(None),
        )
        .values(reminded_at=now)
        .returning(RedemptionRow.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    return marked is not None

"""Reads of what became of a redemption besides its end: its rest, its proxy, its return."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from rewards.core.db import db
from rewards.core.secrecy import vault
from rewards.participants import rules as participants

from ..models import RedemptionProxyRow, RedemptionReturnRow, RedemptionRow
from ..types import Proxy, Redemption, RedemptionId, RedemptionReturn, RedemptionStatus
from .lookups import get_redemption


def find_return(redemption_id: RedemptionId) -> RedemptionReturn | None:
    """Return what came back of a redemption, or None if nothing did."""
    return list_returns([redemption_id]).get(redemption_id)


def list_returns(redemption_ids: Sequence[RedemptionId]) -> dict[RedemptionId, RedemptionReturn]:
    """Return what came back, by the redemptions of which something did."""
    if not redemption_ids:
        return {}
    rows = db.session.execute(
        sa.select(RedemptionReturnRow.__table__).where(
            RedemptionReturnRow.redemption_id.in_(set(redemption_ids))
        )
    )
    return {
        RedemptionId(row.redemption_id): RedemptionReturn(
            kind=row.kind,
            quantity=row.quantity,
            note=row.note,
            returned_by=row.returned_by,
            returned_at=row.returned_at,
        )
        for row in rows
    }


def find_rest(redemption_id: RedemptionId) -> Redemption | None:
    """Return what went on waiting when a part of a redemption was handed over, if only a part was.

    It may have come to its own end since.
    """
    rest_id = db.session.scalar(
        sa.select(RedemptionRow.id).where(RedemptionRow.split_from == redemption_id)
    )
    return None if rest_id is None else get_redemption(RedemptionId(rest_id))


def find_proxy(redemption_id: RedemptionId) -> Proxy | None:
    """Return whom the owner named to collect for them, if they named anybody."""
    return list_proxies([redemption_id]).get(redemption_id)


def list_proxies(redemption_ids: Sequence[RedemptionId]) -> dict[RedemptionId, Proxy]:
    """Return who was named to collect, by the redemptions for which somebody was."""
    if not redemption_ids:
        return {}
    rows = db.session.execute(
        sa.select(RedemptionProxyRow.__table__).where(
            RedemptionProxyRow.redemption_id.in_(set(redemption_ids))
        )
    )
    return {RedemptionId(row.redemption_id): _open(row) for row in rows}


def _open(row: sa.Row[tuple[object, ...]]) -> Proxy:
    name = vault().decrypt(row.name_sealed)
    return Proxy(
        name=name,
        masked_name=participants.mask_name(name),
        phone_tail=vault().decrypt(row.phone_tail_sealed),
    )


def list_to_remind(*, now: datetime, until: datetime, limit: int) -> tuple[RedemptionId, ...]:
    """Return the redemptions that end *until* then and whose owners were not reminded."""
    rows = db.session.scalars(
        sa.select(RedemptionRow.id)
        .where(
            RedemptionRow.status == RedemptionStatus.RESERVED,
            RedemptionRow.expires_at > now,
            RedemptionRow.expires_at <= until,
            RedemptionRow.reminded_at.is_(None),
        )
        .order_by(RedemptionRow.expires_at, RedemptionRow.id)
        .limit(limit)
    )
    return tuple(RedemptionId(row) for row in rows)

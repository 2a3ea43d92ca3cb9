"""Reads of redemptions, with the names of what they are about."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from rewards.access.types import ParticipantId
from rewards.core.db import db
from rewards.core.errors import InvalidCursorError
from rewards.core.paging import PAGE_SIZE, Page, decode_cursor, encode_cursor
from rewards.ledger.types import HoldId
from rewards.participants import queries as participants
from rewards.participants.types import Participant
from rewards.stock import queries as stock
from rewards.stock.types import Offer, RewardId, SpaceId

from .. import rules
from ..errors import RedemptionNotFoundError
from ..models import RedemptionRow
from ..types import HandOver, Redemption, RedemptionId, RedemptionStatus

DESK_LIST_MAX = 100
# Columns that a redemption just reserved has none of yet.
LATER = (
    "wish_id",
    "collected_by",
    "reminded_at",
    "extended_at",
    "slot_id",
    "split_from",
    "returned_at",
)

_redemptions = sa.select(RedemptionRow.__table__)
_changing = sa.select(
    *(
        getattr(RedemptionRow, name)
        for name in ("quantity", "points", "status", "expires_at", "closed_at", "closed_by", *LATER)
    )
)


def get_redemption(redemption_id: RedemptionId) -> Redemption:
    """Return a redemption.

    :raises RedemptionNotFoundError: if there is none.
    """
    found = _read(_redemptions.where(RedemptionRow.id == redemption_id))
    if not found:
        raise RedemptionNotFoundError
    return found[0]


def list_by_ids(redemption_ids: Sequence[RedemptionId]) -> dict[RedemptionId, Redemption]:
    """Return those of the redemptions that there are."""
    if not redemption_ids:
        return {}
    found = _read(_redemptions.where(RedemptionRow.id.in_(set(redemption_ids))))
    return {each.id: each for each in found}


def refresh(redemption: Redemption) -> Redemption:
    """Return *redemption* in the state it is in now."""
    row = db.session.execute(_changing.where(RedemptionRow.id == redemption.id)).one()
    return replace(redemption, **row._asdict())


def find_by_code(code: str) -> Redemption | None:
    """Return the redemption with a pick-up code as people type it, whatever became of it."""
    digits = rules.read_code(code)
    if digits is None:
        return None
    found = _read(_redemptions.where(RedemptionRow.code == digits))
    return found[0] if found else None


def list_open(participant_id: ParticipantId) -> tuple[Redemption, ...]:
    """Return what a participant has reserved, the first to expire first."""
    return _read(
        _redemptions.where(
            RedemptionRow.participant_id == participant_id,
            RedemptionRow.status == RedemptionStatus.RESERVED,
        )
        .order_by(RedemptionRow.expires_at, RedemptionRow.id)
        .limit(DESK_LIST_MAX)
    )


def list_waiting(participant_id: ParticipantId) -> tuple[Redemption, ...]:
    """Return all that a participant has reserved, by where it waits."""
    return _read(
        _redemptions.where(
            RedemptionRow.participant_id == participant_id,
            RedemptionRow.status == RedemptionStatus.RESERVED,
        ).order_by(RedemptionRow.space_id, RedemptionRow.id)
    )


def list_gifts_of(participant_id: ParticipantId, *, limit: int) -> tuple[Redemption, ...]:
    """Return what a participant gave to wishes, the latest first."""
    return _read(
        _redemptions.where(
            RedemptionRow.participant_id == participant_id, RedemptionRow.wish_id.is_not(None)
        )
        .order_by(RedemptionRow.id.desc())
        .limit(limit)
    )


def list_due(space_id: SpaceId) -> tuple[Redemption, ...]:
    """Return what waits to be collected at a space, the first to expire first."""
    return _read(
        _redemptions.where(
            RedemptionRow.space_id == space_id,
            RedemptionRow.status == RedemptionStatus.RESERVED,
        )
        .order_by(RedemptionRow.expires_at, RedemptionRow.id)
        .limit(DESK_LIST_MAX)
    )


def count_due(space_ids: Sequence[SpaceId], *, expires_before: datetime | None = None) -> int:
    """Return how many redemptions wait to be collected at those spaces, or expire by a moment."""
    query = sa.select(sa.func.count()).where(
        RedemptionRow.space_id.in_(list(space_ids)),
        RedemptionRow.status == RedemptionStatus.RESERVED,
    )
    if expires_before is not None:
        query = query.where(RedemptionRow.expires_at <= expires_before)
    return int(db.session.scalar(query) or 0)


def sum_handed_over(space_ids: Sequence[SpaceId], *, since: datetime) -> int:
    """Return how many pieces were handed over at those spaces since a moment."""
    query = sa.select(sa.func.sum(RedemptionRow.quantity)).where(*_handed_over(space_ids, since))
    return int(db.session.scalar(query) or 0)


def list_handed_over(
    space_ids: Sequence[SpaceId], *, since: datetime, limit: int
) -> tuple[HandOver, ...]:
    """Return what was handed over at those spaces since a moment, the latest first."""
    rows = db.session.execute(
        sa.select(RedemptionRow.reward_id, RedemptionRow.quantity, RedemptionRow.closed_at)
        .where(*_handed_over(space_ids, since))
        .order_by(RedemptionRow.closed_at.desc(), RedemptionRow.id.desc())
        .limit(limit)
    ).all()
    offers = stock.list_offers({RewardId(row.reward_id) for row in rows})
    return tuple(
        HandOver(
            reward_name=offers[RewardId(row.reward_id)].reward.name,
            unit=offers[RewardId(row.reward_id)].reward.unit,
            quantity=row.quantity,
            at=row.closed_at,
        )
        for row in rows
    )


def page_redemptions(
    *,
    participant_id: ParticipantId | None = None,
    space_id: SpaceId | None = None,
    status: RedemptionStatus | None = None,
    cursor: str | None = None,
    limit: int = PAGE_SIZE,
) -> Page[Redemption]:
    """Return the redemptions of a participant or a space, the newest first.

    :raises InvalidCursorError: if the cursor is not one of this list.
    """
    # Ids are ordered by time.
    statement = _redemptions.order_by(RedemptionRow.id.desc()).limit(limit + 1)
    if participant_id is not None:
        statement = statement.where(RedemptionRow.participant_id == participant_id)
    if space_id is not None:
        statement = statement.where(RedemptionRow.space_id == space_id)
    if status is not None:
        statement = statement.where(RedemptionRow.status == status)
    if cursor is not None:
        statement = statement.where(RedemptionRow.id < _decode(cursor))
    found = _read(statement)
    has_more = len(found) > limit
    items = found[:limit]
    return Page(items=items, next=encode_cursor([items[-1].id.hex]) if has_more else None)


def list_overdue(*, now: datetime, limit: int) -> tuple[RedemptionId, ...]:
    """Return the redemptions whose time is over and whose points are not back yet."""
    rows = db.session.scalars(
        sa.select(RedemptionRow.id)
        .where(RedemptionRow.status == RedemptionStatus.RESERVED, RedemptionRow.expires_at <= now)
        .order_by(RedemptionRow.expires_at, RedemptionRow.id)
        .limit(limit)
    )
    return tuple(RedemptionId(row) for row in rows)


def _handed_over(
    space_ids: Sequence[SpaceId], since: datetime
) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        RedemptionRow.space_id.in_(list(space_ids)),
        RedemptionRow.status == RedemptionStatus.FULFILLED,
        RedemptionRow.closed_at >= since,
        # What came back was not handed over after all.
        RedemptionRow.returned_at.is_(None),
        # Points that somebody gave to a wish left no shelf.
        RedemptionRow.wish_id.is_(None),
    )


def build_redemption(
    values: Mapping[str, Any], *, participant: Participant, offer: Offer
) -> Redemption:
    """Return the redemption whose columns are *values*, with the names it is told by."""
    return Redemption(
        id=RedemptionId(values["id"]),
        participant_id=participant.id,
        masked_name=participant.masked_name,
        number=participant.number,
        masked_phone=participant.masked_phone,
        space_id=SpaceId(values["space_id"]),
        space_name=offer.space_name,
        space_node_id=offer.node_id,
        space_node_path=offer.node_path,
        reward_id=offer.reward.id,
        reward_name=offer.reward.name,
        unit=offer.reward.unit,
        picture=offer.reward.picture,
        picture_digest=offer.reward.picture_digest,
        quantity=values["quantity"],
        points=values["points"],
        status=values["status"],
        code=values["code"],
        hold_id=HoldId(values["hold_id"]),
        reserved_at=values["reserved_at"],
        expires_at=values["expires_at"],
        closed_at=values["closed_at"],
        closed_by=values["closed_by"],
        reserved_by=values["reserved_by"],
        **{name: values[name] for name in LATER if name in values},
    )


def _decode(cursor: str) -> UUID:
    (text,) = decode_cursor(cursor, length=1)
    try:
        return UUID(text)
    except (AttributeError, TypeError, ValueError) as error:
        raise InvalidCursorError from error


def read_redemptions(
    conditions: Sequence[sa.ColumnElement[bool]],
    *,
    order: Sequence[sa.ColumnElement[Any]],
    limit: int,
) -> tuple[Redemption, ...]:
    """Return the first redemptions of an order that meet some conditions."""
    return _read(_redemptions.where(*conditions).order_by(*order).limit(limit))


def _read(statement: sa.Select[Any]) -> tuple[Redemption, ...]:
    rows = db.session.execute(statement).all()
    return _with_names(rows) if rows else ()


def _with_names(rows: Sequence[sa.Row[*tuple[Any, ...]]]) -> tuple[Redemption, ...]:
    people = participants.list_participants({ParticipantId(row.participant_id) for row in rows})
    offers = stock.list_offers({RewardId(row.reward_id) for row in rows})
    return tuple(
        build_redemption(
            row._asdict(),
            participant=people[ParticipantId(row.participant_id)],
            offer=offers[RewardId(row.reward_id)],
        )
        for row in rows
    )

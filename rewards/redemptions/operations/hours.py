"""What redemptions do when a space changes its opening hours, in the same unit of work."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from rewards.access.types import ParticipantId
from rewards.core import clock
from rewards.core.db import db
from rewards.core.unit import operation
from rewards.ledger import operations as ledger
from rewards.ledger.types import Asset
from rewards.notices import operations as notices
from rewards.notices.types import NoticeKind
from rewards.stock import operations as stock
from rewards.stock import queries as stock_queries
from rewards.stock import rules as stock_rules
from rewards.stock.events import HoursChanged
from rewards.stock.types import Desk, Hours, SlotId, SpaceId

from ..models import RedemptionRow
from ..types import RedemptionId, RedemptionStatus

_MOMENT = timedelta(microseconds=1)


@operation
def follow_hours(event: HoursChanged) -> None:
    """Keep what was to be collected by a day that is closed now, or over, and free its slots.

    A deadline is only ever put off: who was promised a day keeps it. The space is locked
    by whoever changes its hours, so nobody reserves, asks for more time or chooses a slot
    meanwhile; who hands over, cancels or parts what waits holds the owner's account.
    """
    closed = stock_queries.list_closed_slots(event.space_id, event.at)
    moves = _list_moves(event.space_id, event.at)
    _lock_owners(event.space_id, closed, moves)
    freed = [each for slot_id in closed for each in _free_slot(slot_id)]
    moved = [each for old, new in moves.items() for each in _put_off(event.space_id, old, new)]
    _tell({*freed, *moved}, now=event.at)


def _list_moves(space_id: SpaceId, now: datetime) -> dict[datetime, datetime]:
    """Return the deadlines that are put off, the latest first: none is met again once moved."""
    zone = clock.zone()
    hours = stock_queries.get_hours(space_id, since=clock.local_date(now, zone))
    moves: dict[datetime, datetime] = {}
    deadlines = db.session.scalars(
        sa.select(RedemptionRow.expires_at)
        .where(*_waiting(space_id), RedemptionRow.expires_at > now)
        .distinct()
        .order_by(RedemptionRow.expires_at.desc())
    ).all()
    for expires_at in deadlines:
        last_day = clock.local_date(expires_at - _MOMENT, zone)
        open_day = _find_open_day(hours, last_day, now)
        if open_day is not None and open_day > last_day:
            moves[expires_at] = clock.day_bounds(open_day, zone)[1]
    return moves


def _find_open_day(hours: Hours, last_day: date, now: datetime) -> date | None:
    """Return the first day from *last_day* on that people can still collect on."""
    first = last_day
    if last_day == clock.local_date(now, clock.zone()):
        openings = stock_rules.list_openings(hours, Desk.EXCHANGE, last_day, clock.zone())
        # Open this morning, and closed early: whoever was promised the day has missed it.
        if openings and all(opening.ends_at <= now for opening in openings):
            first += timedelta(days=1)
    return stock_rules.find_open_day(hours, Desk.EXCHANGE, first)


def _lock_owners(
    space_id: SpaceId, slots: Collection[SlotId], deadlines: Collection[datetime]
) -> None:
    owners = db.session.scalars(
        sa.select(RedemptionRow.participant_id)
        .where(
            *_waiting(space_id),
            sa.or_(RedemptionRow.slot_id.in_(slots), RedemptionRow.expires_at.in_(deadlines)),
        )
        .distinct()
        .order_by(RedemptionRow.participant_id)
    ).all()
    # All accounts before any slot: who holds one of them may be leaving the slot just now.
    for participant_id in owners:
        ledger.lock_account(participant_id=ParticipantId(participant_id), asset=Asset.POINTS)


def _put_off(space_id: SpaceId, old: datetime, new: datetime) -> list[RedemptionId]:
    found = db.session.scalars(
        sa.update(RedemptionRow)
        .where(*_waiting(space_id), RedemptionRow.expires_at == old)
        # Of the new last day the owner is reminded anew.
        .values(expires_at=new, reminded_at=None)
        .returning(RedemptionRow.id)
        .execution_options(synchronize_session=False)
    )
    return [RedemptionId(each) for each in found]


def _free_slot(slot_id: SlotId) -> list[RedemptionId]:
    found = db.session.scalars(
        sa.update(RedemptionRow)
        .where(
            RedemptionRow.slot_id == slot_id,
            RedemptionRow.status == RedemptionStatus.RESERVED,
        )
        .values(slot_id=None)
        .returning(RedemptionRow.id)
        .execution_options(synchronize_session=False)
    ).all()
    for _redemption_id in found:
        stock.leave_slot(slot_id=slot_id)
    return [RedemptionId(each) for each in found]


def _tell(redemption_ids: Collection[RedemptionId], *, now: datetime) -> None:
    row = RedemptionRow
    found = db.session.execute(
        sa.select(row.id, row.participant_id, row.expires_at)
        .where(row.id.in_(redemption_ids))
        .order_by(row.id)
    ).all()
    for each in found:
        notices.notify(
            participant_id=ParticipantId(each.participant_id),
            kind=NoticeKind.REDEMPTION_DUE,
            details={
                "redemption": each.id.hex,
                "expires_at": each.expires_at.isoformat(),
                "is_moved": True,
            },
            now=now,
        )


def _waiting(space_id: SpaceId) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        RedemptionRow.space_id == space_id,
        RedemptionRow.status == RedemptionStatus.RESERVED,
    )

"""What redemptions do when a space changes its opening hours, in the same unit of work."""

from collections.abc import Collection, Iterable
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

    A deadline is only ever put off: who was promised a day keeps it.
    """
    freed = _free_slots(event.space_id, event.at)
    moved = _put_off(event.space_id, event.at)
    _tell({*freed, *moved}, now=event.at)


def _put_off(space_id: SpaceId, now: datetime) -> list[RedemptionId]:
    zone = clock.zone()
    hours = stock_queries.get_hours(space_id, since=clock.local_date(now, zone))
    moved: list[RedemptionId] = []
    deadlines = db.session.scalars(
        sa.select(RedemptionRow.expires_at)
        .where(*_waiting(space_id), RedemptionRow.expires_at > now)
        .distinct()
        .order_by(RedemptionRow.expires_at.desc())
    ).all()
    # The latest first, so that none that was put off is met again.
    for expires_at in deadlines:
        last_day = clock.local_date(expires_at - _MOMENT, zone)
        open_day = _find_open_day(hours, last_day, now)
        if open_day is not None and open_day > last_day:
            found = db.session.scalars(
                sa.update(RedemptionRow)
                .where(*_waiting(space_id), RedemptionRow.expires_at == expires_at)
                # Of the new last day the owner is reminded anew.
                .values(expires_at=clock.day_bounds(open_day, zone)[1], reminded_at=None)
                .returning(RedemptionRow.id)
                .execution_options(synchronize_session=False)
            )
            moved += map(RedemptionId, found)
    return moved


def _find_open_day(hours: Hours, last_day: date, now: datetime) -> date | None:
    """Return the first day from *last_day* on that people can still collect on."""
    first = last_day
    if last_day == clock.local_date(now, clock.zone()):
        openings = stock_rules.list_openings(hours, Desk.EXCHANGE, last_day, clock.zone())
        # Open this morning, and closed early: whoever was promised the day has missed it.
        if openings and all(opening.ends_at <= now for opening in openings):
            first += timedelta(days=1)
    return stock_rules.find_open_day(hours, Desk.EXCHANGE, first)


def _free_slots(space_id: SpaceId, now: datetime) -> list[RedemptionId]:
    closed = stock_queries.list_closed_slots(space_id, now)
    owners = db.session.scalars(
        sa.select(RedemptionRow.participant_id)
        .where(*_waiting(space_id), RedemptionRow.slot_id.in_(closed))
        .distinct()
        .order_by(RedemptionRow.participant_id)
    ).all()
    # All accounts before any slot: who holds one of them may be leaving the slot just now.
    for participant_id in owners:
        ledger.lock_account(participant_id=ParticipantId(participant_id), asset=Asset.POINTS)
    return [redemption_id for slot_id in closed for redemption_id in _free_slot(slot_id, owners)]


def _free_slot(slot_id: SlotId, owners: Iterable[object]) -> list[RedemptionId]:
    found = db.session.scalars(
        sa.update(RedemptionRow)
        .where(
            RedemptionRow.slot_id == slot_id,
            RedemptionRow.status == RedemptionStatus.RESERVED,
            RedemptionRow.participant_id.in_(list(owners)),
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

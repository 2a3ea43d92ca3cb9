"""Taking a check-in or check-out back that was a mistake, at once and as a whole."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from rewards.access.types import Actor
from rewards.activities import operations as seats
from rewards.activities.types import Occasion
from rewards.core.db import db, table_of
from rewards.core.ids import new_id
from rewards.core.unit import operation
from rewards.earning import operations as earning
from rewards.ledger import operations as ledger
from rewards.ledger import queries as books
from rewards.ledger.types import Asset, Entry, Reversal
from rewards.notices import operations as notices
from rewards.notices.types import NoticeKind
from rewards.signups import operations as signups

from .. import queries, rules
from ..errors import AttendanceSettledError
from ..models import CheckInRow
from ..types import AttendanceState, CheckInId, Receipt
from .holding import check_elsewhere
from .reviewing import refuse_waiting

_check_ins = table_of(CheckInRow)
# What one that is opened again has of the one before; the scan stays used up by that one.
_KEPT = (
    "occasion_id",
    "participant_id",
    "checked_in_at",
    "channel",
    "recorded_by",
    "recorded_at",
    "device",
    "utc_offset",
    "gate",
    "is_offline",
)


@operation
def undo_check_in(*, actor: Actor, occasion: Occasion, receipt: Receipt, now: datetime) -> Receipt:
    """Take a check-in back with all that it gave; one that was undone before stays as it is.

    The place at the occasion is free again, and the person can be checked in again.

    :raises AttendanceSettledError: if some of what it gave was taken back by hand.
    :raises BooksFrozenError: if it gave something and the books are frozen.
    """
    ledger.lock_account(participant_id=receipt.participant_id, asset=Asset.POINTS)
    if not take_back(actor, occasion, receipt, now=now):
        return queries.get_receipt(receipt.check_in_id)
    # Last: the row of a full house is the one that everybody waits for.
    if not signups.undo_arrival(occasion, receipt.participant_id, now=now):
        seats.free_seat(occasion.id)
        if occasion.takes_sign_ups:
            signups.move_up(occasion.id, now=now)
    return queries.get_receipt(receipt.check_in_id, is_new=True)


@operation
def undo_check_out(*, actor: Actor, occasion: Occasion, receipt: Receipt, now: datetime) -> Receipt:
    """Let somebody be there still who was checked out by mistake; return that attendance.

    :raises AttendanceSettledError: if some of what it gave was taken back by hand.
    :raises BooksFrozenError: if the check-out gave something and the books are frozen.
    :raises OverlappingCheckInError: if the person has gone on to something else.
    """
    ledger.lock_account(participant_id=receipt.participant_id, asset=Asset.POINTS)
    if not take_back(actor, occasion, receipt, now=now):
        opened = queries.find_receipt(
            occasion_id=occasion.id, participant_id=receipt.participant_id
        )
        return opened or queries.get_receipt(receipt.check_in_id)
    span = rules.attended_span(occasion, checked_in_at=receipt.checked_in_at)
    check_elsewhere(receipt.participant_id, span)
    opened_id = CheckInId(new_id())
    values = copy_proof(receipt.check_in_id) | {
        "id": opened_id,
        "renewal": receipt.renewal + 1,
        "state": AttendanceState.OPEN,
        "attended_from": span.start,
        "attended_until": span.end,
        "note": "",
        "awards": [],
    }
    db.session.execute(sa.insert(_check_ins).values(values))
    return queries.get_receipt(opened_id, is_new=True)


def copy_proof(check_in_id: CheckInId) -> dict[str, Any]:
    """Return what shows that somebody came, for an attendance that takes another's place."""
    proof = sa.select(*(_check_ins.c[name] for name in _KEPT))
    return db.session.execute(proof.where(_check_ins.c.id == check_in_id)).one()._asdict()


def take_back(
    actor: Actor, occasion: Occasion, receipt: Receipt, *, tells: bool = True, now: datetime
) -> bool:
    """Undo an attendance and reverse what it gave; tell whether that was still to be done.

    With *tells* the participant has a notice of each entry.

    :raises AttendanceSettledError: if some of it was taken back by hand.
    """
    if books.has_reversed(receipt.check_in_id, participant_id=receipt.participant_id):
        _check_untouched(receipt)
    is_undone = db.session.execute(
        sa.update(_check_ins)
        .where(
            _check_ins.c.id == receipt.check_in_id,
            _check_ins.c.state != AttendanceState.UNDONE,
        )
        .values(
            state=AttendanceState.UNDONE,
            checked_out_at=None,
            minutes=0,
            attended_from=None,
            attended_until=None,
            counted_minutes=None,
            counted_on=None,
            awards=[],
            closed_by=actor.principal,
            closed_at=now,
        )
        .returning(_check_ins.c.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if is_undone is None:
        return False
    # What waits for the books to be right again is not due any more.
    earning.settle_withheld(source_id=receipt.check_in_id, now=now)
    refuse_waiting(receipt.check_in_id, actor=actor, node_id=occasion.node_id, details={}, now=now)
    # Points before minutes, as whoever credits them does.
    for entry in books.list_standing(receipt.check_in_id, participant_id=receipt.participant_id):
        done = ledger.reverse_entry(
            entry_id=entry.id, source_id=receipt.check_in_id, actor=actor, now=now
        )
        if tells:
            _tell(entry, done, now=now)
    return True


def _check_untouched(receipt: Receipt) -> None:
    # Undone before, that is no news; else somebody has decided that it was wrong.
    if queries.get_receipt(receipt.check_in_id).state is not AttendanceState.UNDONE:
        raise AttendanceSettledError(state="reversed")


def _tell(entry: Entry, done: Reversal, *, now: datetime) -> None:
    unit = "points" if entry.asset is Asset.POINTS else "minutes"
    details: dict[str, Any] = {
        unit: entry.amount,
        "day": entry.business_date.isoformat(),
        "debt": done.debt,
        "entry": str(done.entry_id),
    }
    notices.notify(
        participant_id=entry.participant_id,
        kind=NoticeKind.ENTRY_REVERSED,
        details=details,
        key=entry.id.hex,
        now=now,
    )

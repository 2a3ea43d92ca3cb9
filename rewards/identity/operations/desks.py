"""The digits by which several clerks share one tablet."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from rewards.access.types import StaffId
from rewards.core.db import db, insert
from rewards.core.ids import new_id
from rewards.core.secrecy import hash_token
from rewards.core.unit import operation

from .. import rules
from ..errors import PinEndedError, WrongPinError
from ..models import StaffPinRow
from ..types import KeptPin


@operation
def keep_pin(
    *, tablet: str, staff_id: StaffId, pin_hash: str, expires_at: datetime, now: datetime
) -> None:
    """Keep the digits of a staff member on a tablet, in place of those set there before."""
    # What ended by itself is of no use to anybody.
    db.session.execute(sa.delete(StaffPinRow).where(StaffPinRow.expires_at <= now))
    values = {
        "pin_hash": pin_hash,
        "failures": 0,
        "set_at": now,
        "expires_at": expires_at,
        "ended_at": None,
    }
    statement = insert(StaffPinRow).values(
        id=new_id(), tablet_hash=hash_token(tablet), staff_id=staff_id, **values
    )
    db.session.execute(
        statement.on_conflict_do_update(index_elements=["tablet_hash", "staff_id"], set_=values)
    )


@operation
def judge_pin(
    *, pin: KeptPin, is_right: bool, now: datetime
) -> WrongPinError | PinEndedError | datetime:
    """Decide a try whose digits were compared already, and count it if it failed.

    Returns until when the digits count; or the refusal, not raised, so that
    the count is committed. The comparison is slow on purpose and holds no lock.
    """
    row = db.session.execute(
        sa.select(
            StaffPinRow.pin_hash,
            StaffPinRow.failures,
            StaffPinRow.expires_at,
            StaffPinRow.ended_at,
        )
        .where(StaffPinRow.id == pin.id)
        .with_for_update()
    ).one_or_none()
    if row is None or row.ended_at is not None or row.expires_at <= now:
        return PinEndedError()
    if row.pin_hash != pin.pin_hash:
        return PinEndedError()
    if is_right:
        # The wrong ones before stay counted: whoever guesses would wait for a right one.
        return row.expires_at  # type: ignore[no-any-return]
    tries_left = rules.PIN_FAILURES_MAX - row.failures - 1
    _write(pin.id, failures=row.failures + 1, ended_at=None if tries_left else now)
    return WrongPinError(tries_left=tries_left) if tries_left else PinEndedError()


@operation
def end_pins(*, staff_id: StaffId, tablet: str | None = None, now: datetime) -> None:
    """End the digits of a staff member, on one tablet or on all."""
    statement = sa.update(StaffPinRow).where(
        StaffPinRow.staff_id == staff_id, StaffPinRow.ended_at.is_(None)
    )
    if tablet is not None:
        statement = statement.where(StaffPinRow.tablet_hash == hash_token(tablet))
    db.session.execute(statement.values(ended_at=now))


def _write(pin_id: UUID, **values: object) -> None:
    db.session.execute(sa.update(StaffPinRow).where(StaffPinRow.id == pin_id).values(**values))

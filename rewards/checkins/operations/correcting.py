"""Putting right when somebody came and left, after that was written down."""

from datetime import datetime

import sqlalchemy as sa

from rewards.access.types import Actor
from rewards.activities.types import Occasion
from rewards.core import clock
from rewards.core.db import db, table_of
from rewards.core.ids import new_id
from rewards.core.unit import operation
from rewards.earning import queries as earning
from rewards.earning import rules as earning_rules
from rewards.ledger import operations as ledger
from rewards.ledger.types import Asset
from rewards.notices import operations as notices
from rewards.notices.types import NoticeKind

from .. import queries, rules
from ..errors import AttendanceSettledError
from ..models import CheckInRow
from ..types import AttendanceState, CheckInId, Receipt
from .crediting import credit
from .holding import check_account_open, check_elsewhere
from .undoing import copy_proof, take_back

_CLOSED = (AttendanceState.COUNTED, AttendanceState.CONFIRMED)


@operation
def correct(
    *,
    actor: Actor,
    occasion: Occasion,
    receipt: Receipt,
    came_at: datetime,
    left_at: datetime,
    verified: frozenset[str] = frozenset(),
    reason: str,
    now: datetime,
) -> Receipt:
    """Credit an attendance anew from *came_at* to *left_at*; what it gave before is taken back.

    It is judged as it was at first: by the rules of then, with what staff had made sure of,
    to which comes what is *verified* only now.

    :raises AttendanceSettledError: if it is not closed, or was put right, taken back or declined.
    :raises LeavingTimeError: if nobody can have come and left then.
    :raises AccountClosedError: if the participant's account is closed.
    :raises OverlappingCheckInError: if the participant was elsewhere at the same time.
    :raises BooksFrozenError: if it gave something and the books are frozen.
    """
    ledger.lock_account(participant_id=receipt.participant_id, asset=Asset.POINTS)
    receipt = queries.get_receipt(receipt.check_in_id)
    if receipt.state not in _CLOSED or receipt.checked_out_at is None:
        raise AttendanceSettledError(state=receipt.state.value)
    is_new_time = (came_at, left_at) != (receipt.checked_in_at, receipt.checked_out_at)
    if not is_new_time and verified.isdisjoint(earning_rules.list_unverified(receipt.awards)):
        return receipt
    check_account_open(receipt.participant_id)
    rules.check_stay(occasion, came_at=came_at, left_at=left_at, now=now)
    take_back(actor, occasion, receipt, tells=False, now=now)
    corrected_id, points = _credit_anew(
        actor,
        occasion,
        receipt,
        came_at=came_at,
        left_at=left_at,
        verified=verified | _list_verified(receipt),
        reason=reason,
        now=now,
    )
    corrected = queries.get_receipt(corrected_id, is_new=True)
    notices.notify(
        participant_id=receipt.participant_id,
        kind=NoticeKind.HOURS_CORRECTED,
        details={
            "day": clock.local_date(occasion.starts_at, clock.zone()).isoformat(),
            "minutes": corrected.minutes or 0,
            "points": points,
        },
        key=corrected_id.hex,
        now=now,
    )
    return corrected


def _credit_anew(
    actor: Actor,
    occasion: Occasion,
    before: Receipt,
    *,
    came_at: datetime,
    left_at: datetime,
    verified: frozenset[str],
    reason: str,
    now: datetime,
) -> tuple[CheckInId, int]:
    # As it is after what the attendance gave was taken back.
    account = ledger.lock_account(participant_id=before.participant_id, asset=Asset.POINTS)
    span = rules.attended_span(occasion, checked_in_at=came_at, checked_out_at=left_at)
    check_elsewhere(before.participant_id, span)
    corrected_id, renewal = CheckInId(new_id()), before.renewal + 1
    credited, kept = credit(
        participant_id=before.participant_id,
        occasion=occasion,
        check_in_id=corrected_id,
        minutes=span.minutes,
        account=account,
        actor=actor,
        occurred_at=left_at,
        verified=verified,
        renewal=renewal,
        # What was given does not change with the rules, only with the times.
        rule_set=earning.read_rule_set(before.ruled_at or now),
        now=now,
    )
    values = copy_proof(before.check_in_id) | {
        "id": corrected_id,
        "renewal": renewal,
        "checked_in_at": came_at,
        "checked_out_at": left_at,
        "minutes": span.minutes,
        "state": AttendanceState.CONFIRMED,
        "attended_from": span.start,
        "attended_until": span.end,
        "closed_by": actor.principal,
        "closed_at": now,
        "ruled_at": before.ruled_at,
        "note": reason,
        **kept,
    }
    db.session.execute(sa.insert(table_of(CheckInRow)).values(values))
    return corrected_id, credited.points


def _list_verified(receipt: Receipt) -> frozenset[str]:
    # Of what waits for frozen books there are no awards yet.
    waiting = earning.find_verified(receipt.check_in_id)
    return waiting | earning_rules.list_verified(receipt.awards)

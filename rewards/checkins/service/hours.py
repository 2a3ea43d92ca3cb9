"""What the leader says of those who did not check out."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from rewards.access import operations as audit_trail
from rewards.access import rules as access
from rewards.access.types import Actor, Verb
from rewards.activities import queries as activities
from rewards.activities.types import Occasion
from rewards.core.unit import use_case

from .. import operations, queries, rules
from ..errors import OwnHoursError
from ..types import CheckInId, Receipt
from .undoing import audit_renewed, audit_undone

LAPSED_AT_ONCE = 200


@use_case
def confirm_hours(
    *,
    actor: Actor,
    check_in_id: CheckInId,
    left_at: datetime | None = None,
    verified: Collection[str] = (),
    now: datetime,
) -> Receipt:
    """Confirm when somebody left who did not check out; without a time, at the scheduled end.

    *verified* names what the leader made sure of, such as "qualification".

    :raises AttendanceNotFoundError: if there is no such attendance.
    :raises NotAllowedError: if the actor may not confirm hours there.
    :raises OwnHoursError: if the actor is that person.
    :raises AttendanceSettledError: if it was declined or has lapsed.
    :raises NotPendingError: if people can still check out.
    :raises ConfirmClosedError: if the time for it has passed.
    :raises LeavingTimeError: if nobody who came can have left then.
    """
    occasion, receipt = _get(actor, check_in_id)
    confirmed = operations.confirm(
        actor=actor,
        occasion=occasion,
        receipt=receipt,
        left_at=left_at or occasion.ends_at,
        verified=frozenset(verified),
        now=now,
    )
    details = {"minutes": confirmed.minutes, "points": confirmed.points, **_said(verified)}
    _audit(actor, "attendance.confirmed", occasion, confirmed, details, now=now)
    return confirmed


@use_case
def decline_hours(*, actor: Actor, check_in_id: CheckInId, reason: str, now: datetime) -> Receipt:
    """Let nothing count for somebody who did not check out.

    :raises AttendanceNotFoundError: if there is no such attendance.
    :raises NotAllowedError: if the actor may not confirm hours there.
    :raises OwnHoursError: if the actor is that person.
    :raises HoursReasonError: if no reason is given.
    :raises AttendanceSettledError: if it was closed in another way.
    :raises NotPendingError: if people can still check out.
    :raises ConfirmClosedError: if the time for it has passed.
    """
    occasion, receipt = _get(actor, check_in_id)
    declined = operations.decline(
        actor=actor,
        occasion=occasion,
        receipt=receipt,
        reason=rules.normalize_reason(reason),
        now=now,
    )
    _audit(actor, "attendance.declined", occasion, declined, {}, now=now)
    return declined


def end_attendance(
    *,
    actor: Actor,
    check_in_id: CheckInId,
    left_at: datetime | None = None,
    verified: Collection[str] = (),
    now: datetime,
) -> Receipt:
    """Say when somebody left who is still there by the record, during a shift or days after it.

    Without a time, that is the scheduled end, or now before it. *verified* names what the
    leader made sure of.

    :raises AttendanceNotFoundError: if there is no such attendance.
    :raises NotAllowedError: if the actor may not confirm hours there.
    :raises OwnHoursError: if the actor is that person.
    :raises AttendanceSettledError: if it was declined or has lapsed.
    :raises ConfirmClosedError: if the time for it has passed.
    :raises LeavingTimeError: if nobody who came can have left then.
    """
    occasion = activities.get_occasion(queries.get_receipt(check_in_id).occasion_id)
    is_late = now > rules.pending_since(occasion)
    end = confirm_hours if is_late else check_out_at
    return end(actor=actor, check_in_id=check_in_id, left_at=left_at, verified=verified, now=now)


@use_case
def check_out_at(
    *,
    actor: Actor,
    check_in_id: CheckInId,
    left_at: datetime | None = None,
    verified: Collection[str] = (),
    now: datetime,
) -> Receipt:
    """Check somebody out who left at a time that the leader saw; without one, now or at the end.

    *verified* names what the leader made sure of.

    :raises AttendanceNotFoundError: if there is no such attendance.
    :raises NotAllowedError: if the actor may not confirm hours there.
    :raises OwnHoursError: if the actor is that person.
    :raises AccountClosedError: if the participant's account is closed.
    :raises LeavingTimeError: if nobody who came can have left then.
    :raises CheckOutClosedError: if check-out has closed.
    """
    occasion, receipt = _get(actor, check_in_id)
    rules.check_out_open(occasion, at=now, by_staff=True)
    operations.check_account_open(receipt.participant_id)
    latest = min(now, occasion.ends_at)
    # Whoever came early is not sent off before they came.
    left_at = left_at or max(latest, receipt.checked_in_at)
    rules.check_stay(occasion, came_at=receipt.checked_in_at, left_at=left_at, now=now)
    left = operations.check_out(
        actor=actor,
        occasion=occasion,
        participant_id=receipt.participant_id,
        at=left_at,
        verified=frozenset(verified),
        now=now,
    )
    details = {"points": left.points, "is_new": left.is_new, "left_at": left_at.isoformat()}
    details |= _said(verified)
    _audit(actor, "check_out.entered", occasion, left, details, now=now)
    return left


@use_case
def correct_hours(
    *,
    actor: Actor,
    check_in_id: CheckInId,
    came_at: datetime | None = None,
    left_at: datetime | None = None,
    verified: Collection[str] = (),
    reason: str,
    now: datetime,
) -> Receipt:
    """Put right when somebody came or left; what the attendance gave is credited anew.

    It is judged as it was at first; *verified* names what was made sure of only now.

    :raises AttendanceNotFoundError: if there is no such attendance.
    :raises NotAllowedError: if the actor may not confirm hours there.
    :raises OwnHoursError: if the actor is that person.
    :raises HoursReasonError: if no reason is given.
    :raises NoCheckOutError: if the occasion needs no check-out.
    :raises ConfirmClosedError: if the seven days for it have passed.
    :raises AttendanceSettledError: if it is not closed, or was taken back or declined.
    :raises LeavingTimeError: if nobody can have come and left then.
    :raises OverlappingCheckInError: if the participant was elsewhere at the same time.
    :raises BooksFrozenError: if it gave something and the books are frozen.
    """
    occasion, receipt = _get(actor, check_in_id)
    note = rules.normalize_reason(reason)
    rules.check_correctable(occasion, now=now)
    corrected = operations.correct(
        actor=actor,
        occasion=occasion,
        receipt=receipt,
        came_at=came_at or receipt.checked_in_at,
        left_at=left_at or receipt.checked_out_at or occasion.ends_at,
        verified=frozenset(verified),
        reason=note,
        now=now,
    )
    if corrected.is_new:
        details = {"minutes": corrected.minutes, "points": corrected.points, **_said(verified)}
        audit_undone(actor, occasion, receipt, what="times", now=now)
        audit_renewed(actor, occasion, receipt, corrected, now=now)
        _audit(actor, "attendance.confirmed", occasion, corrected, details, now=now)
    return corrected


@use_case
def lapse_due(*, now: datetime, limit: int = LAPSED_AT_ONCE) -> int:
    """Let nothing count where nobody confirmed in time, the oldest first; return how many."""
    return operations.lapse(ids=queries.list_lapsing(now=now, limit=limit), now=now)


@use_case
def erase_words(*, now: datetime) -> int:
    """Erase reasons and evidence about participants who closed their account; return how many."""
    return operations.erase_words(now=now)


def _get(actor: Actor, check_in_id: CheckInId) -> tuple[Occasion, Receipt]:
    receipt = queries.get_receipt(check_in_id)
    occasion = activities.get_occasion(receipt.occasion_id)
    access.authorize(actor, Verb.CONFIRM_HOURS, occasion.node_path)
    if access.is_self(actor, receipt.participant_id):
        raise OwnHoursError
    return occasion, receipt


def _said(verified: Collection[str]) -> dict[str, Any]:
    return {"verified": sorted(verified)} if verified else {}


def _audit(
    actor: Actor,
    action: str,
    occasion: Occasion,
    receipt: Receipt,
    details: dict[str, Any],
    *,
    now: datetime,
) -> None:
    if not receipt.is_new:
        return
    audit_trail.audit(
        actor=actor,
        action=action,
        node_id=occasion.node_id,
        subject=f"check_in:{receipt.check_in_id.hex}",
        details=details,
        now=now,
    )

"""Taking a mistake back at once."""

from datetime import datetime

from rewards.access import operations as audit_trail
from rewards.access import rules as access
from rewards.access.types import Actor, Verb
from rewards.activities import queries as activities
from rewards.activities.types import Occasion
from rewards.core.unit import use_case

from .. import operations, queries, rules
from ..errors import OwnHoursError
from ..types import CheckInId, Receipt

ACTION = "attendance.undone"
BY_STAFF = "staff:"


@use_case
def undo_check_in(*, actor: Actor, check_in_id: CheckInId, now: datetime) -> Receipt:
    """Undo a check-in within 15 minutes, by whoever entered it: a second time changes nothing.

    Points, minutes, the place and the boards are as before, and the person can be checked in
    again.

    :raises AttendanceNotFoundError: if there is no such check-in.
    :raises NotAllowedError: if the actor may not check people in there any more.
    :raises OwnHoursError: if it is the actor's own.
    :raises UndoNotOwnError: if the actor did not enter it.
    :raises UndoTooLateError: if more than 15 minutes have passed.
    :raises AttendanceSettledError: if some of what it gave was taken back by hand.
    :raises BooksFrozenError: if it gave something and the books are frozen.
    """
    occasion, receipt = _get(actor, check_in_id)
    rules.check_undoable(actor, by=receipt.recorded_by, at=receipt.recorded_at, now=now)
    undone = operations.undo_check_in(actor=actor, occasion=occasion, receipt=receipt, now=now)
    if undone.is_new:
        audit_undone(actor, occasion, receipt, what="check_in", now=now)
    return undone


@use_case
def undo_check_out(*, actor: Actor, check_in_id: CheckInId, now: datetime) -> Receipt:
    """Undo a check-out within 15 minutes, by whoever entered it: the person is there still.

    :raises AttendanceNotFoundError: if there is no such attendance.
    :raises NotAllowedError: if the actor may not check people in and out there any more.
    :raises OwnHoursError: if it is the actor's own.
    :raises UndoNotOwnError: if the actor did not enter the check-out.
    :raises UndoTooLateError: if more than 15 minutes have passed.
    :raises NotCheckedOutError: if the person is there still.
    :raises AttendanceSettledError: if some of what it gave was taken back by hand.
    :raises OverlappingCheckInError: if the person has gone on to something else.
    :raises BooksFrozenError: if it gave something and the books are frozen.
    """
    occasion, receipt = _get(actor, check_in_id)
    rules.check_checked_out(receipt)
    rules.check_undoable(actor, by=receipt.closed_by or "", at=receipt.closed_at, now=now)
    opened = operations.undo_check_out(actor=actor, occasion=occasion, receipt=receipt, now=now)
    if opened.is_new:
        audit_undone(actor, occasion, receipt, what="check_out", now=now)
        audit_renewed(actor, occasion, receipt, opened, now=now)
    return opened


def audit_renewed(
    actor: Actor, occasion: Occasion, before: Receipt, after: Receipt, *, now: datetime
) -> None:
    """Write down that an attendance took another's place, where staff had entered that one."""
    if before.recorded_by.startswith(BY_STAFF):
        audit_trail.audit(
            actor=actor,
            action="check_in.entered",
            node_id=occasion.node_id,
            subject=f"check_in:{after.check_in_id.hex}",
            details={"instead_of": before.check_in_id.hex},
            now=now,
        )


def _get(actor: Actor, check_in_id: CheckInId) -> tuple[Occasion, Receipt]:
    receipt = queries.get_receipt(check_in_id)
    occasion = activities.get_occasion(receipt.occasion_id)
    access.authorize(actor, Verb.CHECK_IN, occasion.node_path)
    if access.is_self(actor, receipt.participant_id):
        raise OwnHoursError
    return occasion, receipt


def audit_undone(
    actor: Actor, occasion: Occasion, receipt: Receipt, *, what: str, now: datetime
) -> None:
    """Write down what was undone: a check-in, a check-out, or the times of an attendance."""
    audit_trail.audit(
        actor=actor,
        action=ACTION,
        node_id=occasion.node_id,
        subject=f"check_in:{receipt.check_in_id.hex}",
        details={
            "what": what,
            "state": receipt.state.value,
            "points": receipt.points,
            "minutes": receipt.minutes,
        },
        now=now,
    )

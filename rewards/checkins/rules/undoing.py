"""What a mistake can still be undone of at once."""

from datetime import datetime, timedelta

from rewards.access.types import Actor

from ..errors import NotCheckedOutError, UndoNotOwnError, UndoTooLateError
from ..types import AttendanceState, Receipt

UNDO_SPAN = timedelta(minutes=15)


def check_undoable(actor: Actor, *, by: str, at: datetime | None, now: datetime) -> None:
    """Check that *actor* may undo now what *by* entered at the moment *at*.

    :raises UndoNotOwnError: if somebody else entered it.
    :raises UndoTooLateError: if more than 15 minutes have passed.
    """
    if at is None or by != actor.principal:
        raise UndoNotOwnError
    if now - at > UNDO_SPAN:
        raise UndoTooLateError(closed_at=(at + UNDO_SPAN).isoformat())


def check_checked_out(receipt: Receipt) -> None:
    """Check that somebody has left, or that this was undone before.

    :raises NotCheckedOutError: if they are there still.
    """
    if receipt.checked_out_at is None and receipt.state is not AttendanceState.UNDONE:
        raise NotCheckedOutError


def undo_until(receipt: Receipt, *, principal: str) -> datetime | None:
    """Return until when *principal* may undo the check-in of *receipt*; None: not at all."""
    is_own = receipt.recorded_by == principal and receipt.state is not AttendanceState.UNDONE
    return receipt.recorded_at + UNDO_SPAN if is_own and receipt.recorded_at else None

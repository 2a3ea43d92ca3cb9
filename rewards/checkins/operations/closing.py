"""What becomes of attendance that nobody checked out of."""

from collections.abc import Sequence
from datetime import datetime

from rewards.access.types import Actor, SystemActor
from rewards.activities import queries as activities
from rewards.activities.types import Occasion, OccasionId
from rewards.core import clock, unit
from rewards.core.unit import operation
from rewards.ledger import operations as ledger
from rewards.ledger.types import Asset
from rewards.notices import operations as notices
from rewards.notices.types import NoticeKind

from .. import queries, rules
from ..errors import AttendanceSettledError
from ..events import CheckedOut
from ..types import AttendanceState, CheckInId, Receipt
from .crediting import credit
from .holding import check_account_open, check_elsewhere, clip_extension, close

_GIVES_NOTHING = {"minutes": 0, "attended_from": None, "attended_until": None}


@operation
def confirm(
    *,
    actor: Actor,
    occasion: Occasion,
    receipt: Receipt,
    left_at: datetime,
    verified: frozenset[str] = frozenset(),
    now: datetime,
) -> Receipt:
    """Credit an attendance that nobody closed up to *left_at*; once it is done it stays.

    *verified* is what staff made sure of.

    :raises AttendanceSettledError: if it was declined or has lapsed.
    :raises NotPendingError: if people can still check out, or need not.
    :raises ConfirmClosedError: if the time for it has passed.
    :raises LeavingTimeError: if nobody who came can have left then.
    :raises AccountClosedError: if the participant's account is closed.
    :raises OverlappingCheckInError: if the participant was elsewhere at the same time.
    """
    account = ledger.lock_account(participant_id=receipt.participant_id, asset=Asset.POINTS)
    receipt = queries.get_receipt(receipt.check_in_id)
    if receipt.checked_out_at is not None:
        return receipt
    _check_open(receipt)
    check_account_open(receipt.participant_id)
    rules.check_confirmable(occasion, now=now)
    came_at = receipt.checked_in_at
    rules.check_leaving_time(occasion, checked_in_at=came_at, left_at=left_at)
    span = rules.attended_span(occasion, checked_in_at=came_at, checked_out_at=left_at)
    span = clip_extension(receipt, span)
    check_elsewhere(receipt.participant_id, span, apart_from=receipt.check_in_id)
    _, kept = credit(
        participant_id=receipt.participant_id,
        occasion=occasion,
        check_in_id=receipt.check_in_id,
        minutes=span.minutes,
        account=account,
        actor=actor,
        occurred_at=left_at,
        verified=verified,
        renewal=receipt.renewal,
        now=now,
    )
    close(
        receipt.check_in_id,
        {
            "state": AttendanceState.CONFIRMED,
            "checked_out_at": left_at,
            "minutes": span.minutes,
            "attended_from": span.start,
            "attended_until": span.end,
            "closed_by": actor.principal,
            "closed_at": now,
            **kept,
        },
    )
    notices.notify(
        participant_id=receipt.participant_id,
        kind=NoticeKind.HOURS_CONFIRMED,
        details={"day": _day(occasion), "minutes": span.minutes},
        key=receipt.check_in_id.hex,
        now=now,
    )
    unit.record(CheckedOut(check_in_id=receipt.check_in_id, occasion_id=occasion.id))
    return queries.get_receipt(receipt.check_in_id, is_new=True)


@operation
def decline(
    *, actor: Actor, occasion: Occasion, receipt: Receipt, reason: str, now: datetime
) -> Receipt:
    """Let nothing count of an attendance that nobody closed; once it is done it stays.

    :raises AttendanceSettledError: if it was closed in another way.
    :raises NotPendingError: if people can still check out, or need not.
    :raises ConfirmClosedError: if the time for it has passed.
    """
    ledger.lock_account(participant_id=receipt.participant_id, asset=Asset.POINTS)
    receipt = queries.get_receipt(receipt.check_in_id)
    if receipt.state is AttendanceState.DECLINED:
        return receipt
    _check_open(receipt)
    rules.check_confirmable(occasion, now=now)
    close(
        receipt.check_in_id,
        {
            **_GIVES_NOTHING,
            "state": AttendanceState.DECLINED,
            "closed_by": actor.principal,
            "closed_at": now,
            "note": reason,
        },
    )
    _tell_nothing_counts(receipt, occasion, now=now)
    return queries.get_receipt(receipt.check_in_id, is_new=True)


@operation
def lapse(*, ids: Sequence[CheckInId], now: datetime) -> int:
    """Let nothing count of those attendances, for nobody confirmed them in time; return how many.

    One that was closed meanwhile stays as it is.
    """
    receipts = [queries.get_receipt(each) for each in ids]
    occasions = activities.list_by_ids([OccasionId(each.occasion_id) for each in receipts])
    lapsed = 0
    # Whoever confirms one now holds the account until that is written down.
    for receipt in sorted(receipts, key=lambda each: (each.participant_id, each.check_in_id)):
        ledger.lock_account(participant_id=receipt.participant_id, asset=Asset.POINTS)
        if queries.get_receipt(receipt.check_in_id).state is not AttendanceState.OPEN:
            continue
        close(
            receipt.check_in_id,
            {
                **_GIVES_NOTHING,
                "state": AttendanceState.LAPSED,
                "closed_by": SystemActor().principal,
                "closed_at": now,
            },
        )
        _tell_nothing_counts(receipt, occasions[receipt.occasion_id], now=now)
        lapsed += 1
    return lapsed


def _check_open(receipt: Receipt) -> None:
    if receipt.state is not AttendanceState.OPEN:
        raise AttendanceSettledError(state=receipt.state.value)


def _tell_nothing_counts(receipt: Receipt, occasion: Occasion, *, now: datetime) -> None:
    notices.notify(
        participant_id=receipt.participant_id,
        kind=NoticeKind.HOURS_DECLINED,
        details={"day": _day(occasion)},
        key=receipt.check_in_id.hex,
        now=now,
    )


def _day(occasion: Occasion) -> str:
    return clock.local_date(occasion.starts_at, clock.zone()).isoformat()

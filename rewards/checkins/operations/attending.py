"""Checking in and out."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from rewards.access.types import Actor, ParticipantActor, ParticipantId
from rewards.activities import operations as seats
from rewards.activities.errors import OccasionCancelledError
from rewards.activities.types import Occasion
from rewards.core import unit
from rewards.core.db import constraint_of, db, table_of
from rewards.core.ids import new_id
from rewards.core.unit import operation
from rewards.earning.types import Credit
from rewards.ledger import operations as ledger
from rewards.ledger.errors import AlreadyCreditedError
from rewards.ledger.types import Asset
from rewards.participants.errors import ParticipantClosedError
from rewards.signups import operations as signups
from rewards.stock import queries as stock

from .. import queries, rules
from ..errors import (
    AccountClosedError,
    AttendanceSettledError,
    NotCheckedInError,
    OverlappingCheckInError,
    TicketUsedError,
    ZoneClosedError,
)
from ..events import CheckedIn, CheckedOut
from ..models import CheckInRow
from ..types import (
    NO_EVIDENCE,
    AttendanceState,
    CheckInChannel,
    CheckInId,
    Evidence,
    Receipt,
    Span,
)
from .crediting import credit
from .holding import NO_OVERLAP, check_account_open, check_elsewhere, clip_extension, close
from .receipts import came, left

# And its guard against counting by a check-in and by hours that were filled in.
COUNTED_ONCE = "counted_once"

_insert_check_in = sa.insert(table_of(CheckInRow))


@operation
def check_in(
    *,
    actor: Actor,
    occasion: Occasion,
    participant_id: ParticipantId,
    at: datetime,
    channel: CheckInChannel,
    ticket: str | None,
    evidence: Evidence = NO_EVIDENCE,
    now: datetime,
) -> Receipt:
    """Check a participant in; one who is in already gets the first receipt again.

    :raises CheckInNotOpenError: if check-in opens later than *at*.
    :raises CheckInClosedError: if it had closed by then.
    :raises OccasionCancelledError: if the occasion was cancelled.
    :raises AccountClosedError: if the participant's account is closed.
    :raises ZoneClosedError: if the zone that it is held in is closed.
    :raises OverlappingCheckInError: if the participant is still checked in elsewhere.
    :raises AlreadyCreditedError: if hours of the occasion were filled in, where nobody checks out.
    :raises OccasionFullError: if every place is taken.
    :raises StillWaitingError: if every place is kept, and the participant waits in line for one.
    :raises TicketUsedError: if the scan was used by someone else.
    :raises GuardianConsentRequiredError: if a guardian has to agree first; and what else
        `activities.operations.check_eligible` raises, where somebody may not come.
    """
    account = ledger.lock_account(participant_id=participant_id, asset=Asset.POINTS)
    earlier = queries.find_last(occasion_id=occasion.id, participant_id=participant_id)
    if earlier is not None and earlier.state is not AttendanceState.UNDONE:
        return earlier
    renewal = 0 if earlier is None else earlier.renewal + 1
    _check_welcome(actor, occasion, participant_id, at=at, now=now)
    span = rules.attended_span(occasion, checked_in_at=at) if occasion.requires_check_out else None
    state = AttendanceState.COUNTED if span is None else AttendanceState.OPEN
    if span is not None:
        check_elsewhere(participant_id, span)
    check_in_id = CheckInId(new_id())
    credited = Credit(awards=(), points=0, balance=account.balance)
    kept: dict[str, Any] = {"awards": []}
    if span is None:
        credited, kept = credit(
            participant_id=participant_id,
            occasion=occasion,
            check_in_id=check_in_id,
            minutes=rules.count_scheduled_minutes(occasion),
            account=account,
            actor=actor,
            occurred_at=at,
            renewal=renewal,
            now=now,
        )
    _insert(
        _show(evidence)
        | {
            "id": check_in_id,
            "renewal": renewal,
            "occasion_id": occasion.id,
            "participant_id": participant_id,
            "checked_in_at": at,
            "channel": channel,
            "recorded_by": actor.principal,
            "recorded_at": now,
            "ticket": ticket,
            "state": state,
            "attended_from": span and span.start,
            "attended_until": span and span.end,
            "note": "",
            **kept,
        }
    )
    # Last: the row of a full house is the one that everybody waits for.
    if not signups.arrive(occasion, participant_id, now=now):
        seats.take_seat(occasion)
    receipt = came(check_in_id, occasion, participant_id, at=at, state=state, credited=credited)
    return _tell(receipt, occasion, channel, now=now)


@operation
def check_out(
    *,
    actor: Actor,
    occasion: Occasion,
    participant_id: ParticipantId,
    at: datetime,
    ticket: str | None = None,
    channel: CheckInChannel | None = None,
    device: str | None = None,
    verified: frozenset[str] = frozenset(),
    now: datetime,
) -> Receipt:
    """Check a participant out; one who is out already gets the first receipt again.

    *verified* names what staff made sure of, such as "qualification". *channel* and *device*,
    how and on which browser it was shown that they leave, decide nothing.

    :raises NotCheckedInError: if the participant never checked in.
    :raises AccountClosedError: if the participant's account is closed.
    :raises AttendanceSettledError: if the leader has said that no minutes count.
    :raises NoCheckOutError: if the occasion needs none.
    :raises OverlappingCheckInError: if the participant was checked in elsewhere by then.
    :raises CheckOutNotOpenError: if check-out opens later than *at*.
    :raises CheckOutClosedError: if it had closed by then.
    :raises TicketUsedError: if someone else has left by this scan.
    """
    account = ledger.lock_account(participant_id=participant_id, asset=Asset.POINTS)
    earlier = queries.find_receipt(occasion_id=occasion.id, participant_id=participant_id)
    if earlier is None:
        raise NotCheckedInError
    if earlier.checked_out_at is not None:
        return earlier
    if earlier.state is not AttendanceState.OPEN and occasion.requires_check_out:
        raise AttendanceSettledError(state=earlier.state.value)
    # Whoever closes an account holds it too: what was read before may be over.
    check_account_open(participant_id)
    # The scan may be older than a check-in that staff entered meanwhile.
    at = max(at, earlier.checked_in_at)
    rules.check_out_open(occasion, at=at, by_staff=not isinstance(actor, ParticipantActor))
    span = rules.attended_span(occasion, checked_in_at=earlier.checked_in_at, checked_out_at=at)
    span = clip_extension(earlier, span)
    credited, kept = credit(
        participant_id=participant_id,
        occasion=occasion,
        check_in_id=earlier.check_in_id,
        minutes=span.minutes,
        account=account,
        actor=actor,
        occurred_at=at,
        verified=verified,
        renewal=earlier.renewal,
        now=now,
    )
    close(
        earlier.check_in_id,
        {
            "state": AttendanceState.COUNTED,
            "checked_out_at": at,
            "out_ticket": ticket,
            "out_device": device,
            "out_by_word": channel is CheckInChannel.STAFF,
            **_taken_up(span),
            "closed_by": actor.principal,
            "closed_at": now,
            **kept,
        },
    )
    unit.record(CheckedOut(check_in_id=earlier.check_in_id, occasion_id=occasion.id))
    return left(earlier, at=at, span=span, credited=credited)


def _tell(
    receipt: Receipt, occasion: Occasion, channel: CheckInChannel, *, now: datetime
) -> Receipt:
    unit.record(
        CheckedIn(
            check_in_id=receipt.check_in_id,
            occasion_id=occasion.id,
            participant_id=receipt.participant_id,
            node_id=occasion.node_id,
            node_path=occasion.node_path,
            channel=channel,
            points=receipt.points,
            checked_in_at=receipt.checked_in_at,
            recorded_at=now,
        )
    )
    return receipt


def _taken_up(span: Span) -> dict[str, object]:
    return {"minutes": span.minutes, "attended_from": span.start, "attended_until": span.end}


def _show(evidence: Evidence) -> dict[str, object]:
    return {
        "device": evidence.device,
        "utc_offset": evidence.utc_offset,
        "gate": evidence.gate,
        "is_offline": evidence.is_offline,
    }


def _check_welcome(
    actor: Actor,
    occasion: Occasion,
    participant_id: ParticipantId,
    *,
    at: datetime,
    now: datetime,
) -> None:
    rules.check_in_open(occasion, at=at, by_staff=not isinstance(actor, ParticipantActor))
    # It was read before: somebody may have cancelled it since.
    if not seats.keep_scheduled(occasion.id):
        raise OccasionCancelledError
    if occasion.zone_id is not None and stock.is_zone_closed(occasion.zone_id):
        raise ZoneClosedError
    try:
        seats.check_eligible(occasion, participant_id, now)
    except ParticipantClosedError as closed:
        raise AccountClosedError from closed


def _insert(values: dict[str, object]) -> None:
    try:
        db.session.connection().execute(_insert_check_in, values)
    except IntegrityError as error:
        broken = constraint_of(error)
        if broken == "uq_check_ins__ticket":
            raise TicketUsedError from error
        if broken == NO_OVERLAP:
            raise OverlappingCheckInError from error
        if broken == COUNTED_ONCE:
            raise AlreadyCreditedError from error
        raise

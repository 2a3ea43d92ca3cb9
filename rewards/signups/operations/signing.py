"""Signing up and giving it up."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from rewards.access.types import Actor, ParticipantId
from rewards.activities import operations as activities
from rewards.activities.types import Occasion, OccasionId, Seats
from rewards.core import unit
from rewards.core.db import db, insert
from rewards.core.ids import new_id
from rewards.core.unit import operation
from rewards.ledger import operations as ledger
from rewards.ledger.types import Asset

from .. import queries, rules
from ..errors import NotWaitingError, SignUpPausedError, SignUpSettledError
from ..events import PlaceAsked
from ..types import SignUp, SignUpState
from .following import move_up
from .pausing import note_miss
from .rows import change, lock_row, next_number, sign_ups

IN = (SignUpState.CONFIRMED, SignUpState.WAITING, SignUpState.ARRIVED)


@operation
def sign_up(
    *,
    actor: Actor,
    occasion_id: OccasionId,
    participant_id: ParticipantId,
    by_staff: bool,
    is_here: bool = False,
    now: datetime,
) -> SignUp:
    """Keep a place for a participant, or one in line; who is signed up already stays so.

    *is_here*: they stand at the door.

    :raises SignUpNotOfferedError: if the occasion takes no sign-ups.
    :raises SignUpClosedError: if it is too late, or the occasion was cancelled.
    :raises AlreadyInsideError: if the participant has checked in.
    :raises SignUpPausedError: if the participant may not sign up for a while.
    :raises ParticipantClosedError: if the account is closed, or was while this waited.
    :raises ForbiddenError: as `check_eligible` of activities says, if they may not come.
    """
    # Whoever closes the account waits for this, and gives up what it kept.
    ledger.lock_account(participant_id=participant_id, asset=Asset.POINTS)
    occasion = activities.hold_occasion(occasion_id)
    # Everybody who wants a place waits here, and only then looks.
    seats = activities.lock_seats(occasion.id)
    earlier = queries.find_sign_up(occasion_id=occasion.id, participant_id=participant_id)
    if earlier is not None and earlier.state in IN:
        return earlier
    rules.check_open(occasion, by_staff=by_staff, now=now)
    unit.announce(PlaceAsked(occasion_id=occasion.id, participant_id=participant_id))
    pause = queries.find_pause(participant_id, now=now)
    if pause is not None and not by_staff:
        raise SignUpPausedError(until=pause.ends_at.isoformat())
    activities.check_eligible(occasion, participant_id, now)
    values = _enter(occasion, seats, is_here=is_here, now=now) | {
        "signed_up_at": now,
        "signed_up_by": actor.principal,
    }
    if earlier is None:
        _insert(occasion, participant_id, values, actor=actor, now=now)
    else:
        out = (SignUpState.CANCELLED, SignUpState.RELEASED)
        change([earlier.id], values, only=out, by=actor.principal, now=now)
    found = queries.find_sign_up(occasion_id=occasion.id, participant_id=participant_id)
    assert found is not None
    return replace(found, is_new=True)


@operation
def cancel(*, actor: Actor, sign_up: SignUp, is_excused: bool = False, now: datetime) -> SignUp:
    """Give up a place, which goes on to the first in line; doing so twice does nothing more.

    Less than two hours before the start it counts as not coming, unless
    *is_excused*.

    :raises SignUpSettledError: if the participant has come, or the place went on before.
    """
    occasion = activities.hold_occasion(sign_up.occasion_id)
    activities.lock_seats(occasion.id)
    row = lock_row(sign_ups.c.id == sign_up.id)
    assert row is not None
    if row.state is SignUpState.CANCELLED:
        return queries.get_sign_up(sign_up.id)
    if row.state not in queries.ACTIVE:
        raise SignUpSettledError(state=row.state.value)
    is_missed = (
        row.state is SignUpState.CONFIRMED
        and not is_excused
        and rules.is_missed(occasion, confirmed_at=row.confirmed_at, now=now)
    )
    values: dict[str, Any] = {"state": SignUpState.CANCELLED, "queue_no": None, "came_at": None}
    # Whoever gave up too late before and signed up again has still done so.
    if is_missed:
        values["missed_at"] = now
    change([sign_up.id], values, only=queries.ACTIVE, by=actor.principal, now=now)
    if row.state is SignUpState.CONFIRMED:
        activities.free_seat(occasion.id)
        move_up(occasion.id, now=now)
    if is_missed:
        note_miss(sign_up.participant_id, now=now)
    return replace(queries.get_sign_up(sign_up.id), is_new=True)


@operation
def let_through(*, actor: Actor, sign_up: SignUp, now: datetime) -> SignUp:
    """Put somebody before all others in line; who stands there already stays there.

    :raises NotWaitingError: if the participant does not wait.
    """
    activities.lock_seats(sign_up.occasion_id)
    row = lock_row(sign_ups.c.id == sign_up.id)
    if row is None or row.state is not SignUpState.WAITING:
        raise NotWaitingError
    found = queries.get_sign_up(sign_up.id)
    if found.place_in_line == 1:
        return found
    number = next_number(sign_up.occasion_id, is_first=True)
    waiting = (SignUpState.WAITING,)
    change([sign_up.id], {"queue_no": number}, only=waiting, by=actor.principal, now=now)
    return replace(queries.get_sign_up(sign_up.id), is_new=True)


def _enter(
    occasion: Occasion, seats: Seats | None, *, is_here: bool, now: datetime
) -> dict[str, Any]:
    reminded = rules.judge_stage(occasion.starts_at, now=now)
    if seats is None or seats.taken < seats.capacity:
        if seats is not None:
            activities.take_seat(occasion)
        return {
            "state": SignUpState.CONFIRMED,
            "queue_no": None,
            "confirmed_at": now,
            "came_at": None,
            "reminded": reminded,
        }
    return {
        "state": SignUpState.WAITING,
        "queue_no": next_number(occasion.id),
        "confirmed_at": None,
        "came_at": now if is_here else None,
        "reminded": reminded,
    }


def _insert(
    occasion: Occasion,
    participant_id: ParticipantId,
    values: dict[str, Any],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    # Without places nobody waited above: the same person at the same moment is once.
    db.session.execute(
        insert(sign_ups)
        .values(
            id=new_id(),
            occasion_id=occasion.id,
            participant_id=participant_id,
            changed_by=actor.principal,
            changed_at=now,
            missed_at=None,
            **values,
        )
        .on_conflict_do_nothing(index_elements=["occasion_id", "participant_id"])
    )

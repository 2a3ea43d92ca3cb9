"""Coming to what one has signed up for."""

from datetime import datetime
from typing import Any

from rewards.access.types import ParticipantId
from rewards.activities import operations as activities
from rewards.activities.errors import OccasionFullError
from rewards.activities.types import Occasion, Seats
from rewards.core import unit
from rewards.core.errors import RewardsError
from rewards.core.unit import operation

from .. import queries, rules
from ..errors import StillWaitingError
from ..types import SignUp, SignUpState
from .pausing import resume_pause, take_back_miss
from .rows import SYSTEM, change, find_before, next_number, sign_ups


@operation
def arrive(occasion: Occasion, participant_id: ParticipantId, *, now: datetime) -> bool:
    """Note that a participant has come; tell whether a place was kept for them.

    Otherwise whoever checks them in has to take one: its row is locked then.

    :raises StillWaitingError: if they are in line and every place is kept for others.
    """
    if not occasion.takes_sign_ups:
        return False
    sign_up = queries.find_sign_up(occasion_id=occasion.id, participant_id=participant_id)
    if sign_up is None:
        return False
    # Whoever has a place needs nothing but their own row: the door of a full
    # house does not queue for the row of its places.
    if sign_up.state is SignUpState.CONFIRMED and _turn(sign_up, SignUpState.CONFIRMED, now=now):
        return True
    seats = activities.lock_seats(occasion.id)
    # Meanwhile they may have moved up, or their place went on.
    sign_up = queries.get_sign_up(sign_up.id)
    if _turn(sign_up, SignUpState.CONFIRMED, now=now):
        return True
    if _is_full(seats):
        unit.note_if_refused(lambda error: _note_came(sign_up, error, now=now))
        if sign_up.state is SignUpState.WAITING:
            releases_at = occasion.starts_at + rules.RELEASE_AFTER
            raise StillWaitingError(
                place=sign_up.place_in_line,
                releases_at=releases_at.isoformat() if now < releases_at else None,
            )
        # Taking a place will say that there is none.
        return False
    _turn(sign_up, SignUpState.WAITING, SignUpState.CANCELLED, SignUpState.RELEASED, now=now)
    return False


@operation
def undo_arrival(occasion: Occasion, participant_id: ParticipantId, *, now: datetime) -> bool:
    """Take back that a participant has come; tell whether their place is still kept for them.

    Otherwise they had none, and whoever undoes it frees the one that was taken.
    """
    if not occasion.takes_sign_ups:
        return False
    sign_up = queries.find_sign_up(occasion_id=occasion.id, participant_id=participant_id)
    if sign_up is None or sign_up.state is not SignUpState.ARRIVED:
        return False
    before, missed_at = find_before(sign_up.id)
    arrived = (SignUpState.ARRIVED,)
    if before is SignUpState.CONFIRMED:
        # Once it has begun they need the time to come again that whoever moves up has.
        is_early = now < occasion.starts_at
        kept_since = (sign_up.confirmed_at or now) if is_early else now
        values: dict[str, Any] = {"state": before, "confirmed_at": kept_since}
        return bool(change([sign_up.id], values, only=arrived, by=SYSTEM, now=now))
    activities.lock_seats(occasion.id)
    values = {"state": before, "missed_at": missed_at}
    if before is SignUpState.WAITING:
        values["queue_no"] = next_number(occasion.id, is_first=True)
    if change([sign_up.id], values, only=arrived, by=SYSTEM, now=now) and missed_at is not None:
        resume_pause(participant_id, begun_at=missed_at)
    return False


@operation
def believe(occasion: Occasion, participant_id: ParticipantId, *, now: datetime) -> None:
    """Note that a participant was there after all, of whom nobody saw it at the time."""
    sign_up = queries.find_sign_up(occasion_id=occasion.id, participant_id=participant_id)
    if sign_up is not None:
        take_back_miss(sign_up, now=now)


def _turn(sign_up: SignUp, *states: SignUpState, now: datetime) -> bool:
    values = {
        "state": SignUpState.ARRIVED,
        "queue_no": None,
        "came_at": None,
        "state_before": sign_ups.c.state,
        "missed_before": sign_ups.c.missed_at,
    }
    if not change([sign_up.id], values, only=states, by=SYSTEM, now=now):
        return False
    # Given up too late, or not there in time: they have come after all.
    take_back_miss(sign_up, now=now)
    return True


def _is_full(seats: Seats | None) -> bool:
    return seats is not None and seats.taken >= seats.capacity


def _note_came(sign_up: SignUp, error: RewardsError, *, now: datetime) -> None:
    # In a unit of its own, because what refused them undid all else.
    if error.code in {OccasionFullError.code, StillWaitingError.code} and sign_up.came_at is None:
        change([sign_up.id], {"came_at": now}, only=(SignUpState.WAITING,), by=SYSTEM, now=now)

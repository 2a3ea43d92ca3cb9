"""What sign-ups do when places get free, and when their occasion or their participant changes."""

from datetime import datetime

import sqlalchemy as sa

from rewards.access.types import ParticipantId
from rewards.activities import operations as activities
from rewards.activities.errors import OccasionInUseError
from rewards.activities.events import OccasionCancelled, OccasionChanged
from rewards.activities.types import Occasion, OccasionId
from rewards.core.db import db
from rewards.core.unit import operation
from rewards.identity.events import ParticipantClosed
from rewards.notices.types import NoticeKind

from .. import queries, rules
from ..types import SignUp, SignUpState
from .pausing import take_back_miss
from .rows import SYSTEM, change, sign_ups, tell


@operation
def move_up(occasion_id: OccasionId, *, now: datetime) -> int:
    """Give the places that are free to those in line, and tell them; return to how many.

    Once the occasion has begun, those who stand at the door come before the
    others: whoever would have to set out leaves the place empty.
    """
    occasion = activities.hold_occasion(occasion_id)
    seats = activities.lock_seats(occasion_id)
    if not rules.can_move_up(occasion, now=now):
        return 0
    free = None if seats is None else seats.capacity - seats.taken
    if free == 0:
        return 0
    waiting = _list_waiting(occasion, now=now)
    moved = waiting if free is None else waiting[:free]
    for sign_up in moved:
        values = {"state": SignUpState.CONFIRMED, "queue_no": None, "confirmed_at": now}
        change([sign_up.id], values, only=(SignUpState.WAITING,), by=SYSTEM, now=now)
        if seats is not None:
            activities.take_seat(occasion)
        tell(sign_up.participant_id, NoticeKind.SIGN_UP_MOVED_UP, occasion_id, now=now)
    return len(moved)


@operation
def follow_change(event: OccasionChanged) -> None:
    """Have sign-ups follow what was changed of their occasion.

    :raises OccasionInUseError: if people have signed up and would have no place any more.
    """
    occasion = activities.hold_occasion(event.before.id)
    if not event.before.takes_sign_ups:
        return
    signed_up = queries.tally([occasion.id])[occasion.id]
    if not occasion.takes_sign_ups and signed_up.confirmed + signed_up.waiting:
        raise OccasionInUseError(field="takes_sign_ups")
    if event.before.capacity is None and occasion.capacity is not None:
        activities.count_taken(occasion.id, signed_up.confirmed)
    if occasion.failure_note and not event.before.failure_note:
        # Who came could not show it.
        for sign_up in queries.list_sign_ups(occasion.id):
            take_back_miss(sign_up, now=event.at)
    if occasion.capacity != event.before.capacity:
        move_up(occasion.id, now=event.at)
    if occasion.starts_at != event.before.starts_at:
        _tell_moved(occasion, now=event.at)
    _tell_place(occasion, before=event.before, now=event.at)


@operation
def drop_all(event: OccasionCancelled) -> None:
    """Cancel the sign-ups for an occasion that is cancelled, and tell those who had signed up.

    Nobody missed what is not held.
    """
    activities.lock_seats(event.occasion_id)
    for sign_up in queries.list_sign_ups(event.occasion_id):
        take_back_miss(sign_up, now=event.at)
        if sign_up.state in queries.ACTIVE:
            _drop(sign_up, now=event.at)
        elif sign_up.state is not SignUpState.RELEASED:
            continue
        tell(
            sign_up.participant_id,
            NoticeKind.SIGN_UP_OCCASION_CANCELLED,
            event.occasion_id,
            now=event.at,
        )


@operation
def close_account(event: ParticipantClosed) -> None:
    """Give up the places of somebody who closed their account."""
    kept = queries.list_active(ParticipantId(event.participant_id))
    for sign_up in sorted(kept, key=lambda each: each.occasion_id):
        activities.hold_occasion(sign_up.occasion_id)
        activities.lock_seats(sign_up.occasion_id)
        if queries.get_sign_up(sign_up.id).state in queries.ACTIVE:
            _drop(sign_up, now=event.at)
            move_up(sign_up.occasion_id, now=event.at)


def _list_waiting(occasion: Occasion, *, now: datetime) -> tuple[SignUp, ...]:
    waiting = queries.list_sign_ups(occasion.id, SignUpState.WAITING)
    if now < occasion.starts_at:
        return waiting
    return tuple(sorted(waiting, key=lambda each: each.came_at is None))


def _drop(sign_up: SignUp, *, now: datetime) -> None:
    gone = {"state": SignUpState.CANCELLED, "queue_no": None, "came_at": None}
    confirmed = (SignUpState.CONFIRMED,)
    if change([sign_up.id], gone, only=confirmed, by=SYSTEM, now=now):
        activities.free_seat(sign_up.occasion_id)
    else:
        change([sign_up.id], gone, only=(SignUpState.WAITING,), by=SYSTEM, now=now)


def _tell_place(occasion: Occasion, *, before: Occasion, now: datetime) -> None:
    if occasion.place == before.place or now >= occasion.ends_at:
        return
    for sign_up in queries.list_sign_ups(occasion.id, *queries.ACTIVE):
        tell(sign_up.participant_id, NoticeKind.SIGN_UP_PLACE_CHANGED, occasion.id, now=now)


def _tell_moved(occasion: Occasion, *, now: datetime) -> None:
    # Whoever hears of it too late to give notice of the new time owes none.
    confirmed = [each.id for each in queries.list_sign_ups(occasion.id, SignUpState.CONFIRMED)]
    only = (SignUpState.CONFIRMED,)
    change(confirmed, {"confirmed_at": now}, only=only, by=SYSTEM, now=now)
    # They are reminded of the new time too.
    db.session.execute(
        sa.update(sign_ups)
        .where(sign_ups.c.occasion_id == occasion.id)
        .values(reminded=rules.judge_stage(occasion.starts_at, now=now))
        .execution_options(synchronize_session=False)
    )
    for sign_up in queries.list_sign_ups(occasion.id, *queries.ACTIVE):
        tell(
            sign_up.participant_id,
            NoticeKind.SIGN_UP_TIME_CHANGED,
            occasion.id,
            now=now,
            starts_at=occasion.starts_at.isoformat(),
        )

"""Places of those who have not come go on to others."""

from datetime import datetime
from typing import Any

from rewards.activities import operations as activities
from rewards.activities.types import OccasionId
from rewards.core import unit
from rewards.core.unit import operation
from rewards.notices.types import NoticeKind

from .. import queries, rules
from ..events import PlacesDue
from ..types import SignUp, SignUpState
from .following import move_up
from .pausing import note_miss
from .rows import SYSTEM, change, tell


@operation
def release(occasion_id: OccasionId, *, now: datetime) -> int:
    """Give on the places that were kept ten minutes after the start; return how many.

    :raises PlacesKeptError: if scans of people who came may not have been told yet.
    """
    occasion = activities.hold_occasion(occasion_id)
    if now <= occasion.closes_at:
        due_at = occasion.starts_at + rules.RELEASE_AFTER
        unit.announce(PlacesDue(occasion=occasion, due_at=due_at, at=now))
    seats = activities.lock_seats(occasion_id)
    released = 0
    for sign_up in queries.list_sign_ups(occasion_id, SignUpState.CONFIRMED):
        assert sign_up.confirmed_at is not None
        if now < rules.find_release(occasion, confirmed_at=sign_up.confirmed_at):
            continue
        is_missed = not occasion.failure_note and rules.is_missed(
            occasion, confirmed_at=sign_up.confirmed_at, now=now
        )
        if _release(sign_up, is_missed=is_missed, now=now):
            released += 1
            if seats is not None:
                activities.free_seat(occasion_id)
    move_up(occasion_id, now=now)
    return released


def _release(sign_up: SignUp, *, is_missed: bool, now: datetime) -> bool:
    values: dict[str, Any] = {"state": SignUpState.RELEASED}
    # An earlier miss of whoever signed up again stays one.
    if is_missed:
        values["missed_at"] = now
    # Whoever comes in at this very moment keeps the place.
    confirmed = (SignUpState.CONFIRMED,)
    if not change([sign_up.id], values, only=confirmed, by=SYSTEM, now=now):
        return False
    tell(sign_up.participant_id, NoticeKind.SIGN_UP_RELEASED, sign_up.occasion_id, now=now)
    if is_missed:
        note_miss(sign_up.participant_id, now=now)
    return True

"""What the worker starts: expiry."""

from datetime import datetime

import structlog
from sqlalchemy.exc import DBAPIError

from rewards.access.types import ParticipantId
from rewards.core import clock
from rewards.core.errors import RewardsError
from rewards.core.unit import use_case

from . import operations, queries

log = structlog.get_logger(__name__)

EXPIRED_AT_ONCE_MAX = 200


def expire_due(*, now: datetime, limit: int = EXPIRED_AT_ONCE_MAX) -> int:
    """Expire the points of up to *limit* participants whose day is over; return of how many.

    Each is a unit of its own, so that a run that is cut off has done what it
    has done, and the next one goes on with the rest.
    """
    if queries.find_freeze() is not None:
        return 0
    due = queries.list_due(today=clock.local_date(now, clock.zone()), limit=limit)
    return sum(_try_to_expire(participant_id, now=now) for participant_id in due)


@use_case
def expire(*, participant_id: ParticipantId, now: datetime) -> int:
    """Expire the points of one participant whose day is over; return how many."""
    return operations.expire_account(participant_id=participant_id, now=now)


def _try_to_expire(participant_id: ParticipantId, *, now: datetime) -> bool:
    try:
        return expire(participant_id=participant_id, now=now) > 0
    except RewardsError as error:
        reason = error.code
    except DBAPIError as error:
        reason = type(error).__name__
    log.error("points.not_expired", participant_id=participant_id.hex, reason=reason)
    return False

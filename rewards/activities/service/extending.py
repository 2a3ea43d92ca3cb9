"""Putting off the end of what is running: by whoever leads it, where it is held."""

from datetime import datetime

import sqlalchemy as sa

from rewards.access import operations as audit_trail
from rewards.access import rules as access
from rewards.access.types import Actor, Verb
from rewards.core import unit
from rewards.core.db import db
from rewards.core.unit import use_case

from .. import queries, rules
from ..errors import OccasionInUseError, OccasionTimesError
from ..events import OccasionChanged
from ..models import OccasionRow
from ..types import Occasion, OccasionId, OccasionStatus
from .changing import revised


@use_case
def extend_occasion(
    *, actor: Actor, occasion_id: OccasionId, ends_at: datetime, now: datetime
) -> Occasion:
    """Put off the end of an occasion that people are at; to the same end again changes nothing.

    Whoever confirms hours there may, for the minutes until the new end count.

    :raises OccasionNotFoundError: if there is none.
    :raises NotAllowedError: if the actor may not confirm hours there.
    :raises OccasionInUseError: if it has not begun, is cancelled, or people have gone home.
    :raises OccasionTimesError: if the new end is not later, or more than a day after the start.
    """
    occasion = queries.get_occasion(occasion_id)
    access.authorize(actor, Verb.CONFIRM_HOURS, occasion.node_path)
    if ends_at == occasion.ends_at:
        return occasion
    rules.check_times(starts_at=occasion.starts_at, ends_at=ends_at)
    if ends_at < occasion.ends_at:
        raise OccasionTimesError(field="ends_at", hours_max=24)
    is_there = rules.is_lengthening(
        occasion, starts_at=occasion.starts_at, ends_at=ends_at, now=now
    )
    if now < occasion.opens_at or not is_there or occasion.status is OccasionStatus.CANCELLED:
        raise OccasionInUseError(field="ends_at")
    # Who may check in until the end may do so until the later one.
    is_open_all_along = occasion.closes_at == occasion.ends_at
    values = {"ends_at": ends_at} | ({"closes_at": ends_at} if is_open_all_along else {})
    db.session.execute(
        sa.update(OccasionRow).where(OccasionRow.id == occasion_id).values(**values, **revised(now))
    )
    unit.announce(OccasionChanged(before=occasion, at=now))
    audit_trail.audit(
        actor=actor,
        action="occasion.updated",
        node_id=occasion.node_id,
        subject=f"occasion:{occasion_id.hex}",
        details={
            "fields": sorted(values),
            "ends_at": [occasion.ends_at.isoformat(), ends_at.isoformat()],
        },
        now=now,
    )
    return queries.get_occasion(occasion_id)

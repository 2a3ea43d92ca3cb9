"""What a change of an occasion comes to: its times, its places, its heads."""

from datetime import datetime
from typing import Any

from .. import operations, queries, rules
from ..errors import OccasionInUseError
from ..models import OccasionRow
from ..types import Occasion, OccasionId, Terms

# What people sign up by: whoever is doing so at this moment is waited for, and seen.
SIGNED_UP_BY = frozenset({"capacity", "takes_sign_ups"})


def hold(occasion_id: OccasionId, changes: dict[str, Any]) -> Occasion:
    """Return an occasion as it is, and keep it so as far as *changes* need it.

    :raises OccasionNotFoundError: if there is none.
    """
    if SIGNED_UP_BY & changes.keys():
        return operations.lock_occasion(occasion_id)
    return queries.get_occasion(occasion_id)


def revised(now: datetime) -> dict[str, Any]:
    """Return what becomes of an occasion with any change that calendars tell."""
    # Calendars that people subscribed to take over what has a higher number.
    return {"revision": OccasionRow.revision + 1, "revised_at": now}


def check_heads(occasion: Occasion, changes: dict[str, Any], *, now: datetime) -> None:
    """Check what *changes* say of the heads of an occasion, or ask of those who are only counted.

    :raises NamelessOccasionError: if only heads are counted, and something else is asked too.
    :raises HeadCountError: if heads are not counted, or not yet.
    """
    if occasion.counts_heads:
        asked = {name: changes[name] for name in Terms.__annotations__ if name in changes}
        rules.check_nameless(None, None, changes.get("capacity"), asked)
    if "head_count" in changes:
        rules.check_head_count(occasion, now=now)


def new_places(occasion: Occasion, changes: dict[str, Any], *, now: datetime) -> dict[str, Any]:
    """Return what becomes of an occasion whose capacity changes.

    :raises OccasionInUseError: if check-in is open and places would be counted from now on, or
        no more; or if more people came than would fit.
    """
    # Places are counted from the first check-in or not at all.
    is_recounted = (occasion.capacity is None) != (changes["capacity"] is None)
    if is_recounted and now >= occasion.opens_at:
        raise OccasionInUseError(field="capacity")
    operations.set_capacity(occasion.id, changes["capacity"])
    return {"capacity": changes["capacity"]}


def new_times(occasion: Occasion, changes: dict[str, Any], *, now: datetime) -> dict[str, Any]:
    """Return what becomes of an occasion whose times change.

    :raises OccasionStartError: if it would start years ago, or many years from now.
    :raises OccasionTimesError: if the times do not fit together.
    :raises OccasionInUseError: if check-in is open, and more than the end is put off.
    """
    starts_at = changes.get("starts_at", occasion.starts_at)
    ends_at = changes.get("ends_at", occasion.ends_at)
    if starts_at != occasion.starts_at:
        rules.check_start(starts_at, now=now)
    rules.check_times(starts_at=starts_at, ends_at=ends_at)
    if now >= occasion.opens_at:
        if not rules.is_lengthening(occasion, starts_at=starts_at, ends_at=ends_at, now=now):
            raise OccasionInUseError(field="starts_at")
        # Who may check in until the end may do so until the later one.
        is_open_all_along = occasion.closes_at == occasion.ends_at
        return {"ends_at": ends_at} | ({"closes_at": ends_at} if is_open_all_along else {})
    opens, closes = rules.move_window(occasion, starts_at=starts_at, ends_at=ends_at)
    times = {"starts_at": starts_at, "ends_at": ends_at, "opens_at": opens, "closes_at": closes}
    if occasion.sign_up_closes_at is None:
        return times
    # It closes as long before the start as it did.
    moved_by = starts_at - occasion.starts_at
    return times | {"sign_up_closes_at": min(occasion.sign_up_closes_at + moved_by, closes)}

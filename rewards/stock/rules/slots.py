"""Which pick-up slots people can choose from. Pure."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from rewards.core import clock

from ..types import Desk, Hours, Opening, Slot
from .hours import list_openings

SLOT_DAYS = 7


def offer_slots(
    hours: Hours,
    *,
    minutes: int,
    capacity: int,
    known: Iterable[Slot],
    now: datetime,
    zone: ZoneInfo,
) -> tuple[Slot, ...]:
    """Return the slots of the next days, full ones too.

    The hours of the exchange desk are cut into slots from each opening on; what is
    left of them at the end is in no slot. Slots that are *known* because somebody
    booked keep their time when the length changes, and no other overlaps them.
    """
    today = clock.local_date(now, zone)
    booked = {slot.starts_at: slot for slot in known}
    openings = [
        opening
        for n in range(SLOT_DAYS + 1)
        for opening in list_openings(hours, Desk.EXCHANGE, today + timedelta(days=n), zone)
    ]
    kept = [slot for slot in booked.values() if slot.booked and _is_inside(slot, openings)]
    cut = (
        slot
        for opening in openings
        for slot in _cut(opening, minutes, capacity)
        if not any(_overlaps(slot, each) for each in kept)
    )
    fresh = (booked[slot.starts_at] if _is_same(slot, booked) else slot for slot in cut)
    both = sorted((*kept, *fresh), key=lambda slot: slot.starts_at)
    return tuple(slot for slot in both if slot.starts_at > now)


def is_open_during(hours: Hours, slot: Slot, zone: ZoneInfo) -> bool:
    """Tell whether the exchange desk is open for the whole of a slot."""
    day = clock.local_date(slot.starts_at, zone)
    return _is_inside(slot, list_openings(hours, Desk.EXCHANGE, day, zone))


def _cut(opening: Opening, minutes: int, capacity: int) -> Iterator[Slot]:
    length, start = timedelta(minutes=minutes), opening.starts_at
    while start + length <= opening.ends_at:
        yield Slot(starts_at=start, ends_at=start + length, capacity=capacity)
        start += length


def _is_same(slot: Slot, booked: dict[datetime, Slot]) -> bool:
    found = booked.get(slot.starts_at)
    return found is not None and found.ends_at == slot.ends_at


def _is_inside(slot: Slot, openings: Iterable[Opening]) -> bool:
    return any(
        opening.starts_at <= slot.starts_at and slot.ends_at <= opening.ends_at
        for opening in openings
    )


def _overlaps(one: Slot, other: Slot) -> bool:
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at

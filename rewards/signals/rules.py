"""Which check-ins and check-outs are worth a second look.

A signal stops nobody and takes nothing away: a family shares a phone, a bus
brings forty people at once, a traveller's phone keeps the time of home. It
asks somebody who knows the place to look (reliability T3, T5, T20).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from rewards.access.types import ParticipantId
from rewards.checkins.types import CheckInChannel, Sighting
from rewards.core import clock

from .errors import SignalNoteError
from .types import Pattern, SignalKind

DEVICE_PEOPLE = 5
DEVICE_SPAN = timedelta(minutes=10)
BURST_PEOPLE = 10
BURST_SPAN = timedelta(minutes=1)
# Until then everybody comes at once, and that is as it should be.
BURST_AFTER_START = timedelta(minutes=15)
FRIENDS_TIMES = 5
FRIENDS_SPAN = timedelta(days=30)
# What the spans above reach back from a check-in that is new.
SPAN_MAX = max(DEVICE_SPAN, BURST_SPAN)
NOTE_LENGTH_MIN = 4
NOTE_LENGTH_MAX = 200

OWN_CODES = frozenset({CheckInChannel.DISPLAY_CODE, CheckInChannel.DIGITS})


def list_patterns(sightings: Sequence[Sighting], zone: ZoneInfo) -> tuple[Pattern, ...]:
    """Return what is worth a second look in check-ins that lie close together."""
    return (
        *find_shared_devices(sightings, zone),
        *find_bursts(sightings),
        *find_foreign_zones(sightings, zone),
    )


def find_shared_devices(sightings: Iterable[Sighting], zone: ZoneInfo) -> tuple[Pattern, ...]:
    """Return the browsers on which DEVICE_PEOPLE came or left within DEVICE_SPAN.

    Those of one day are one subject.
    """

    def device_of(each: Sighting) -> str | None:
        # Staff check in many on one device; that is their work.
        return each.device if each.channel in OWN_CODES else None

    return tuple(
        Pattern(
            kind=SignalKind.SHARED_DEVICE,
            subject=f"{device}:{clock.local_date(run[0].at, zone)}",
            sightings=run,
        )
        for device, group in _group(sightings, device_of)
        for run in _list_runs(group, people=DEVICE_PEOPLE, span=DEVICE_SPAN)
    )


def find_bursts(sightings: Iterable[Sighting]) -> tuple[Pattern, ...]:
    """Return the occasions to which BURST_PEOPLE came within BURST_SPAN, long after the start."""

    def occasion_of(each: Sighting) -> str | None:
        # All leave together, and that is as it should be too.
        is_late = not each.is_leaving and each.at - each.starts_at > BURST_AFTER_START
        return each.occasion_id.hex if is_late and each.channel in OWN_CODES else None

    return tuple(
        Pattern(kind=SignalKind.BURST, subject=occasion, sightings=run)
        for occasion, group in _group(sightings, occasion_of)
        for run in _list_runs(group, people=BURST_PEOPLE, span=BURST_SPAN)
    )


def find_foreign_zones(sightings: Iterable[Sighting], zone: ZoneInfo) -> tuple[Pattern, ...]:
    """Return the occasions to which phones came that live by another clock."""

    def occasion_of(each: Sighting) -> str | None:
        return each.occasion_id.hex if is_foreign(each, zone) else None

    return tuple(
        Pattern(kind=SignalKind.FOREIGN_TIME_ZONE, subject=occasion, sightings=tuple(group))
        for occasion, group in _group(sightings, occasion_of)
    )


def is_foreign(sighting: Sighting, zone: ZoneInfo) -> bool:
    """Tell whether a phone said another offset than the center has at that moment."""
    local = sighting.at.astimezone(zone).utcoffset() or timedelta(0)
    here = int(local.total_seconds()) // 60
    return sighting.utc_offset not in (None, here)


def find_friends(sightings: Iterable[Sighting], zone: ZoneInfo) -> tuple[Pattern, ...]:
    """Return whom one staff member checked in or out by word FRIENDS_TIMES within FRIENDS_SPAN.

    Who was let in and let go at one occasion is counted once.
    """

    def pair_of(each: Sighting) -> str | None:
        if each.channel is not CheckInChannel.STAFF:
            return None
        return f"{each.recorded_by}:{each.participant_id.hex}"

    found = []
    for pair, group in _group(sightings, pair_of):
        newest = group[-1]
        near = (each for each in group if newest.at - each.at <= FRIENDS_SPAN)
        run = tuple({each.check_in_id: each for each in near}.values())
        if len(run) >= FRIENDS_TIMES:
            month = clock.month_start(clock.local_date(newest.at, zone))
            found.append(
                Pattern(
                    kind=SignalKind.FRIENDS,
                    subject=f"{pair}:{month:%Y-%m}",
                    sightings=run,
                    staff=newest.recorded_by,
                )
            )
    return tuple(found)


def is_enough(pattern: Pattern) -> bool:
    """Tell whether what is left of a pattern is worth a second look by itself."""
    match pattern.kind:
        case SignalKind.SHARED_DEVICE:
            return len(list_people(pattern.sightings)) >= DEVICE_PEOPLE
        case SignalKind.BURST:
            return len(list_people(pattern.sightings)) >= BURST_PEOPLE
        case SignalKind.FRIENDS:
            return len(pattern.sightings) >= FRIENDS_TIMES
        case SignalKind.FOREIGN_TIME_ZONE:
            return bool(pattern.sightings)


def list_people(sightings: Iterable[Sighting]) -> tuple[ParticipantId, ...]:
    """Return whom check-ins are about, each once, in the order in which they came."""
    return tuple(dict.fromkeys(each.participant_id for each in sightings))


def normalize_note(text: str, *, is_needed: bool) -> str:
    """Return in one line what somebody wrote about a signal.

    :raises SignalNoteError: if that is too long, or says too little where words are needed.
    """
    note = " ".join(text.split())
    if len(note) > NOTE_LENGTH_MAX or (is_needed and len(note) < NOTE_LENGTH_MIN):
        raise SignalNoteError(field="note", length_min=NOTE_LENGTH_MIN, length_max=NOTE_LENGTH_MAX)
    return note


def _list_runs(
    group: Sequence[Sighting], *, people: int, span: timedelta
) -> tuple[tuple[Sighting, ...], ...]:
    """Return the runs in which so many people came within *span*.

    Spans that overlap are one run.
    """
    first = 0
    runs: list[list[Sighting]] = []
    end = -1
    for last, sighting in enumerate(group):
        while sighting.at - group[first].at > span:
            first += 1
        if len(list_people(group[first : last + 1])) < people:
            continue
        if first > end:
            runs.append([])
        runs[-1] += group[max(first, end + 1) : last + 1]
        end = last
    return tuple(tuple(run) for run in runs)


def _group(
    sightings: Iterable[Sighting], key_of: Callable[[Sighting], str | None]
) -> list[tuple[str, list[Sighting]]]:
    groups: dict[str, list[Sighting]] = defaultdict(list)
    for sighting in sightings:
        key = key_of(sighting)
        if key is not None:
            groups[key].append(sighting)
    return [(key, sorted(group, key=lambda each: each.at)) for key, group in groups.items()]

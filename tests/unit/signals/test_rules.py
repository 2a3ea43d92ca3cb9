"""Which check-ins are worth a second look."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rewards.checkins.types import CheckInChannel, Sighting
from rewards.core.ids import new_id
from rewards.signals import rules
from rewards.signals.errors import SignalNoteError
from rewards.signals.types import SignalKind

SHANGHAI = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
PEOPLE = [new_id() for _ in range(600)]
OCCASION = new_id()
_people = count()


def sight(at=START, *, person=None, **details):
    values = {
        "check_in_id": new_id(),
        "participant_id": PEOPLE[next(_people) % 600] if person is None else PEOPLE[person],
        "occasion_id": OCCASION,
        "starts_at": START,
        "at": at,
        "recorded_at": at,
        "channel": CheckInChannel.DISPLAY_CODE,
        "recorded_by": "participant",
        "device": None,
        "utc_offset": None,
    }
    return Sighting(**values | details)


def on_one_phone(people, *, minutes_apart=1.0):
    return [
        sight(START + number * minutes_apart * MINUTE, person=number, device="d1")
        for number in range(people)
    ]


def test_five_accounts_on_one_phone_within_ten_minutes_are_noticed():
    (found,) = rules.find_shared_devices(on_one_phone(5, minutes_apart=2.5), SHANGHAI)

    assert found.kind is SignalKind.SHARED_DEVICE
    assert rules.list_people(found.sightings) == tuple(PEOPLE[:5])


@pytest.mark.parametrize(
    "sightings",
    [
        on_one_phone(4),
        on_one_phone(5, minutes_apart=2.51),
        [sight(person=number, device=f"d{number}") for number in range(5)],
        [sight(person=number) for number in range(5)],
        [sight(START + number * MINUTE, person=number % 4, device="d1") for number in range(9)],
        [sight(person=number, device="d1", channel=CheckInChannel.CARD) for number in range(9)],
    ],
    ids=["four", "too far apart", "five phones", "no phone known", "four again", "staff's tablet"],
)
def test_what_is_not_five_accounts_on_one_phone_is_not_noticed(sightings):
    assert rules.find_shared_devices(sightings, SHANGHAI) == ()


def test_the_same_phone_is_one_signal_a_day():
    first = rules.find_shared_devices(on_one_phone(5), SHANGHAI)
    longer = rules.find_shared_devices(on_one_phone(8), SHANGHAI)

    assert first[0].subject == longer[0].subject
    assert len(longer[0].sightings) == 8


def test_who_uses_the_phone_later_that_day_is_noticed_too():
    came = on_one_phone(5)
    left = [replace(each, at=each.at + 120 * MINUTE, is_leaving=True) for each in came]

    found = rules.find_shared_devices([*came, *left], SHANGHAI)

    assert [each.sightings for each in found] == [tuple(came), tuple(left)]
    assert len({each.subject for each in found}) == 1


def test_five_hundred_people_who_come_at_the_start_are_no_burst():
    arrivals = [sight(START + number * SECOND / 9, person=number) for number in range(500)]

    assert rules.list_patterns(arrivals, SHANGHAI) == ()


def test_ten_who_scan_at_once_when_all_had_come_are_noticed():
    late = START + 40 * MINUTE
    crowd = [sight(late + 6 * number * SECOND, person=number) for number in range(10)]

    (found,) = rules.find_bursts(crowd)

    assert found.kind is SignalKind.BURST
    assert rules.find_bursts(crowd[:9]) == ()
    assert rules.find_bursts([replace(each, is_leaving=True) for each in crowd]) == ()
    assert rules.find_bursts([sight(late + 7 * n * SECOND, person=n) for n in range(10)]) == ()


@pytest.mark.parametrize(
    ("offset", "is_foreign"), [(480, False), (None, False), (540, True), (0, True), (-300, True)]
)
def test_a_phone_of_another_zone_is_noticed(offset, is_foreign):
    assert rules.is_foreign(sight(utc_offset=offset), SHANGHAI) is is_foreign
    assert bool(rules.find_foreign_zones([sight(utc_offset=offset)], SHANGHAI)) is is_foreign


def test_a_zone_with_summer_time_is_judged_by_the_moment():
    berlin = ZoneInfo("Europe/Berlin")

    assert not rules.is_foreign(sight(datetime(2026, 7, 1, tzinfo=UTC), utc_offset=120), berlin)
    assert rules.is_foreign(sight(datetime(2026, 12, 1, tzinfo=UTC), utc_offset=120), berlin)


def by_word(times, *, staff="staff:1", person=0, apart=timedelta(days=2)):
    return [
        sight(
            START + number * apart,
            person=person,
            channel=CheckInChannel.STAFF,
            recorded_by=staff,
        )
        for number in range(times)
    ]


def test_the_same_person_by_the_same_hand_five_times_a_month_is_noticed():
    (found,) = rules.find_friends(by_word(5), SHANGHAI)

    assert (found.kind, found.staff) == (SignalKind.FRIENDS, "staff:1")
    assert rules.find_friends(by_word(4), SHANGHAI) == ()
    let_go = [replace(each, is_leaving=True) for each in by_word(4)]
    both_ways = [*let_go, *(replace(each, is_leaving=False) for each in let_go)]
    assert rules.find_friends(both_ways, SHANGHAI) == ()
    assert rules.find_friends(by_word(5, apart=timedelta(days=8)), SHANGHAI) == ()
    assert rules.find_friends([*by_word(3), *by_word(3, staff="staff:2")], SHANGHAI) == ()


def test_a_card_that_staff_scan_is_no_word():
    carded = [sight(person=0, channel=CheckInChannel.CARD, recorded_by="staff:1")] * 9

    assert rules.find_friends(carded, SHANGHAI) == ()


@given(
    st.lists(
        st.tuples(st.integers(0, 3600), st.integers(0, 9), st.sampled_from(["d1", "d2"])),
        max_size=60,
    )
)
def test_a_shared_phone_is_noticed_exactly_when_some_ten_minutes_hold_five(scans):
    sightings = [
        sight(START + at * SECOND, person=person, device=device) for at, person, device in scans
    ]

    noticed = {p.sightings[0].device for p in rules.find_shared_devices(sightings, SHANGHAI)}

    assert noticed == {
        device
        for device in ("d1", "d2")
        for start, _person, _device in scans
        if len({p for at, p, d in scans if d == device and 0 <= at - start <= 600}) >= 5
    }


def test_a_note_says_enough_where_it_is_needed():
    assert rules.normalize_note("  问过\n队长了 ", is_needed=True) == "问过 队长了"
    assert rules.normalize_note("", is_needed=False) == ""
    for text, is_needed in [("", True), ("看", True), ("字" * 201, False)]:
        with pytest.raises(SignalNoteError):
            rules.normalize_note(text, is_needed=is_needed)

"""Patterns in what staff entered."""

import random
from datetime import datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from rewards.core.ids import new_id
from rewards.reports import rules
from rewards.reports.types import Entered, Pair, Pattern

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 11, 2, 12, tzinfo=SHANGHAI)
SEED = 20261121
_people = count(1)


def build(staff="staff:a", *, at=NOON, person=None, points=5, session=None):
    starts_at, ends_at = session or (None, None)
    return Entered(
        entry_id=new_id(),
        staff=staff,
        participant_id=person or f"person {next(_people)}",
        points=points,
        entered_at=at,
        starts_at=starts_at,
        ends_at=ends_at,
    )


def session(start=NOON, hours=2):
    return start, start + timedelta(hours=hours)


def build_honest(random, staff, day):
    """Return the entries of a host at one afternoon: nobody in a hurry, nobody twice."""
    start = NOON + timedelta(days=day)
    return [
        build(staff, at=start + timedelta(minutes=2 * step), session=session(start))
        for step in range(random.randrange(3, 9))
    ]


def test_entries_while_something_is_on_are_none_of_the_patterns():
    entries = build_honest(random.Random(SEED), "staff:a", 0)

    assert rules.list_findings(entries) == ()


def test_the_edges_of_a_session_count_as_its_hours():
    start, end = session()
    inside = [
        build(at=start - timedelta(minutes=30), session=session()),
        build(at=end + timedelta(minutes=60), session=session()),
    ]
    outside = [
        build(at=start - timedelta(minutes=30, seconds=1), session=session()),
        build(at=end + timedelta(minutes=60, seconds=1), session=session()),
    ]

    assert [rules.is_outside(each) for each in inside] == [False, False]
    assert [rules.is_outside(each) for each in outside] == [True, True]


def test_without_an_occasion_the_night_is_outside():
    hours = [hour for hour in range(24) if rules.is_outside(build(at=NOON.replace(hour=hour)))]

    assert hours == [*range(7), 22, 23]


def test_nine_within_three_minutes_are_no_burst():
    assert rules.find_bursts([build() for _ in range(9)]) == ()


def test_ten_in_just_three_minutes_are_one_burst():
    entries = [build(at=NOON + timedelta(seconds=20 * step)) for step in range(10)]

    (burst,) = rules.find_bursts(entries)

    assert (burst.entries, burst.points) == (10, 50)
    assert (burst.first_at, burst.last_at) == (NOON, NOON + timedelta(minutes=3))


def test_ten_in_more_than_three_minutes_are_no_burst():
    entries = [build(at=NOON + timedelta(seconds=20.1 * step)) for step in range(10)]

    assert rules.find_bursts(entries) == ()


def test_a_long_run_is_one_burst_and_two_runs_are_two():
    one = [build(at=NOON + timedelta(seconds=5 * step)) for step in range(100)]
    other = [build(at=NOON + timedelta(hours=1, seconds=step)) for step in range(10)]

    bursts = rules.find_bursts(random.Random(SEED).sample(one + other, 110))

    assert [burst.entries for burst in bursts] == [100, 10]


def test_the_bursts_of_two_are_not_one_of_both():
    entries = [build(f"staff:{step % 2}") for step in range(18)]

    assert rules.find_bursts(entries) == ()


def test_somebody_entered_four_times_is_named():
    entries = [build(person="li", at=NOON + timedelta(days=step)) for step in range(4)]

    (found,) = rules.find_repeated([*entries, *(build(person="he") for _ in range(3))])

    assert (found.participant_id, found.entries) == ("li", 4)


@given(st.lists(st.integers(0, 2000), max_size=60))
def test_each_entry_of_a_dense_window_is_in_just_one_burst(seconds):
    entries = [build(at=NOON + timedelta(seconds=each)) for each in seconds]

    bursts = rules.find_bursts(entries)

    times = sorted(seconds)
    dense = set()
    for last in range(len(times)):
        first = next(k for k in range(last + 1) if times[last] - times[k] <= 180)
        if last - first + 1 >= 10:
            dense |= set(range(first, last + 1))
    assert sum(burst.entries for burst in bursts) == len(dense)


def test_a_hundred_seeded_patterns_are_all_listed():
    draw = random.Random(SEED)
    entries, seeded = [], set()
    for number in range(100):
        staff = f"staff:{number % 12}"
        day = NOON + timedelta(days=number // 12)
        kind = (Pattern.OUTSIDE, Pattern.BURST, Pattern.REPEATED)[number % 3]
        if kind is Pattern.OUTSIDE:
            at = day.replace(hour=23)
            entries.append(build(staff, at=at, session=session(day)))
            seeded.add((kind, staff, at))
        elif kind is Pattern.BURST:
            at = day.replace(hour=9)
            entries += [build(staff, at=at + timedelta(seconds=step)) for step in range(12)]
            seeded.add((kind, staff, at))
        else:
            person = f"friend {number}"
            entries += [
                build(staff, person=person, at=day.replace(hour=10 + step)) for step in range(4)
            ]
            seeded.add((kind, staff, person))
    for number in range(12, 40):
        entries += build_honest(draw, f"staff:{number}", number % 7)
    draw.shuffle(entries)

    findings = rules.list_findings(entries)

    listed = {(each.pattern, each.staff, each.participant_id or each.first_at) for each in findings}
    assert len(seeded) == 100
    assert seeded <= listed
    # Nobody honest is among them.
    assert {each.staff for each in findings} == {f"staff:{number}" for number in range(12)}


def test_staff_are_summed_with_their_patterns():
    pairs = [
        Pair(staff="staff:a", participant_id="li", entries=3, points=30, taken=0),
        Pair(staff="staff:a", participant_id="he", entries=1, points=0, taken=-5),
        Pair(staff="staff:b", participant_id="li", entries=9, points=90, taken=0),
    ]
    findings = rules.find_repeated([build("staff:b", person="li") for _ in range(4)])

    first, second = rules.sum_staff(pairs, findings, names={"staff:b": "zhengtao"})

    assert (first.name, first.points, first.findings[Pattern.REPEATED]) == ("zhengtao", 90, 1)
    assert (second.entries, second.points, second.taken, second.beneficiaries) == (4, 30, -5, 1)

"""Days that come again, as stations name them and as clocks on walls show them."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from rewards.activities.errors import RecurrenceError, SeriesDatesError
from rewards.activities.rules import recurrence
from rewards.activities.types import Frequency, Pattern, Recurrence

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
TUESDAY = date(2026, 11, 24)
# A busy machine is no wrong rule.
calmly = settings(deadline=None, max_examples=60)
ZONES = [ZoneInfo(name) for name in ("Asia/Shanghai", "Europe/Berlin", "America/New_York")]


def pattern(rule, *, starts_on=TUESDAY, start=time(14, 30), minutes=60, zone=SHANGHAI):
    return recurrence.read_pattern(
        rule, starts_on=starts_on, start=start, minutes=minutes, zone=zone
    )


def slots(rule, *, until, starts_on=TUESDAY, first=None):
    found = recurrence.list_slots(
        pattern(rule, starts_on=starts_on), first=first or starts_on, last=until
    )
    return [f"{day:%m-%d}" for day in found]


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        ("FREQ=DAILY;COUNT=3", ["11-24", "11-25", "11-26"]),
        ("FREQ=WEEKLY", ["11-24", "12-01", "12-08", "12-15", "12-22", "12-29"]),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TH", ["11-26", "12-10", "12-24"]),
        ("FREQ=WEEKLY;BYDAY=TU,FR;UNTIL=20261205", ["11-24", "11-27", "12-01", "12-04"]),
        ("FREQ=MONTHLY;BYDAY=1SA", ["12-05"]),
        ("FREQ=MONTHLY;BYDAY=-1FR", ["11-27", "12-25"]),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", ["11-30", "12-31"]),
        ("FREQ=MONTHLY", ["11-24", "12-24"]),
        ("FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=5", ["12-05"]),
        ("FREQ=WEEKLY;BYDAY=TU;BYMONTH=12", ["12-01", "12-08", "12-15", "12-22", "12-29"]),
    ],
)
def test_a_rule_names_its_days(rule, days):
    assert slots(rule, until=date(2026, 12, 31)) == days


def test_a_count_becomes_the_last_day():
    assert pattern("FREQ=WEEKLY;COUNT=4").ends_on == date(2026, 12, 15)


def test_a_month_without_the_day_is_left_out():
    assert slots("FREQ=MONTHLY", starts_on=date(2026, 12, 31), until=date(2027, 4, 1)) == [
        "12-31",
        "01-31",
        "03-31",
    ]


def test_an_end_told_as_a_moment_is_a_local_day():
    assert pattern("FREQ=DAILY;UNTIL=20261129T160000Z").ends_on == date(2026, 11, 30)


def test_every_other_week_stays_so_from_whichever_of_its_days_it_begins_anew():
    days = slots("FREQ=WEEKLY;INTERVAL=2", until=date(2027, 2, 1))
    again = slots("FREQ=WEEKLY;INTERVAL=2", starts_on=date(2026, 12, 8), until=date(2027, 2, 1))

    assert days[1:] == again


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "每周二",
        "FREQ=HOURLY",
        "FREQ=WEEKLY;BYHOUR=9",
        "FREQ=WEEKLY;FREQ=DAILY",
        "FREQ=WEEKLY;INTERVAL=0",
        "FREQ=WEEKLY;INTERVAL=53",
        "FREQ=WEEKLY;INTERVAL=\uff11",
        "FREQ=WEEKLY;BYDAY=1TU",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=WEEKLY;WKST=SU",
        "FREQ=MONTHLY;BYDAY=0SA",
        "FREQ=MONTHLY;BYDAY=6SA",
        "FREQ=MONTHLY;BYDAY=MO,-1FR",
        "FREQ=MONTHLY;BYMONTHDAY=32",
        "FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR",
        "FREQ=DAILY;BYMONTHDAY=1",
        "FREQ=YEARLY;BYDAY=MO",
        "FREQ=DAILY;COUNT=2;UNTIL=20270101",
        "FREQ=DAILY;COUNT=401",
        "FREQ=DAILY;UNTIL=tomorrow",
        "FREQ=DAILY;UNTIL=99991231T200000Z",
        "FREQ=WEEKLY;BYDAY=" + ",".join(["MO"] * 100),
    ],
)
def test_what_no_station_means_is_refused(rule):
    with pytest.raises(RecurrenceError):
        pattern(rule)


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;UNTIL=20261123",
        "FREQ=DAILY;UNTIL=21001231",
        "FREQ=WEEKLY;BYDAY=MO;UNTIL=20261129",
        "FREQ=YEARLY;COUNT=40",
    ],
)
def test_a_rule_without_a_day_is_refused(rule):
    with pytest.raises(SeriesDatesError):
        pattern(rule)


@pytest.mark.parametrize("minutes", [0, -1, 1441])
def test_an_occasion_lasts_a_day_at_most(minutes):
    with pytest.raises(RecurrenceError):
        pattern("FREQ=DAILY", minutes=minutes)


RULES = st.one_of(
    st.builds(
        Recurrence,
        frequency=st.just(Frequency.WEEKLY),
        interval=st.integers(1, 52),
        weekdays=st.sets(st.tuples(st.integers(0, 6), st.just(0)), min_size=1).map(
            lambda days: tuple(sorted(days))
        ),
        months=st.sets(st.integers(1, 12)).map(lambda months: tuple(sorted(months))),
    ),
    st.builds(
        Recurrence,
        frequency=st.just(Frequency.MONTHLY),
        interval=st.integers(1, 52),
        weekdays=st.sets(
            st.tuples(st.integers(0, 6), st.sampled_from([-2, -1, 1, 2, 5])), min_size=1
        ).map(lambda days: tuple(sorted(days))),
    ),
    st.builds(
        Recurrence,
        frequency=st.just(Frequency.MONTHLY),
        month_days=st.sets(st.sampled_from([-31, -1, 1, 15, 31]), min_size=1).map(
            lambda days: tuple(sorted(days))
        ),
    ),
)


@calmly
@given(RULES)
def test_a_rule_is_read_as_it_was_written(rule):
    assert recurrence.read_rule(recurrence.write_rule(rule)) == rule


@calmly
@given(RULES)
def test_a_rule_names_the_days_that_rfc_5545_says_it_names(rule):
    last = TUESDAY + timedelta(days=400)
    midnight = datetime.combine(TUESDAY, time())
    text = f"{recurrence.write_rule(rule)};UNTIL={last:%Y%m%d}"

    expected = rrulestr(text, dtstart=midnight)

    whole = Pattern(recurrence=rule, starts_on=TUESDAY, ends_on=None, start=time(9), minutes=60)
    assert recurrence.list_slots(whole, first=TUESDAY, last=last) == tuple(
        each.date() for each in expected
    )


@calmly
@given(RULES, st.integers(0, 200))
def test_a_series_that_begins_anew_at_one_of_its_days_keeps_the_days_after_it(rule, turn):
    whole = Pattern(recurrence=rule, starts_on=TUESDAY, ends_on=None, start=time(9), minutes=60)
    last = TUESDAY + timedelta(days=700)
    days = recurrence.list_slots(whole, first=TUESDAY, last=last)
    if not days:
        return
    start = days[turn % len(days)]
    anew = Pattern(recurrence=rule, starts_on=start, ends_on=None, start=time(9), minutes=60)

    after = recurrence.list_slots(anew, first=start, last=last)

    assert after == tuple(day for day in days if day >= start)


def local(moment, zone):
    return f"{moment.astimezone(zone):%m-%d %H:%M}"


@pytest.mark.parametrize("day", [date(2027, 3, 27), date(2027, 3, 28), date(2027, 10, 31)])
def test_the_clock_on_the_wall_says_the_same_on_both_sides_of_a_change_of_clocks(day):
    evenings = pattern("FREQ=DAILY", starts_on=day, start=time(22), minutes=480, zone=BERLIN)

    start, end = recurrence.times_of(evenings, day, BERLIN)

    assert local(start, BERLIN) == f"{day:%m-%d} 22:00"
    assert local(end, BERLIN) == f"{day + timedelta(days=1):%m-%d} 06:00"


def test_a_time_that_is_left_out_is_an_hour_later_and_one_that_comes_twice_the_first():
    nights = pattern("FREQ=DAILY", start=time(2, 30), zone=BERLIN)

    spring, _ = recurrence.times_of(nights, date(2027, 3, 28), BERLIN)
    autumn, _ = recurrence.times_of(nights, date(2027, 10, 31), BERLIN)

    assert local(spring, BERLIN) == "03-28 03:30"
    assert autumn == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


@calmly
@given(
    st.sampled_from(ZONES),
    st.dates(date(2026, 1, 1), date(2030, 12, 31)),
    st.times().map(lambda each: each.replace(second=0, microsecond=0)),
    st.integers(1, 1440),
)
def test_every_occasion_ends_after_it_starts_and_begins_on_its_day(zone, day, start, minutes):
    each = Pattern(
        recurrence=Recurrence(frequency=Frequency.DAILY),
        starts_on=day,
        ends_on=None,
        start=start,
        minutes=minutes,
    )

    starts_at, ends_at = recurrence.times_of(each, day, zone)

    assert starts_at < ends_at <= starts_at + timedelta(minutes=minutes + 60)
    assert starts_at.astimezone(zone).date() == day

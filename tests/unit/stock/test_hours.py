"""Opening hours: what is open now, what opens next, and the last day to collect."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rewards.core import clock
from rewards.stock import rules
from rewards.stock.errors import InvalidHoursError, InvalidSlotsError
from rewards.stock.rules.spans import check_day
from rewards.stock.types import Desk, Hours, Slot, Span, SpecialDay

SHANGHAI = ZoneInfo("Asia/Shanghai")
# Put forward and back by an hour, by half of one, at midnight, and by a whole day.
ZONES = [
    SHANGHAI,
    *map(ZoneInfo, ("Europe/Berlin", "Australia/Lord_Howe", "Asia/Beirut", "Pacific/Apia")),
]
MONDAY = date(2026, 11, 23)
# As an input method sets it: all signs as wide as a character.
WIDE = "９：００～１２：００、14点至17点"  # noqa: RUF001
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
MORNING, AFTERNOON = Span(opens=540, closes=720), Span(opens=840, closes=1020)
WEEK = (*[(MORNING, AFTERNOON)] * 5, (MORNING,), ())


def hours_of(space=WEEK, exchange=None, days=()):
    weeks = {Desk.SPACE: space} | ({Desk.EXCHANGE: exchange} if exchange else {})
    return Hours(weeks=weeks, days={(each.desk, each.day): each for each in days})


def special(day, *spans, desk=Desk.SPACE, reason="放假"):
    return SpecialDay(desk=desk, day=day, spans=tuple(spans), reason=reason)


def at(day, hour, minute=0, zone=SHANGHAI):
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone).astimezone(UTC)


def judge(hours, now, desk=Desk.SPACE):
    return rules.judge_open(hours, desk, now, SHANGHAI)


@pytest.mark.parametrize(
    ("hour", "minute", "is_open"),
    [(8, 59, False), (9, 0, True), (11, 59, True), (12, 0, False), (14, 0, True), (17, 0, False)],
)
def test_a_desk_is_open_from_its_first_minute_to_before_its_last(hour, minute, is_open):
    assert judge(hours_of(), at(MONDAY, hour, minute)).is_open is is_open


def test_who_comes_while_it_is_open_is_told_until_when():
    assert judge(hours_of(), at(MONDAY, 9, 30)).until == at(MONDAY, 12)


def test_who_comes_at_noon_is_told_when_it_opens_again():
    assert judge(hours_of(), at(MONDAY, 12, 30)).opens_at == at(MONDAY, 14)


def test_after_saturday_noon_it_opens_on_monday():
    assert judge(hours_of(), at(MONDAY + 5 * DAY, 13)).opens_at == at(MONDAY + 7 * DAY, 9)


def test_a_closed_day_tells_why_and_when_it_opens_after_it():
    hours = hours_of(days=[special(MONDAY), special(MONDAY + DAY)])

    state = judge(hours, at(MONDAY, 10))

    assert (state.is_open, state.reason, state.opens_at) == (False, "放假", at(MONDAY + 2 * DAY, 9))


def test_a_special_day_has_its_own_hours():
    hours = hours_of(days=[special(MONDAY + 6 * DAY, MORNING, reason="兑换日")])

    assert judge(hours, at(MONDAY + 6 * DAY, 10)).until == at(MONDAY + 6 * DAY, 12)


def test_nobody_is_told_anything_of_a_space_that_told_no_hours():
    assert judge(Hours(weeks={}, days={}), at(MONDAY, 10)) is None


def test_a_space_that_opens_never_again_says_only_that_it_is_closed():
    state = judge(hours_of(((),) * 7), at(MONDAY, 10))

    assert (state.is_open, state.opens_at) == (False, None)


def test_a_space_that_is_always_open_closes_at_no_time():
    state = judge(hours_of(((Span(opens=0, closes=1440),),) * 7), at(MONDAY, 10))

    assert (state.is_open, state.until) == (True, None)


def test_midnight_between_two_days_closes_nothing():
    week = ((Span(opens=1200, closes=1440),), (Span(opens=0, closes=120),), *[()] * 5)

    assert judge(hours_of(week), at(MONDAY, 23)).until == at(MONDAY + DAY, 2)


def test_the_exchange_desk_is_open_as_the_space_is_unless_it_has_hours_of_its_own():
    assert rules.list_spans(hours_of(), Desk.EXCHANGE, MONDAY) == (MORNING, AFTERNOON)
    own = hours_of(exchange=((AFTERNOON,), *[()] * 6))
    assert rules.list_spans(own, Desk.EXCHANGE, MONDAY) == (AFTERNOON,)
    assert rules.list_spans(own, Desk.EXCHANGE, MONDAY + DAY) == ()


def test_the_exchange_desk_is_never_open_in_a_closed_space():
    hours = hours_of(exchange=((Span(opens=600, closes=900),),) * 7, days=[special(MONDAY)])

    assert rules.list_spans(hours, Desk.EXCHANGE, MONDAY) == ()
    assert rules.list_spans(hours, Desk.EXCHANGE, MONDAY + DAY) == (
        Span(opens=600, closes=720),
        Span(opens=840, closes=900),
    )


def test_a_day_on_which_only_the_exchange_desk_is_closed_leaves_the_space_open():
    hours = hours_of(days=[special(MONDAY, desk=Desk.EXCHANGE, reason="盘点")])

    assert judge(hours, at(MONDAY, 10)).is_open
    assert judge(hours, at(MONDAY, 10), Desk.EXCHANGE).reason == "盘点"


def test_the_last_day_to_collect_is_the_seventh():
    assert rules.last_pickup_day(hours_of(), MONDAY, kept_days=7) == MONDAY + 7 * DAY


def test_a_closed_seventh_day_moves_the_last_day_to_the_next_open_one():
    sunday = MONDAY + 6 * DAY
    holiday = hours_of(days=[special(sunday + n * DAY) for n in range(1, 9)])

    assert rules.last_pickup_day(hours_of(), sunday - 7 * DAY, kept_days=7) == sunday + DAY
    assert rules.last_pickup_day(holiday, sunday - 7 * DAY, kept_days=7) == sunday + 9 * DAY


@pytest.mark.parametrize("closed", [62, 200, 400])
def test_a_long_closure_keeps_what_is_reserved_until_the_desk_opens_again(closed):
    hours = hours_of(days=[special(MONDAY + n * DAY) for n in range(closed)])
    opens = next(MONDAY + n * DAY for n in range(closed, 500) if WEEK[(MONDAY + n * DAY).weekday()])

    assert rules.last_pickup_day(hours, MONDAY - 7 * DAY, kept_days=7) == opens
    assert judge(hours, at(MONDAY, 10)).opens_at == at(opens, 9)


def test_a_closed_day_moves_the_last_day_even_where_no_hours_are_told():
    hours = Hours(weeks={}, days={(Desk.SPACE, MONDAY): special(MONDAY)})

    assert rules.last_pickup_day(hours, MONDAY - 7 * DAY, kept_days=7) == MONDAY + DAY


def test_a_space_that_opens_never_again_keeps_the_seventh_day():
    hours = hours_of(((),) * 7)

    assert rules.last_pickup_day(hours, MONDAY, kept_days=7) == MONDAY + 7 * DAY


def test_people_are_told_when_the_desk_closes_for_the_last_time():
    saturday = MONDAY + 5 * DAY

    assert rules.collect_until(hours_of(), at(saturday + DAY, 0), SHANGHAI) == at(saturday, 12)
    # The last day was closed after the reservation: the day before is the last chance.
    closed = hours_of(days=[special(saturday)])
    assert rules.collect_until(closed, at(saturday + DAY, 0), SHANGHAI) == at(saturday - DAY, 17)
    unknown = Hours(weeks={}, days={})
    assert rules.collect_until(unknown, at(saturday, 0), SHANGHAI) == at(saturday, 0)


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("9:00-12:00 14:00-17:00", (MORNING, AFTERNOON)),
        ("9:00–12:00，14:00–17:00", (MORNING, AFTERNOON)),
        (WIDE, (MORNING, AFTERNOON)),
        ("14点到17点; 9-12", (MORNING, AFTERNOON)),
        ("0900-1200", (MORNING,)),
        ("9点半 - 10点15分", (Span(opens=570, closes=615),)),
        ("9-12, 12-17", (Span(opens=540, closes=1020),)),
        ("0:00-24:00", (Span(opens=0, closes=1440),)),
        ("", ()),
        ("  ", ()),
    ],
)
def test_hours_are_read_as_people_write_them(text, spans):
    assert rules.read_spans(text) == spans


@pytest.mark.parametrize(
    "text",
    [
        "9:00",
        "12-9",
        "9-9",
        "9-25",
        "9:60-12",
        "9-24:01",
        "9-12 11-13",
        "上午",
        "9-12-14",
        "-",
        "9-",
        "1-2 3-4 5-6 7-8 9-10 11-12 13-14",
        "9-12 " * 40,
    ],
)
def test_hours_that_make_no_sense_are_refused(text):
    with pytest.raises(InvalidHoursError):
        rules.read_spans(text)


minutes = st.integers(0, 1440)


@st.composite
def day_hours(draw):
    edges = sorted(draw(st.sets(minutes, max_size=8)))
    pairs = zip(edges[::2], edges[1::2], strict=False)
    return check_day(Span(opens=opens, closes=closes) for opens, closes in pairs)


weeks = st.tuples(*[day_hours()] * 7)
# The days around on which these zones put their clocks forward or back, or skip one.
turns = st.sampled_from(
    [
        *(date(2026, 3, 28), date(2026, 3, 29), date(2026, 4, 5), date(2026, 10, 4)),
        *(date(2026, 10, 25), date(2026, 11, 22), date(2011, 12, 30)),
    ]
)
moments = st.builds(
    lambda day, passed: datetime(day.year, day.month, day.day, tzinfo=UTC) + passed * MINUTE,
    turns,
    st.integers(-1440, 2 * 1440),
)


@given(day_hours())
def test_hours_that_are_written_can_be_read(spans):
    assert rules.read_spans(rules.write_spans(spans)) == spans


def is_shown_twice(moment, zone):
    local = moment.astimezone(zone)
    return local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset()


@given(weeks, moments, st.sampled_from(ZONES))
def test_what_is_open_is_what_the_clock_on_the_wall_says(week, now, zone):
    hours = hours_of(week)
    local = now.astimezone(zone)
    wall = local.hour * 60 + local.minute

    state = rules.judge_open(hours, Desk.SPACE, now, zone)

    said = any(span.opens <= wall < span.closes for span in week[local.weekday()])
    if not is_shown_twice(now, zone):
        assert state.is_open is said


@given(weeks, moments, st.sampled_from(ZONES), st.floats(0, 0.999))
def test_until_then_nothing_changes_and_then_it_does(week, now, zone, share):
    hours = hours_of(week)
    state = rules.judge_open(hours, Desk.SPACE, now, zone)
    change = state.until if state.is_open else state.opens_at
    if change is None:
        return

    assert change > now
    between = now + (change - now) * share
    assert rules.judge_open(hours, Desk.SPACE, between, zone).is_open is state.is_open
    assert rules.judge_open(hours, Desk.SPACE, change, zone).is_open is not state.is_open


@given(weeks, weeks, turns, st.sampled_from(ZONES))
def test_openings_of_a_day_are_in_order_inside_it_and_apart(week, exchange, day, zone):
    hours = hours_of(week, exchange)
    start, end = clock.day_bounds(day, zone)

    openings = rules.list_openings(hours, Desk.EXCHANGE, day, zone)

    edges = [edge for each in openings for edge in (each.starts_at, each.ends_at)]
    assert edges == sorted(edges)
    assert all(each.starts_at < each.ends_at for each in openings)
    assert all(start <= edge <= end for edge in edges)


@given(weeks, st.sets(st.integers(0, 30)), st.integers(0, 20))
def test_the_last_day_to_collect_is_the_first_open_one_from_the_seventh_on(week, closed, n):
    day = MONDAY + n * DAY
    hours = hours_of(week, days=[special(MONDAY + k * DAY) for k in closed])

    last = rules.last_pickup_day(hours, day, kept_days=7)

    assert last >= day + 7 * DAY
    if any(week):
        assert rules.is_open_day(hours, Desk.EXCHANGE, last)
        skipped = (day + (7 + k) * DAY for k in range((last - day).days - 7))
        assert not any(rules.is_open_day(hours, Desk.EXCHANGE, each) for each in skipped)


@settings(max_examples=30)
@given(weeks, moments, st.sampled_from(ZONES), st.sampled_from([10, 15, 30, 60, 120]))
def test_slots_are_inside_the_hours_apart_and_still_to_come(week, now, zone, length):
    hours = hours_of(week)
    # What was booked when slots were longer, or shorter.
    old = rules.offer_slots(hours, minutes=20, capacity=3, known=(), now=now, zone=zone)
    known = [
        Slot(starts_at=each.starts_at, ends_at=each.ends_at, capacity=3, booked=n % 3)
        for n, each in enumerate(old)
    ]

    slots = rules.offer_slots(hours, minutes=length, capacity=5, known=known, now=now, zone=zone)

    edges = [edge for slot in slots for edge in (slot.starts_at, slot.ends_at)]
    assert edges == sorted(edges)
    assert all(slot.starts_at > now for slot in slots)
    assert {slot for slot in known if slot.booked} <= set(slots)
    today = clock.local_date(now, zone)
    openings = [
        each
        for n in range(9)
        for each in rules.list_openings(hours, Desk.SPACE, today + n * DAY, zone)
    ]
    assert all(
        any(each.starts_at <= slot.starts_at and slot.ends_at <= each.ends_at for each in openings)
        for slot in slots
    )


def test_a_full_slot_is_shown_with_nothing_left():
    now = at(MONDAY, 8)
    known = [Slot(starts_at=at(MONDAY, 9), ends_at=at(MONDAY, 9, 30), capacity=2, booked=2)]

    slots = rules.offer_slots(
        hours_of(), minutes=30, capacity=2, known=known, now=now, zone=SHANGHAI
    )

    assert [(slot.left, slot.starts_at) for slot in slots[:2]] == [
        (0, at(MONDAY, 9)),
        (2, at(MONDAY, 9, 30)),
    ]


def test_nobody_is_offered_a_booked_slot_of_a_day_that_was_closed_since():
    now = at(MONDAY, 8)
    known = [Slot(starts_at=at(MONDAY, 9), ends_at=at(MONDAY, 9, 30), capacity=2, booked=1)]
    hours = hours_of(days=[special(MONDAY)])

    slots = rules.offer_slots(hours, minutes=30, capacity=2, known=known, now=now, zone=SHANGHAI)

    assert all(slot.starts_at >= at(MONDAY + DAY, 9) for slot in slots)


@pytest.mark.parametrize(
    ("first", "last", "reason"),
    [
        (-1, 0, "放假"),
        (401, 401, "放假"),
        (0, -1, "放假"),
        (0, 62, "放假"),
        ((date.max - MONDAY).days, (date.max - MONDAY).days, "放假"),
        (0, 0, " "),
        (0, 0, "长" * 41),
    ],
)
def test_special_days_that_make_no_sense_are_refused(first, last, reason):
    with pytest.raises(InvalidHoursError):
        rules.check_special_days(
            MONDAY + first * DAY, MONDAY + last * DAY, reason=reason, today=MONDAY
        )


def test_special_days_may_be_today_and_for_two_months():
    assert (
        rules.check_special_days(MONDAY, MONDAY + 61 * DAY, reason="装修\n", today=MONDAY) == "装修"
    )


@pytest.mark.parametrize("slots", [(30, None), (None, 3), (7, 3), (30, 0), (30, 201)])
def test_slots_that_make_no_sense_are_refused(slots):
    with pytest.raises(InvalidSlotsError):
        rules.check_slots(*slots)


def test_slots_of_half_an_hour_or_none_are_fine():
    rules.check_slots(30, 200)
    rules.check_slots(None, None)


BERLIN = ZoneInfo("Europe/Berlin")
# At 2:00 of this Sunday the clock shows 3:00, and of the other at 3:00 again 2:00.
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)


@pytest.mark.parametrize(
    ("day", "opens", "closes", "hours"),
    [
        (SPRING, (2, 30), (4, 0), 1),
        (SPRING, (1, 0), (2, 30), 1),
        (SPRING, (2, 15), (2, 45), 0),
        (SPRING, (0, 0), (24, 0), 23),
        (AUTUMN, (1, 0), (4, 0), 4),
        (AUTUMN, (0, 0), (24, 0), 25),
        (MONDAY, (2, 30), (4, 0), 1.5),
    ],
)
def test_where_the_clock_jumps_it_is_open_as_long_as_the_clock_shows_so(day, opens, closes, hours):
    span = Span(opens=opens[0] * 60 + opens[1], closes=closes[0] * 60 + closes[1])

    openings = rules.list_openings(hours_of(((span,),) * 7), Desk.SPACE, day, BERLIN)

    assert sum((each.ends_at - each.starts_at for each in openings), timedelta()) == timedelta(
        hours=hours
    )

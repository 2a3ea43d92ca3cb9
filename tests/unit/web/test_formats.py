"""Each line of the guide's table, in both languages."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from rewards.core import clock
from rewards.stock.types import Span
from rewards.web import formats

# Saturday, 21 November 2026, 14:40 in Shanghai.
NOW = datetime(2026, 11, 21, 6, 40, tzinfo=UTC)


def at(day, hour, minute=0, *, month=11, year=2026):
    return datetime(year, month, day, hour, minute, tzinfo=ZoneInfo("Asia/Shanghai"))


def spaced(text):
    """Write the no-break space as ~, so that a table shows it."""
    return text.replace("\N{NO-BREAK SPACE}", "~")


NUMBERS = [
    (formats.points, (20,), "20~分", "20~pts"),
    (formats.points, (1,), "1~分", "1~pt"),
    (formats.points, (0,), "0~分", "0~pts"),
    (formats.points, (-20,), "−20~分", "−20~pts"),
    (formats.points, (1284,), "1284~分", "1,284~pts"),
    # What somebody owns is told to the last point.
    (formats.points, (123456,), "123456~分", "123,456~pts"),
    (formats.points_word, (20,), "分", "pts"),
    (formats.points_word, (-1,), "分", "pt"),
    (formats.points_total, (99999,), "99999~分", "99,999~pts"),
    (formats.points_total, (123456,), "12.3万~分", "123,456~pts"),
    (formats.gain, (20,), "+20", "+20"),
    (formats.gain, (-30,), "−30", "−30"),
    (formats.gain, (0,), "0", "0"),
    (formats.gain_points, (20,), "+20~分", "+20"),
    (formats.gain_points, (-30,), "−30~分", "−30"),
    (formats.minutes, (20,), "20分钟", "20~min"),
    (formats.hours, (7710,), "128.5小时", "128.5~h"),
    (formats.hours, (120,), "2小时", "2~h"),
    (formats.hours, (59,), "0.9小时", "0.9~h"),
    (formats.hours, (0,), "0小时", "0~h"),
    (formats.hours, (2_169_000 * 60,), "216.9万小时", "2.169~million~h"),
    (formats.hours, (2_400_000 * 60,), "240万小时", "2.4~million~h"),
    (formats.hours_exact, (7710,), "128小时30分钟", "128~h 30~min"),
    (formats.hours_exact, (120,), "2小时", "2~h"),
    (formats.hours_exact, (45,), "45分钟", "45~min"),
    (formats.hours_exact, (0,), "0分钟", "0~min"),
    (formats.people, (38,), "38人", "38~people"),
    (formats.people, (1,), "1人", "1~person"),
    (formats.visits, (96,), "96人次", "96~visits"),
    (formats.pieces, (5,), "5件", "5~items"),
    (formats.pieces, (2, "瓶"), "2瓶", "2~items"),
    (formats.unit, ("瓶",), "瓶", "items"),
    (formats.unit, ("瓶", 1), "瓶", "item"),
    (formats.number, (1284,), "1284", "1,284"),
    (formats.number, (41500,), "41500", "41,500"),
    (formats.wan, (1284,), "1284", "1,284"),
    (formats.wan, (99_999,), "99999", "99,999"),
    (formats.wan, (100_000,), "10万", "100,000"),
    (formats.wan, (109_999,), "10.9万", "109,999"),
    (formats.wan, (999_999,), "99.9万", "999,999"),
    (formats.wan, (2_169_999,), "216.9万", "2.169~million"),
    (formats.wan, (2_400_000,), "240万", "2.4~million"),
    (formats.wan, (-2_169_999,), "−216.9万", "−2.169~million"),
    (formats.at_least_people, (41500,), "超41500人", "over 41,500~people"),
    (formats.share, (993, 1000), "99.3%", "99.3%"),
    (formats.share, (9999, 10_000), "99.9%", "99.9%"),
    (formats.share, (10, 10), "100%", "100%"),
    (formats.share, (1, 2), "50.0%", "50.0%"),
    (formats.share, (0, 10), "0%", "0%"),
    (formats.share, (0, 0), "0%", "0%"),
    (formats.rank, (18,), "第18名", "18th"),
    (formats.rank, (1,), "第1名", "1st"),
    (formats.rank, (2,), "第2名", "2nd"),
    (formats.rank, (3,), "第3名", "3rd"),
    (formats.rank, (11,), "第11名", "11th"),
    (formats.rank, (112,), "第112名", "112th"),
    (formats.rank, (121,), "第121名", "121st"),
    (formats.place, (18,), "18名", "18th"),
]

TIMES = [
    (formats.short_day, (at(21, 9),), "11月21日", "21 Nov"),
    (formats.short_day, (date(2027, 1, 3),), "1月3日", "3 Jan"),
    (formats.day, (at(21, 9), NOW), "11月21日 周六", "Sat 21 Nov"),
    (formats.day, (date(2026, 11, 21), NOW), "11月21日 周六", "Sat 21 Nov"),
    (formats.day, (at(3, 9, month=1, year=2027), NOW), "2027年1月3日 周日", "Sun 3 Jan 2027"),
    (formats.full_day, (date(2027, 12, 31),), "2027年12月31日", "31 December 2027"),
    (formats.full_month, (date(2026, 11, 30),), "2026年11月", "November 2026"),
    (formats.near_day, (at(20, 23, 59), NOW), "昨天", "yesterday"),
    (formats.near_day, (at(21, 0), NOW), "今天", "today"),
    (formats.near_day, (at(22, 0), NOW), "明天", "tomorrow"),
    (formats.near_day, (at(23, 9), NOW), "11月23日 周一", "Mon 23 Nov"),
    (formats.near_day, (at(19, 9), NOW), "11月19日 周四", "Thu 19 Nov"),
    (formats.month, (at(21, 9), NOW), "11月", "November"),
    (formats.month, (date(2027, 1, 1), NOW), "2027年1月", "January 2027"),
    (formats.clock, (at(21, 14, 40),), "14:40", "14:40"),
    (formats.clock, (at(21, 9),), "9:00", "9:00"),
    (formats.clock, (at(21, 0, 5),), "0:05", "0:05"),
    (formats.day_clock, (at(21, 14, 30), NOW), "11月21日 周六 14:30", "Sat 21 Nov, 14:30"),
    (formats.near_day_clock, (at(21, 14, 40), NOW), "今天 14:40", "today 14:40"),
    (formats.near_day_clock, (at(22, 9), NOW), "明天 9:00", "tomorrow 9:00"),
    (formats.near_day_clock, (at(28, 17), NOW), "11月28日 周六 17:00", "Sat 28 Nov, 17:00"),
    (formats.when, (at(21, 14), NOW), "14:00", "14:00"),
    (formats.when, (at(22, 9), NOW), "明天 9:00", "tomorrow 9:00"),
    (formats.when, (at(28, 9), NOW), "11月28日 周六 9:00", "Sat 28 Nov, 9:00"),
    (formats.span, (at(21, 9), at(21, 17)), "9:00–17:00", "9:00–17:00"),
    (formats.span, (at(21, 19), at(22, 0)), "19:00–24:00", "19:00–24:00"),
    (
        formats.span,
        (at(21, 22), at(22, 6)),
        "22:00–11月22日 周日 6:00",
        "22:00–Sun 22 Nov, 6:00",
    ),
    (formats.until, (at(28, 17), NOW), "11月28日 周六 17:00", "Sat 28 Nov, 17:00"),
    (formats.deadline, (at(28, 17), NOW), "最晚 11月28日 周六 17:00", "by Sat 28 Nov, 17:00"),
    (formats.deadline, (at(29, 0), NOW), "最晚 11月28日 周六 24:00", "by Sat 28 Nov, 24:00"),
    (formats.updated, (at(21, 14, 28),), "更新于 14:28", "updated 14:28"),
    (formats.as_of, (at(21, 14, 5),), "数据截至 14:05", "as of 14:05"),
]

CODES = [
    (formats.slip_number, ("20261234567890",), "2026 12345 67890", "2026 12345 67890"),
    (formats.group3, ("482915",), "482 915", "482 915"),
    (formats.group4, ("48271905",), "4827 1905", "4827 1905"),
    (formats.phone, ("03510001234",), "0351-000 1234", "0351-000 1234"),
    (formats.phone, ("0351-0001234",), "0351-000 1234", "0351-000 1234"),
    (formats.phone, ("+863510001234",), "0351-000 1234", "0351-000 1234"),
    (formats.phone, ("010-00001234",), "010-0000 1234", "010-0000 1234"),
    (formats.phone, ("+8613800001234",), "138 0000 1234", "138 0000 1234"),
    (formats.phone, ("12345",), "12345", "12345"),
    (formats.tel, ("0351-000 1234",), "03510001234", "03510001234"),
    (formats.tel, ("+86 351 000 1234",), "03510001234", "03510001234"),
    (formats.tel, ("+8613800001234",), "13800001234", "13800001234"),
    (formats.mask, ("+8613800001234",), "138****1234", "138****1234"),
    (formats.public_name, ("小志愿者52",), "小志愿者52", "Young volunteer 52"),
    (formats.public_name, ("王*英",), "王*英", "王*英"),
    (formats.public_name, ("",), "", ""),
    (formats.tail, ("+8613800001234",), "尾号1234", "ending 1234"),
]

MORNING, NIGHT = Span(opens=540, closes=720), Span(opens=1200, closes=1440)
HOURS = [
    (formats.day_hours, ((MORNING, NIGHT),), "9:00–12:00、20:00–24:00", "9:00–12:00, 20:00–24:00"),
    (formats.day_hours, ((),), "", ""),
    (formats.weekdays, (0, 4), "周一至周五", "Mon–Fri"),
    (formats.weekdays, (5, 6), "周六、周日", "Sat, Sun"),
    (formats.weekdays, (5, 5), "周六", "Sat"),
    (formats.weekdays, (0, 6), "每天", "Every day"),
    (formats.until_clock, (at(21, 17), NOW), "17:00", "17:00"),
    (formats.until_clock, (at(22, 0), NOW), "24:00", "24:00"),
    (formats.until_clock, (at(22, 9), NOW), "11月22日 周日 9:00", "Sun 22 Nov, 9:00"),
]

LINES = [*NUMBERS, *TIMES, *HOURS, *CODES]
IDS = [f"{function.__name__}-{number}" for number, (function, *_) in enumerate(LINES)]


@pytest.mark.parametrize(("function", "arguments", "chinese", "english"), LINES, ids=IDS)
def test_a_line_of_the_guide(read_in, function, arguments, chinese, english):
    read_in("zh")
    in_chinese = spaced(function(*arguments))
    read_in("en")
    in_english = spaced(function(*arguments))

    assert (in_chinese, in_english) == (chinese, english)


def test_every_filter_has_its_line():
    # Days that come again have a table of their own.
    assert {line[0] for line in LINES} == set(formats.FILTERS) - {formats.recurrence}


def test_outside_of_a_request_it_is_chinese():
    assert spaced(formats.points(20)) == "20~分"


def test_templates_know_every_one_by_its_name():
    app = Flask("rewards")
    formats.register(app)

    template = app.jinja_env.from_string(
        "{{ 20|points }} {{ '482915'|group3 }} {{ 2|pieces('瓶') }}"
    )

    assert spaced(template.render()) == "20~分 482 915 2瓶"


def test_moments_are_told_by_the_clock_of_the_deployment():
    before = clock.zone()
    clock.use_zone(ZoneInfo("Asia/Urumqi"))
    try:
        assert formats.day_clock(at(21, 1), NOW) == "11月20日 周五 23:00"
    finally:
        clock.use_zone(before)


def test_without_a_moment_today_is_today():
    now = clock.now()

    assert formats.near_day(now) == "今天"
    assert formats.near_day(now + timedelta(days=1)) == "明天"
    assert formats.when(now) == formats.clock(now)

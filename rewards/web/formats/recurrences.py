"""On which days something comes again, as people say it."""

from collections.abc import Iterable
from datetime import date

from rewards.activities.types import Frequency, Recurrence

from .language import is_english

_WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
_WEEKDAYS_ENGLISH = (
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
)
_WORKING_DAYS = tuple((day, 0) for day in range(5))
_ALL_DAYS = tuple((day, 0) for day in range(7))
_UNITS = {
    Frequency.DAILY: ("天", "day"),
    Frequency.WEEKLY: ("周", "week"),
    Frequency.MONTHLY: ("个月", "month"),
    Frequency.YEARLY: ("年", "year"),
}
_EVERY = {
    Frequency.DAILY: "每天",
    Frequency.WEEKLY: "每周",
    Frequency.MONTHLY: "每月",
    Frequency.YEARLY: "每年",
}
_EVERY_OTHER = {
    Frequency.DAILY: "隔天",
    Frequency.WEEKLY: "隔周",
    Frequency.MONTHLY: "隔月",
    Frequency.YEARLY: "隔年",
}
_ORDINALS = {1: "st", 2: "nd", 3: "rd"}


def recurrence(each: Recurrence) -> str:
    """Return on which days something comes again: 每周二、周五, 每月最后一个周五."""
    return _english(each) if is_english() else _chinese(each)


def _chinese(each: Recurrence) -> str:
    is_each_week = each.frequency is Frequency.WEEKLY and each.interval == 1
    if is_each_week and each.weekdays in {_WORKING_DAYS, _ALL_DAYS}:
        text = "每天" if each.weekdays == _ALL_DAYS else "周一到周五"
        return text + _only_in_chinese(each)
    if each.interval == 1:
        every = _EVERY[each.frequency]
    elif each.interval == 2:
        every = _EVERY_OTHER[each.frequency]
    else:
        every = f"每{each.interval}{_UNITS[each.frequency][0]}"
    if each.frequency is Frequency.YEARLY:
        months = "、".join(f"{month}月" for month in each.months)
        return every + months + _days_chinese(each)
    if is_each_week:
        # 每周二, not 每周周二.
        return "每" + _days_chinese(each) + _only_in_chinese(each)
    return every + _days_chinese(each) + _only_in_chinese(each)


def _days_chinese(each: Recurrence) -> str:
    if each.month_days:
        return "、".join(_month_day_chinese(day) for day in each.month_days)
    return "、".join(_weekday_chinese(day, place, each) for day, place in each.weekdays)


def _month_day_chinese(day: int) -> str:
    if day > 0:
        return f"{day}日"
    return "最后一天" if day == -1 else f"倒数第{-day}天"


def _weekday_chinese(day: int, place: int, each: Recurrence) -> str:
    name = _WEEKDAYS[day]
    if place > 0:
        return f"第{place}个{name}"
    if place < 0:
        return f"最后一个{name}" if place == -1 else f"倒数第{-place}个{name}"
    in_month = each.frequency in {Frequency.MONTHLY, Frequency.YEARLY}
    return f"每个{name}" if in_month else name


def _only_in_chinese(each: Recurrence) -> str:
    if not each.months:
        return ""
    return f"（只在{'、'.join(f'{month}月' for month in each.months)}）"


def _english(each: Recurrence) -> str:
    unit = _UNITS[each.frequency][1]
    is_each_week = each.frequency is Frequency.WEEKLY and each.interval == 1
    if is_each_week and each.weekdays in {_WORKING_DAYS, _ALL_DAYS}:
        text = "every day" if each.weekdays == _ALL_DAYS else "Monday to Friday"
        return text + _only_in_english(each)
    if is_each_week:
        return f"every {_days_english(each)}{_only_in_english(each)}"
    if each.interval == 1:
        every = f"every {unit}"
    elif each.interval == 2:
        every = f"every other {unit}"
    else:
        every = f"every {each.interval} {unit}s"
    days = _days_english(each)
    text = f"{every} on {days}" if days else every
    if each.frequency is Frequency.YEARLY:
        return f"{text} of {_months_english(each)}" if each.months else text
    return text + _only_in_english(each)


def _days_english(each: Recurrence) -> str:
    if each.month_days:
        return _join(_month_day_english(day) for day in each.month_days)
    return _join(_weekday_english(day, place) for day, place in each.weekdays)


def _month_day_english(day: int) -> str:
    if day > 0:
        return f"the {_ordinal(day)}"
    return "the last day" if day == -1 else f"the {_ordinal(-day)} day from the end"


def _weekday_english(day: int, place: int) -> str:
    name = _WEEKDAYS_ENGLISH[day]
    if place > 0:
        return f"the {_ordinal(place)} {name}"
    if place < 0:
        return f"the last {name}" if place == -1 else f"the {_ordinal(-place)} {name} from the end"
    return name


def _ordinal(number: int) -> str:
    is_teen = 10 < number % 100 < 14
    return f"{number}{'th' if is_teen else _ORDINALS.get(number % 10, 'th')}"


def _months_english(each: Recurrence) -> str:
    return _join(f"{date(2000, month, 1):%B}" for month in each.months)


def _only_in_english(each: Recurrence) -> str:
    return f" (only in {_months_english(each)})" if each.months else ""


def _join(words: Iterable[str]) -> str:
    *first, last = list(words) or [""]
    return f"{', '.join(first)} and {last}" if first else last

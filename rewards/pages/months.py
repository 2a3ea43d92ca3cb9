"""The month that a calendar shows."""

import re
from datetime import date, timedelta

from flask import request

from rewards.core import clock

_MONTH = re.compile(r"(\d{4})-(\d\d)", re.ASCII)
YEARS = range(2000, 2100)


def read(day: date) -> date:
    """Return the first day of the month in the address of a page, or else of that of *day*."""
    found = _MONTH.fullmatch(request.args.get("month", ""))
    if found is None or int(found[2]) not in range(1, 13) or int(found[1]) not in YEARS:
        return clock.month_start(day)
    return date(int(found[1]), int(found[2]), 1)


def shift(month: date, months: int) -> date:
    """Return the first day of the month so many months later."""
    index = month.year * 12 + month.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def list_weeks(month: date) -> list[list[date | None]]:
    """Return the weeks of a month from Monday on, with nothing where other months are."""
    length = (shift(month, 1) - month).days
    days: list[date | None] = [None] * month.weekday()
    days += [month + timedelta(days=number) for number in range(length)]
    days += [None] * (-len(days) % 7)
    return [days[turn : turn + 7] for turn in range(0, len(days), 7)]

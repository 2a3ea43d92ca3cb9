"""Numbers, moments and codes as people read them, in the visitor's language.

Every filter of the templates is one of these; a template builds none by hand.
"""

from collections.abc import Callable

from flask import Flask

from .codes import group3, group4, mask, phone, public_name, slip_number, tail, tel
from .numbers import (
    at_least_people,
    gain,
    gain_points,
    hours,
    hours_exact,
    minutes,
    number,
    people,
    pieces,
    place,
    points,
    points_total,
    rank,
    share,
    visits,
    wan,
)
from .recurrences import recurrence
from .times import (
    as_of,
    clock,
    day,
    day_clock,
    deadline,
    full_day,
    full_month,
    month,
    near_day,
    near_day_clock,
    short_day,
    span,
    until,
    updated,
    when,
)

__all__ = [
    "as_of",
    "at_least_people",
    "clock",
    "day",
    "day_clock",
    "deadline",
    "full_day",
    "full_month",
    "gain",
    "gain_points",
    "group3",
    "group4",
    "hours",
    "hours_exact",
    "mask",
    "minutes",
    "month",
    "near_day",
    "near_day_clock",
    "number",
    "people",
    "phone",
    "pieces",
    "place",
    "points",
    "points_total",
    "public_name",
    "rank",
    "recurrence",
    "register",
    "share",
    "short_day",
    "slip_number",
    "span",
    "tail",
    "tel",
    "until",
    "updated",
    "visits",
    "wan",
    "when",
]

FILTERS: tuple[Callable[..., str], ...] = (
    as_of,
    at_least_people,
    clock,
    day,
    day_clock,
    deadline,
    full_day,
    full_month,
    gain,
    gain_points,
    group3,
    group4,
    hours,
    hours_exact,
    mask,
    minutes,
    month,
    near_day,
    near_day_clock,
    number,
    people,
    phone,
    pieces,
    place,
    points,
    points_total,
    rank,
    recurrence,
    share,
    short_day,
    slip_number,
    span,
    public_name,
    tail,
    tel,
    until,
    updated,
    visits,
    wan,
    when,
)


def register(app: Flask) -> None:
    """Give the templates of *app* each of these as a filter of the same name."""
    for each in FILTERS:
        app.add_template_filter(each, each.__name__)

"""From the form of an occasion to a series: the dates are looked at before they are planned."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from flask import request
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from rewards.activities import rules as patterns
from rewards.activities.types import Occasion, OccasionStatus, Pattern, Series
from rewards.core import clock
from rewards.core.errors import RewardsError
from rewards.web import formats, sentences

from . import frame, occasion_form, seen
from .frame import Post
from .occasion_form import Draft

DAYS_SHOWN = 60
DATES_SHOWN_MIN, DATES_SHOWN_MAX = 6, 62
FAR = timedelta(days=800)
MINUTE = timedelta(minutes=1)
# What the page of dates says itself.
OWN_FIELDS = {"csrf_token", "step", "skip"}
# What the form of a series can change, if it asks for it.
CHANGED = (
    "title",
    "place",
    "team",
    "team_id",
    "capacity",
    "takes_sign_ups",
    "age_min",
    "age_max",
    "qualification",
    "training",
    "zone_id",
    "sign_up_closes_before",
)
MOMENTS = {"starts_at", "ends_at", "opens_at", "closes_at", "sign_up_closes_at"}


def times_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the first day and the hours of a draft, as a series has them."""
    start, end = (values[name].astimezone(clock.zone()) for name in ("starts_at", "ends_at"))
    wall = start.replace(tzinfo=None)
    return {
        "starts_on": wall.date(),
        "start": wall.time(),
        "minutes": (end.replace(tzinfo=None) - wall) // MINUTE,
    }


def details_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a draft says of every occasion of a series."""
    details = {name: value for name, value in values.items() if name not in MOMENTS}
    closes_at: datetime | None = values.get("sign_up_closes_at")
    if closes_at is not None:
        details["sign_up_closes_before"] = (values["starts_at"] - closes_at) // MINUTE
    opens_at, check_in_closes_at = values.get("opens_at"), values.get("closes_at")
    if opens_at is not None and check_in_closes_at is not None:
        details["opens_before"] = (values["starts_at"] - opens_at) // MINUTE
        details["closes_after"] = (check_in_closes_at - values["starts_at"]) // MINUTE
    return details


def list_changes(series: Series, draft: Draft, post: Post) -> dict[str, Any]:
    """Return what somebody changed in the form of a series, of what its occasions are like."""
    said = seen.list_changes(
        _details_of(draft.values), request.form, lambda shown: _read(shown, post, _details_of)
    )
    return {
        name: said[name]
        for name in CHANGED
        if name in said and said[name] != getattr(series.details, name)
    }


def hours_of(series: Series, times: Mapping[str, Any], post: Post) -> dict[str, Any]:
    """Return when a series begins and how long it takes: as by now, unless that was changed."""
    now = {"start": series.pattern.start, "minutes": series.pattern.minutes}
    said = {name: times[name] for name in now}
    return now | seen.list_changes(said, request.form, lambda shown: _read(shown, post, times_of))


def _read(
    shown: Mapping[str, str], post: Post, tell: Callable[[Mapping[str, Any]], dict[str, Any]]
) -> dict[str, Any]:
    draft = occasion_form.read_changes(shown, post.node.path)
    # What was good when it was shown may be gone by now, a zone for instance.
    return {} if draft.errors else tell(draft.values)


def _details_of(values: Mapping[str, Any]) -> dict[str, Any]:
    return {"sign_up_closes_before": None, **details_of(values)}


def read_skips(form: MultiDict[str, str]) -> frozenset[date]:
    """Return the days that were ticked as left out."""
    days = set()
    for text in form.getlist("skip"):
        try:
            days.add(date.fromisoformat(text))
        except ValueError:
            continue
    return frozenset(days)


def show(
    post: Post,
    pattern: Pattern,
    *,
    title: str,
    button: str,
    may_skip: bool,
    leaving: Iterable[Occasion] = (),
    error: RewardsError | None = None,
) -> str:
    """Return the page of the dates that a pattern comes to."""
    days = list_days(pattern, post.now)
    last = pattern.ends_on
    total = 0
    if last is not None:
        total = len(patterns.list_slots(pattern, first=pattern.starts_on, last=last))
    cancelled = list_cancelled(leaving, pattern, post.now)
    return frame.show(
        "series_check.html",
        post=post,
        current="occasions",
        carried=[
            (name, value)
            for name, value in request.form.items(multi=True)
            if name not in OWN_FIELDS
        ],
        title=title,
        words=formats.recurrence(pattern.recurrence),
        hours=tell_hours(pattern, days[0]),
        days=days,
        ends_on=last,
        total=total,
        goes_on=last is None or (days[-1] < last and total > len(days)),
        may_skip=may_skip,
        skipped={day.isoformat() for day in read_skips(request.form)},
        cancelled=_("、").join(formats.short_day(each.starts_at) for each in cancelled),
        button=button,
        sentence=None if error is None else sentences.explain(error, to_staff=True),
    )


def list_days(pattern: Pattern, now: datetime) -> tuple[date, ...]:
    """Return the dates of the next weeks, or some more where they are far between."""
    first = max(pattern.starts_on, clock.local_date(now, clock.zone()))
    days = patterns.list_slots(pattern, first=first, last=first + FAR)
    if not days:
        days = patterns.list_slots(pattern, first=pattern.starts_on, last=first)
    near = sum(day <= first + timedelta(days=DAYS_SHOWN) for day in days)
    return days[: min(max(near, DATES_SHOWN_MIN), DATES_SHOWN_MAX)]


def list_cancelled(planned: Iterable[Occasion], pattern: Pattern, now: datetime) -> list[Occasion]:
    """Return those of the occasions planned so far that a new pattern has no day for."""
    return [
        each
        for each in planned
        if each.series_slot is not None
        and each.series_slot >= pattern.starts_on
        and each.status is OccasionStatus.SCHEDULED
        and now < each.opens_at
        and not patterns.list_slots(pattern, first=each.series_slot, last=each.series_slot)
    ]


def tell_hours(pattern: Pattern, day: date) -> str:
    """Return from when to when the occasions are: 14:30–15:30."""
    return formats.span(*patterns.times_of(pattern, day, clock.zone()))

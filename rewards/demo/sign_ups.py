"""People sign up for what lies ahead, more of them than a small room has places for."""

from datetime import datetime, timedelta
from functools import partial

from rewards.activities.types import Occasion
from rewards.core.unit import joined
from rewards.signups import service as sign_ups

from .attendance import dice, list_interested
from .history import Cast, Timeline
from .programme import Plan

# Of those who might, so many of 100 sign up, and some more than there are places.
SHARE = 75
MORE_THAN_PLACES = 3
WITHIN = timedelta(days=3)


def add_sign_ups(line: Timeline, cast: Cast, plan: Plan, occasion: Occasion) -> None:
    """Have people sign up for an occasion that lies ahead, in the days before now."""
    if not plan.entry.signs_up or occasion.starts_at <= line.until:
        return
    interested = list_interested(plan)
    wanted = len(interested) * SHARE // 100
    if occasion.capacity is not None:
        wanted = min(wanted, occasion.capacity + MORE_THAN_PLACES)
    for number in interested[:wanted]:
        before = WITHIN * dice("signed up", plan.day, plan.title, number).random()
        line.add(line.until - before, partial(_sign_up, cast, occasion=occasion, number=number))


def _sign_up(cast: Cast, now: datetime, *, occasion: Occasion, number: int) -> None:
    joined(sign_ups.sign_up)(actor=cast.person(number), occasion_id=occasion.id, now=now)

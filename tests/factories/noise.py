"""Rows that have nothing to do with the test: a forgotten WHERE then finds too much."""

from datetime import timedelta

from rewards.activities.types import OccasionKind
from tests.factories.redemptions import add_participant, add_shop, reserve
from tests.factories.teams import build_team, join
from tests.factories.world import build_occasion, build_participant

POINTS = 777
PRICE = 70


def add_noise(now):
    """Add another center with people, points, an open reservation and occasions all around now."""
    shop = add_shop(now, points=PRICE, on_hand=7)
    add_participant(shop.station, now)
    join(build_team(shop.station, now=now), build_participant(shop.station, now=now), now=now)
    reserve(shop, add_participant(shop.station, now, points=POINTS), now)
    for kind in OccasionKind:
        for hours in (-25, -1, 0, 25):
            build_occasion(shop.station, kind=kind, now=now, starts_in=hours * 60)
    add_participant(shop.station, now - timedelta(days=40), points=POINTS)
    return shop

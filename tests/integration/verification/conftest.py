"""A week of a station through the real use cases: everything that the checks look at."""

import json
from datetime import timedelta

import pytest

from rewards.activities.types import OccasionKind
from rewards.checkins import service as checkins
from rewards.core.idempotency import KeyedRequest
from rewards.core.unit import answer_once, use_case
from rewards.ledger import operations as ledger
from rewards.redemptions import service as redemptions
from tests.factories.redemptions import SYSTEM, add_participant, add_shop, reserve
from tests.factories.world import build_occasion, build_staff_actor

seal = use_case(ledger.seal)


def attend(occasion, people, staff, *, now, out_at=None):
    for person in people:
        whom = {"actor": staff, "participant_id": person.participant_id}
        checkins.check_in_by_staff(occasion_id=occasion.id, now=now, **whom)
        if out_at is not None:
            checkins.check_out_by_staff(occasion_id=occasion.id, now=out_at, **whom)


def hold_occasions(station, people, staff, now):
    for days in (3, 2, 1):
        at = now - timedelta(days=days)
        attend(build_occasion(station, now=at, capacity=5), people, staff, now=at)
        shift = build_occasion(station, kind=OccasionKind.SERVICE_SHIFT, now=at, minutes=120)
        attend(shift, people, staff, now=at, out_at=at + timedelta(minutes=115))


def redeem(shop, person, now):
    """Bring one redemption to each of its ends and leave one open."""
    fulfilled, cancelled, expired, _ = (reserve(shop, person, now) for _ in range(4))
    answer_once(
        redemptions.fulfil,
        request=KeyedRequest(
            principal="staff", route="fulfil", key="k1", fingerprint="f" * 64, received_at=now
        ),
        render=lambda redemption: (200, {"id": str(redemption.id)}),
        actor=shop.clerk,
        redemption_id=fulfilled.id,
        code=fulfilled.code,
        now=now,
    )
    redemptions.cancel(actor=SYSTEM, redemption_id=cancelled.id, now=now)
    redemptions.expire(redemption_id=expired.id, now=now + timedelta(days=30))


@pytest.fixture
def station(app, now):
    """A station whose books are sealed to the end."""
    with app.app_context():
        shop = add_shop(now, points=7)
        people = [add_participant(shop.station, now) for _ in range(3)]
        hold_occasions(shop.station, people, build_staff_actor(shop.station), now)
        redeem(shop, people[0], now)
        while seal():
            pass
        return shop.station


@pytest.fixture
def run(app, station):
    """Return a function that runs `flask books verify` and returns exit code and JSON."""
    runner = app.test_cli_runner()

    def verify(*options):
        result = runner.invoke(args=["books", "verify", "--json", *options])
        return result.exit_code, json.loads(result.stdout)

    return verify

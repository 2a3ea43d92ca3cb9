"""A week of a station through the real use cases: everything that the checks look at."""

import json
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import count

import pytest

from rewards.access.types import Role
from rewards.activities.types import OccasionKind
from rewards.checkins import service as checkins
from rewards.core.idempotency import KeyedRequest
from rewards.core.unit import answer_once, use_case
from rewards.corrections import service as corrections
from rewards.identity import operations as identity
from rewards.identity import service as participants
from rewards.ledger import operations as ledger
from rewards.ledger import queries as ledger_queries
from rewards.ledger.types import Reason
from rewards.redemptions import service as redemptions
from rewards.redemptions.types import ReturnKind
from tests.factories.redemptions import (
    SYSTEM,
    add_participant,
    add_shop,
    hand_over,
    open_slots,
    reserve,
)
from tests.factories.world import build_occasion, build_participant, build_staff_actor

_numbers = count(1)
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


def redeem(shop, person, staff, now):
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
    bring_back(shop, person, staff, now)


def bring_back(shop, person, staff, now):
    """Hand over one of two pieces, undo one hand-over, and take faulty goods back both ways."""
    starts_at = open_slots(shop, now)[0]
    two = reserve(shop, person, now, quantity=2, slot_starts_at=starts_at)
    hand_over(shop, two, now, quantity=1)
    undone, refunded, replaced = (
        hand_over(shop, reserve(shop, person, now), now) for _ in range(3)
    )
    redemptions.undo(actor=shop.clerk, redemption_id=undone.id, now=now)
    for redemption, kind in (
        (refunded, ReturnKind.REFUNDED),
        (replaced, ReturnKind.REPLACED),
    ):
        redemptions.take_back(
            actor=staff,
            redemption_id=redemption.id,
            kind=kind,
            quantity=1,
            note="开裂了",
            now=now,
        )


def add_staff(node, role, now):
    """Return an actor who has held *role* at *node* for a month, by the grants that are kept."""
    actor = build_staff_actor(node, role)
    since = now - timedelta(days=30)
    staff = use_case(identity.create_staff)(
        name=f"zhengtao{next(_numbers)}", password_hash="", now=since
    )
    use_case(identity.grant_role)(staff_id=staff.id, role=role, node=node, now=since)
    return replace(actor, staff_id=staff.id)


def correct(station, person, staff, now):
    """Give points by hand, and take back what somebody earned first."""
    whom = person.participant_id
    corrections.adjust(
        actor=staff, participant_id=whom, node_id=station.id, points=9, note="补记活动", now=now
    )
    earned = ledger_queries.page_entries(participant_id=whom, cursor=None, limit=50).items
    first = min(
        (entry for entry in earned if entry.reason is Reason.ATTENDANCE),
        key=lambda entry: entry.id,
    )
    corrections.reverse(actor=staff, entry_id=first.id, note="人没有到", now=now)


def live(now):
    """Let a week of a station pass: check-ins and check-outs, redemptions, somebody who leaves."""
    shop = add_shop(now, points=7)
    shop = replace(shop, clerk=add_staff(shop.station, Role.CLERK, now))
    staff = add_staff(shop.station, Role.STATION_ADMIN, now)
    people = [add_participant(shop.station, now) for _ in range(3)]
    hold_occasions(shop.station, people, staff, now)
    redeem(shop, people[0], staff, now)
    correct(shop.station, people[1], staff, now)
    gone = build_participant(shop.station, now=now, phone="+8613800138000", birth_year=1956)
    participants.close_participant(actor=SYSTEM, participant_id=gone.id, now=now)
    return shop, people, staff


@pytest.fixture
def station(begin_with, now):
    """A station whose books are sealed to the end."""
    return begin_with("week of a station", lambda: live_and_seal(now))


def live_and_seal(now):
    shop, _, _ = live(now)
    while seal():
        pass
    return shop.station


@pytest.fixture
def run(app, station):
    """Return a function that runs `flask books verify` and returns exit code and JSON."""
    return partial(run_verify, app)


def run_verify(app, *options):
    result = app.test_cli_runner().invoke(args=["books", "verify", "--json", *options])
    return result.exit_code, json.loads(result.stdout)

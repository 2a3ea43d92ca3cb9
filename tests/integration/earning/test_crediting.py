"""Acts become entries: what the rules of the day give, each award with its version."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from rewards.access.errors import NotAllowedError
from rewards.access.types import Role, SystemActor
from rewards.activities import service as activities
from rewards.activities.types import OccasionKind
from rewards.checkins import service as checkins
from rewards.core.db import db
from rewards.core.ids import new_id
from rewards.core.unit import use_case
from rewards.earning import operations as earning
from rewards.earning import queries
from rewards.earning.errors import ApprovalMissingError
from rewards.earning.models import PointRuleRow
from rewards.ledger import queries as ledger
from rewards.ledger.errors import AlreadyPostedError
from rewards.ledger.operations import lock_account
from rewards.ledger.types import Asset, Reason
from rewards.network import queries as network
from rewards.network.types import Level
from tests.factories.rules import build_act
from tests.factories.world import (
    build_node,
    build_occasion,
    build_participant,
    build_staff_actor,
    build_station,
)

SHIFT = OccasionKind.SERVICE_SHIFT


@pytest.fixture
def station(app):
    queries.forget_rule_set()
    yield build_station()
    queries.forget_rule_set()


@use_case
def add_version(code, definition, *, version=2, node=None, now):
    db.session.execute(
        sa.insert(PointRuleRow).values(
            code=code,
            version=version,
            node_id=node and node.id,
            node_path=node.path if node else "",
            definition=definition,
            valid_from=now,
            created_by="system",
            created_at=now,
        )
    )
    queries.forget_rule_set()


def come(person, occasion, at):
    return checkins.check_in_by_staff(
        actor=SystemActor(), occasion_id=occasion.id, participant_id=person.id, now=at
    )


def leave(person, occasion, at):
    return checkins.check_out_by_staff(
        actor=SystemActor(), occasion_id=occasion.id, participant_id=person.id, now=at
    )


def serve(person, occasion):
    come(person, occasion, occasion.starts_at)
    return leave(person, occasion, occasion.ends_at)


def list_given(person, asset=Asset.POINTS):
    entries = ledger.page_entries(participant_id=person.id, asset=asset).items
    return sorted((each.rule_code, each.amount) for each in entries)


def test_a_muster_gives_two_entries_and_the_minutes_once(station, now):
    person = build_participant(station, now=now)
    muster = build_occasion(station, kind=SHIFT, rule_code="SVC_MUSTER", minutes=140, now=now)

    receipt = serve(person, muster)

    assert receipt.points == 30
    assert list_given(person) == [("SVC_MUSTER", 10), ("SVC_TIME", 20)]
    assert list_given(person, Asset.SERVICE_MINUTES) == [("SVC_TIME", 140)]
    assert ledger.get_balance(person.id).balance == 30


def test_only_the_center_calls_a_muster(station, now):
    host = build_staff_actor(station, Role.STATION_ADMIN)
    details = {
        "kind": SHIFT,
        "title": "物资搬运",
        "node_id": station.id,
        "starts_at": now,
        "ends_at": now + timedelta(hours=2),
        "now": now,
    }

    activities.create_occasion(actor=host, rule_code="SVC_TIME", **details)
    with pytest.raises(NotAllowedError):
        activities.create_occasion(actor=host, rule_code="SVC_MUSTER", **details)


def test_vector_16_a_changed_rule_leaves_what_was_given(station, now):
    person = build_participant(station, now=now)
    come(person, build_occasion(station, now=now), now)

    add_version("ACT_JOIN", {"base": 6, "board": "study"}, now=now)
    come(person, build_occasion(station, now=now), now)

    entries = ledger.page_entries(participant_id=person.id).items
    assert [(each.amount, each.rule_version) for each in entries] == [(6, 2), (5, 1)]


def test_a_rule_differs_where_a_node_has_its_own(station, now):
    add_version("ACT_JOIN", {"base": 7}, node=station, now=now)
    institute = network.list_ancestors(station.path)[1]
    other = build_node(Level.STATION, parent=institute)
    person = build_participant(station, now=now)

    here = come(person, build_occasion(station, now=now), now)
    there = come(person, build_occasion(other, now=now), now)

    assert [(award.points, award.version) for award in here.awards] == [(7, 2)]
    # The day's ten are counted over all nodes.
    assert [(award.points, award.version) for award in there.awards] == [(3, 1)]


def test_a_rule_that_is_switched_off_leaves_the_attendance(station, now):
    add_version("ACT_JOIN", {"base": 5, "enabled": False}, now=now)
    person = build_participant(station, now=now)

    receipt = come(person, build_occasion(station, now=now), now)

    assert receipt.is_new
    assert [(award.points, award.why) for award in receipt.awards] == [(0, "off")]
    assert list_given(person) == []


def test_vector_18_a_round_of_thirty_five(station, now):
    morning = build_occasion(
        station, kind=SHIFT, rule_code="CURTAIN", title="窗帘行动巡看", now=now, capacity=35
    )
    people = [build_participant(station, now=now) for _ in range(35)]

    receipts = [come(person, morning, now) for person in people]

    assert sum(receipt.points for receipt in receipts) == 70
    minutes = [ledger.get_balance(each.id, asset=Asset.SERVICE_MINUTES).balance for each in people]
    assert minutes == [10] * 35


def test_an_award_of_an_earlier_version_can_be_read():
    old = {
        "rule": "SVC_TIME",
        "version": 1,
        "points": 0,
        "uncapped": 0,
        "base": 5,
        "per_minutes": 30,
        "minutes": 29,
        "minutes_min": 30,
        "cap": "",
        "cap_limit": 0,
        "board": "service",
        "title": "环境清洁日",
    }

    award = earning.recall(old)

    assert (award.rule, award.why, award.quantity) == ("SVC_TIME", "too_short", 1)
    assert earning.recall(earning.describe(award)) == award


@use_case
def credit(person, act, *, source_id, node, now):
    account = lock_account(participant_id=person.id, asset=Asset.POINTS)
    return earning.credit_act(
        participant_id=person.id,
        act=act,
        source_id=source_id,
        node_id=node.id,
        title="还书",
        account=account,
        actor=SystemActor(),
        occurred_at=now,
        now=now,
    )


def test_an_act_that_is_no_occasion_is_credited_once(station, now):
    person, source_id = build_participant(station, now=now), new_id()
    act = build_act("BOOK_BACK", node_path=station.path, quantity=3)

    given = credit(person, act, source_id=source_id, node=station, now=now)

    # Three books of two points each, of which a week takes four points.
    assert [(award.uncapped, award.points, award.cap) for award in given.awards] == [
        (6, 4, "rule_week")
    ]
    (entry,) = ledger.page_entries(participant_id=person.id).items
    assert (entry.reason, entry.rule_code, entry.details["quantity"]) == (
        Reason.AWARD,
        "BOOK_BACK",
        3,
    )
    with pytest.raises(AlreadyPostedError):
        credit(
            person,
            build_act("BOOK_BACK", node_path=station.path, day=act.day + timedelta(days=7)),
            source_id=source_id,
            node=station,
            now=now,
        )


def test_caps_of_a_quarter_look_back_that_far(station, now):
    person = build_participant(station, now=now)
    october, december = date(2026, 10, 2), date(2026, 12, 30)

    def give(day):
        act = build_act("BOOK_GIVE", node_path=station.path, day=day, quantity=4)
        return credit(person, act, source_id=new_id(), node=station, now=now).points

    assert [give(october), give(december), give(date(2027, 1, 1))] == [12, 3, 12]


def test_a_large_award_needs_two_people(station, now):
    person = build_participant(station, now=now)

    def give(amount, *people):
        act = build_act(
            "AWARD", node_path=station.path, amount=amount, approved_by=frozenset(people)
        )
        return credit(person, act, source_id=new_id(), node=station, now=now).points

    with pytest.raises(ApprovalMissingError):
        give(60, "staff:1")
    assert give(60, "staff:1", "staff:2") == 60
    assert list_given(person) == [("AWARD", 60)]


def test_staff_say_at_the_check_out_that_a_qualification_was_verified(station, now):
    person = build_participant(station, now=now)
    details = {"kind": SHIFT, "rule_code": "SVC_PRO", "now": now}
    plain = build_occasion(station, starts_in=-300, **details)
    verified = build_occasion(station, **details)

    without = serve(person, plain)
    come(person, verified, verified.starts_at)
    with_it = checkins.check_out_by_staff(
        actor=SystemActor(),
        occasion_id=verified.id,
        participant_id=person.id,
        verified=["qualification"],
        now=verified.ends_at,
    )

    assert (without.points, without.awards[1].why) == (20, "not_verified")
    assert [award.points for award in with_it.awards] == [20, 4]

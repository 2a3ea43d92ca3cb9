"""What happens is told of in the transaction in which it does, once, and without names."""

import json
from contextlib import contextmanager
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from rewards.checkins import queries as checkins
from rewards.checkins import service as scanning
from rewards.core import unit
from rewards.core.db import db
from rewards.leaderboards import service as leaderboards
from rewards.ledger.models import EntryRow
from rewards.redemptions import service as redemptions
from rewards.webhooks import queries, service
from rewards.webhooks.models import MessageRow
from rewards.webhooks.types import WebhookEvent
from tests.factories.redemptions import add_participant, add_shop, reserve
from tests.factories.webhooks import SYSTEM, subscribe
from tests.factories.world import act_as, build_occasion, build_participant, build_station

URL = "http://127.0.0.1:9/"


def check_in(station, now, *, person=None):
    person = person or build_participant(station, name="王建英", phone="13800001234", now=now)
    occasion = build_occasion(station, now=now)
    receipt = scanning.check_in_by_code(
        actor=act_as(person),
        code=checkins.get_display_code(occasion, now=now).token,
        now=now,
    )
    return person, occasion, receipt


def list_messages(event=None):
    query = sa.select(MessageRow).order_by(MessageRow.id)
    found = db.session.scalars(query).all()
    return [each for each in found if event is None or each.event is event]


def data_of(message):
    return json.loads(message.body)["data"]


@pytest.fixture
def told(station, private_allowed, now):
    return subscribe(station, now, url=URL).subscription


def test_a_check_in_is_told_of_by_ids_points_and_times(station, told, now):
    person, occasion, receipt = check_in(station, now)

    (message,) = list_messages(WebhookEvent.CHECK_IN_RECORDED)

    assert data_of(message) == {
        "check_in_id": str(receipt.check_in_id),
        "participant_id": str(person.id),
        "occasion_id": str(occasion.id),
        "node_id": str(station.id),
        "channel": "display_code",
        "points": receipt.points,
        "checked_in_at": "2026-11-21T06:40:00+00:00",
        "recorded_at": "2026-11-21T06:40:00+00:00",
    }


def test_a_reward_that_was_handed_over_is_told_of(private_allowed, now):
    shop = add_shop(now)
    subscribe(shop.station, now, url=URL)
    person = add_participant(shop.station, now, points=200)
    redemption = reserve(shop, person, now, quantity=2)
    redemptions.fulfil(actor=shop.clerk, redemption_id=redemption.id, code=redemption.code, now=now)

    (message,) = list_messages(WebhookEvent.REDEMPTION_FULFILLED)

    assert data_of(message) == {
        "redemption_id": str(redemption.id),
        "participant_id": str(person.participant_id),
        "space_id": str(redemption.space_id),
        "node_id": str(redemption.space_node_id),
        "reward_id": str(redemption.reward_id),
        "quantity": 2,
        "points": redemption.points,
        "wish_id": None,
        "reserved_at": "2026-11-21T06:40:00+00:00",
        "fulfilled_at": "2026-11-21T06:40:00+00:00",
    }


def test_of_a_part_that_was_handed_over_the_part_is_told_of(private_allowed, now):
    shop = add_shop(now, points=10)
    subscribe(shop.station, now, url=URL)
    person = add_participant(shop.station, now, points=200)
    redemption = reserve(shop, person, now, quantity=2)

    redemptions.fulfil(
        actor=shop.clerk,
        redemption_id=redemption.id,
        code=redemption.code,
        quantity=1,
        now=now,
    )

    (message,) = list_messages(WebhookEvent.REDEMPTION_FULFILLED)
    assert (data_of(message)["quantity"], data_of(message)["points"]) == (1, 10)


def test_every_entry_is_told_of_once_by_its_seal(station, told, now):
    check_in(station, now)
    leaderboards.seal_all(now=now)

    while service.follow_seals():
        pass
    leaderboards.seal_all(now=now)
    assert service.follow_seals() == 0

    entries = db.session.scalars(sa.select(EntryRow).order_by(EntryRow.id)).all()
    told_of = [data_of(each) for each in list_messages(WebhookEvent.ENTRY_POSTED)]
    assert entries
    assert [each["entry_id"] for each in told_of] == [str(each.id) for each in entries]
    assert [each["amount"] for each in told_of] == [each.amount for each in entries]
    assert [each["seal"] for each in told_of] == list(range(1, len(entries) + 1))


def test_no_message_names_anybody(station, told, now):
    check_in(station, now)
    leaderboards.seal_all(now=now)
    service.follow_seals()

    everything = " ".join(message.body for message in list_messages())

    assert len(list_messages()) >= 2
    for word in ("王", "1380000", "1234", "长兴", station.name):
        assert word not in everything


def test_a_check_in_that_is_rolled_back_is_not_told_of(station, told, now):
    class RefusedError(Exception):
        pass

    person = build_participant(station, now=now)
    occasion = build_occasion(station, now=now)

    @unit.use_case
    def fail_in_the_end():
        unit.joined(scanning.check_in_by_code)(
            actor=act_as(person),
            code=checkins.get_display_code(occasion, now=now).token,
            now=now,
        )
        assert list_messages()
        raise RefusedError

    with pytest.raises(RefusedError):
        fail_in_the_end()

    assert list_messages() == []


def test_scanning_again_is_not_told_of_again(station, told, now):
    person = build_participant(station, now=now)
    occasion = build_occasion(station, now=now)

    for _ in range(2):
        code = checkins.get_display_code(occasion, now=now).token
        scanning.check_in_by_code(actor=act_as(person), code=code, now=now)

    assert len(list_messages(WebhookEvent.CHECK_IN_RECORDED)) == 1


def test_where_nobody_subscribed_nothing_is_written(station, private_allowed, now):
    far = build_station(name="远处社区站")
    subscribe(far, now, url=URL)

    check_in(station, now)
    leaderboards.seal_all(now=now)
    service.follow_seals()

    assert list_messages() == []


def test_only_events_that_were_asked_for_are_told_of(station, private_allowed, now):
    subscribe(station, now, url=URL, events=(WebhookEvent.ENTRY_POSTED,))

    check_in(station, now)
    leaderboards.seal_all(now=now)
    service.follow_seals()

    assert {each.event for each in list_messages()} == {WebhookEvent.ENTRY_POSTED}


def test_what_was_posted_before_anybody_subscribed_is_not_told_of(station, private_allowed, now):
    check_in(station, now)
    leaderboards.seal_all(now=now)
    subscribe(station, now, url=URL)

    service.follow_seals()

    assert list_messages() == []


def test_while_nobody_wants_entries_the_chain_is_passed_over_at_once(station, private_allowed, now):
    check_in(station, now)
    leaderboards.seal_all(now=now)
    subscribe(station, now, url=URL, events=(WebhookEvent.CHECK_IN_RECORDED,))

    with statements() as asked:
        while service.follow_seals():
            pass

    assert not queries.has_unfollowed()
    assert not [each for each in asked if "ledger_entries" in each]


def test_a_subscription_counts_from_ten_seconds_on(station, private_allowed, now):
    made = service.subscribe(
        actor=SYSTEM,
        node_id=station.id,
        name="区数据平台",
        url=URL,
        events=(WebhookEvent.CHECK_IN_RECORDED,),
        now=now,
    ).subscription
    early, late = now + timedelta(seconds=9), now + timedelta(seconds=10)
    for moment in (early, late):
        check_in(station, moment, person=build_participant(station, now=now))

    service.make_deliveries(now=late)

    assert made.starts_at == late
    deliveries = queries.page_deliveries(subscription_id=made.id).items
    assert [each.recorded_at for each in deliveries] == [late]


def test_each_subscription_of_the_branch_gets_its_own_delivery(station, told, now):
    other = subscribe(station, now, url=URL, name="另一个平台").subscription
    check_in(station, now)

    service.make_deliveries(now=now)
    assert service.make_deliveries(now=now) == 0

    for each in (told, other):
        assert len(queries.page_deliveries(subscription_id=each.id).items) == 1


@pytest.mark.databases("postgresql")
def test_two_workers_make_each_delivery_once(station, told, now, race):
    for _ in range(6):
        check_in(station, now, person=build_participant(station, now=now))

    race(4, lambda _: service.make_deliveries(now=now))

    assert len(queries.page_deliveries(subscription_id=told.id).items) == 6


def test_two_workers_tell_of_each_entry_once(station, told, now, race):
    for _ in range(3):
        check_in(station, now, person=build_participant(station, now=now))
    leaderboards.seal_all(now=now)

    outcomes = race(4, lambda _: service.follow_seals())

    count = db.session.scalar(sa.select(sa.func.count()).select_from(EntryRow))
    assert sum(outcomes) == count == len(list_messages(WebhookEvent.ENTRY_POSTED))


@contextmanager
def statements():
    """Give the list of what is asked of the database meanwhile."""
    asked = []

    def note(_connection, _cursor, statement, *_rest):
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def test_a_check_in_costs_one_statement_more_where_somebody_subscribed(
    station, private_allowed, now
):
    occasion = build_occasion(station, now=now)
    people = [build_participant(station, now=now) for _ in range(4)]

    def count(person):
        queries.list_lasting()
        with statements() as asked:
            scanning.check_in_by_code(
                actor=act_as(person),
                code=checkins.get_display_code(occasion, now=now).token,
                now=now,
            )
        return asked

    count(people[0])
    without = count(people[1])
    elsewhere = build_station(name="远处社区站")
    subscribe(elsewhere, now, url=URL)
    beside = count(people[2])
    subscribe(station, now, url=URL)
    told = count(people[3])

    assert not [each for each in without + beside if "webhook" in each]
    assert len([each for each in told if "webhook" in each]) == 1
    assert len(told) == len(without) + 1

"""Reminders of points that are about to expire, on both databases."""

from datetime import UTC, datetime, timedelta

import pytest

from rewards.core.unit import use_case
from rewards.ledger import service as ledger
from rewards.notices import queries, service
from rewards.notices.types import NoticeKind
from tests.factories.books import post
from tests.factories.world import build_participant, build_station

# Points of 2026 end with the last day of 2027.
EARNED = datetime(2026, 11, 21, 6, 40, tzinfo=UTC)
LAST_DAY = datetime(2027, 12, 31, 4, tzinfo=UTC)


@pytest.fixture
def station(app):
    return build_station()


@pytest.fixture
def people(station):
    found = [build_participant(station, name="王建英", now=EARNED) for _ in range(5)]
    for person in found:
        post(person, station, amount=12, now=EARNED)
    return found


def days_before(days):
    return LAST_DAY - timedelta(days=days)


def list_reminded(people):
    return [
        [
            notice.details["days"]
            for notice in reversed(queries.page_notices(participant_id=person.id).items)
        ]
        for person in people
    ]


def test_people_are_reminded_sixty_thirty_and_seven_days_before(people):
    for days in (61, 60, 59, 30, 29, 7, 6, 0, -1):
        service.remind_expiring(now=days_before(days))

    assert list_reminded(people) == [[60, 30, 7]] * 5
    notice = queries.page_notices(participant_id=people[0].id).items[0]
    assert notice.kind is NoticeKind.POINTS_EXPIRING
    assert notice.details == {"points": 12, "day": "2027-12-31", "days": 7}


def test_a_run_takes_a_bounded_batch_and_the_next_goes_on(people):
    counts = [service.remind_expiring(now=days_before(60), limit=2) for _ in range(4)]

    assert counts == [2, 2, 1, 0]
    assert list_reminded(people) == [[60]] * 5


def test_a_batch_that_fails_is_done_again_as_a_whole(people, monkeypatch):
    told = []

    def fail(**values):
        told.append(values)
        if len(told) == 2:
            raise ConnectionResetError
        return notify(**values)

    notify = service.operations.notify
    monkeypatch.setattr(service.operations, "notify", fail)
    with pytest.raises(ConnectionResetError):
        service.remind_expiring(now=days_before(60))
    assert list_reminded(people) == [[]] * 5

    service.remind_expiring(now=days_before(60))

    assert list_reminded(people) == [[60]] * 5


def test_two_workers_at_once_remind_nobody_twice(race, people):
    outcomes = race(4, lambda _number: service.remind_expiring(now=days_before(60), limit=2))

    assert sum(outcomes) == 5
    assert list_reminded(people) == [[60]] * 5


def test_a_worker_that_was_down_on_the_day_catches_up(people):
    service.remind_expiring(now=days_before(45))

    assert list_reminded(people) == [[60]] * 5


def test_after_a_long_outage_only_what_still_helps_is_told(people):
    service.remind_expiring(now=days_before(3))

    assert list_reminded(people) == [[7]] * 5


def test_who_has_spent_them_is_not_reminded(people, station):
    post(people[0], station, amount=-12, now=EARNED + timedelta(hours=1))

    service.remind_expiring(now=days_before(60))

    assert list_reminded(people) == [[], *[[60]] * 4]


def test_points_of_another_year_are_left_alone(people, station):
    late = EARNED.replace(year=2027)
    post(people[0], station, amount=30, now=late)

    service.remind_expiring(now=days_before(7))

    notice = queries.page_notices(participant_id=people[0].id).items[0]
    assert notice.details["points"] == 12


def test_what_is_expired_is_not_reminded_of(people):
    after = LAST_DAY + timedelta(days=1)
    ledger.expire_due(now=after)

    service.remind_expiring(now=after)

    assert list_reminded(people) == [[]] * 5


@pytest.mark.databases("postgresql")
def test_without_the_key_and_the_lock_two_workers_would_tell_twice(race, people, monkeypatch):
    """The race above is one: what keeps it harmless is the lock, and behind it the key."""
    notify = service.operations.notify
    # Every worker sees the reminders as none has begun, and its notices have no key.
    unlocked = use_case(service.operations.lock_reminders)
    begun = unlocked(valid_until=LAST_DAY.date(), days=60)
    monkeypatch.setattr(service.operations, "lock_reminders", lambda **_values: begun)
    monkeypatch.setattr(
        service.operations, "notify", lambda **values: notify(**{**values, "key": ""})
    )

    race(4, lambda _number: service.remind_expiring(now=days_before(60)))

    assert list_reminded(people) != [[60]] * 5

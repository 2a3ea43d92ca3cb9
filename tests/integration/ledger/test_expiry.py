"""Points end with the year after the one they were earned in; nothing else does."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from rewards.core.db import db
from rewards.ledger import queries, service
from rewards.ledger.errors import InsufficientPointsError
from rewards.ledger.models import EntryRow
from rewards.ledger.types import Asset, Reason
from tests.factories.books import capture, hold, post, release, reverse
from tests.factories.world import build_participant

EARNED_AT = datetime(2026, 5, 6, 2, 0, tzinfo=UTC)
# 31 December 2027, 23:59:59 in Shanghai, and the moment after it.
LAST_SECOND = datetime(2027, 12, 31, 15, 59, 59, tzinfo=UTC)
MIDNIGHT = datetime(2027, 12, 31, 16, 0, 0, tzinfo=UTC)


def balance_of(person, asset=Asset.POINTS):
    return queries.get_balance(person.id, asset=asset).balance


def count_expiries():
    return db.session.scalar(
        sa.select(sa.func.count()).select_from(EntryRow).where(EntryRow.reason == Reason.EXPIRY)
    )


def test_points_last_to_the_last_second_of_their_day(person, station):
    # Vector 13 of the rules.
    entry_id = post(person, station, amount=100, now=EARNED_AT)
    post(person, station, amount=90, asset=Asset.SERVICE_MINUTES, now=EARNED_AT)

    assert service.expire_due(now=LAST_SECOND) == 0
    assert balance_of(person) == 100
    assert service.expire_due(now=MIDNIGHT) == 1

    assert balance_of(person) == 0
    assert queries.get_balance(person.id).earned == 100
    assert balance_of(person, Asset.SERVICE_MINUTES) == 90
    assert queries.list_fates([entry_id])[entry_id].expired == 100


def test_a_second_run_expires_nothing_more(person, station):
    post(person, station, amount=100, now=EARNED_AT)

    assert [service.expire_due(now=MIDNIGHT) for _ in range(3)] == [1, 0, 0]
    assert count_expiries() == 1


def test_only_what_is_left_expires_and_newer_points_stay(person, station):
    # Vector 12 of the rules: 100 of 2026, 50 of 2027, 120 spent in 2027.
    post(person, station, amount=100, day=date(2026, 5, 6), now=EARNED_AT)
    post(person, station, amount=50, day=date(2027, 5, 6), now=EARNED_AT)
    post(person, station, amount=-120, now=EARNED_AT)

    assert service.expire_due(now=MIDNIGHT) == 0
    assert balance_of(person) == 30
    assert service.expire_due(now=MIDNIGHT + timedelta(days=366)) == 1
    assert balance_of(person) == 0


def test_points_set_aside_stay_until_they_are_released(person, station):
    post(person, station, amount=100, now=EARNED_AT)
    held = hold(person, 60, now=LAST_SECOND)

    service.expire_due(now=MIDNIGHT)
    assert balance_of(person) == 60
    assert service.expire_due(now=MIDNIGHT) == 0
    release(person, held, now=MIDNIGHT)
    service.expire_due(now=MIDNIGHT)

    assert balance_of(person) == 0


def test_points_set_aside_before_can_be_handed_over_after(person, station):
    post(person, station, amount=100, now=EARNED_AT)
    held = hold(person, 60, now=LAST_SECOND)
    service.expire_due(now=MIDNIGHT)

    capture(person, station, held, 60, now=MIDNIGHT)

    assert balance_of(person) == 0


def test_what_is_set_aside_are_the_points_whose_day_is_over(person, station):
    post(person, station, amount=60, day=date(2026, 5, 6), now=EARNED_AT)
    post(person, station, amount=60, day=date(2027, 5, 6), now=EARNED_AT)
    held = hold(person, 60, now=LAST_SECOND)

    assert service.expire_due(now=MIDNIGHT) == 0
    capture(person, station, held, 60, now=MIDNIGHT)

    assert balance_of(person) == 60
    assert service.expire_due(now=MIDNIGHT) == 0


def test_what_is_not_set_aside_expires_beside_what_is(person, station):
    post(person, station, amount=60, day=date(2026, 5, 6), now=EARNED_AT)
    post(person, station, amount=60, day=date(2027, 5, 6), now=EARNED_AT)
    hold(person, 20, now=LAST_SECOND)

    assert service.expire_due(now=MIDNIGHT) == 1

    assert balance_of(person) == 80


def test_nothing_is_reserved_with_points_whose_day_is_over_even_before_the_run(person, station):
    post(person, station, amount=100, now=EARNED_AT)

    with pytest.raises(InsufficientPointsError):
        hold(person, 1, now=MIDNIGHT)


def test_a_batch_has_its_limit_and_the_next_goes_on(station):
    for number in range(5):
        person = build_participant(station, now=EARNED_AT, name=f"某居民{number}")
        post(person, station, amount=10, now=EARNED_AT)

    assert [service.expire_due(now=MIDNIGHT, limit=2) for _ in range(4)] == [2, 2, 1, 0]


def test_a_refund_of_points_whose_day_is_over_expires_again(person, station):
    post(person, station, amount=100, now=EARNED_AT)
    spent = post(person, station, amount=-100, now=EARNED_AT)

    reverse(spent, now=MIDNIGHT)
    assert balance_of(person) == 100
    service.expire_due(now=MIDNIGHT)

    assert balance_of(person) == 0


def test_nobody_owes_points_that_had_expired(person, station):
    entry_id = post(person, station, amount=100, now=EARNED_AT)
    post(person, station, amount=-30, now=EARNED_AT)
    service.expire_due(now=MIDNIGHT)

    done = reverse(entry_id, now=MIDNIGHT)

    assert (done.balance, done.debt) == (-30, 30)
    assert queries.get_balance(person.id).earned == 0


def test_what_expires_when_is_told(person, station):
    post(person, station, amount=100, day=date(2026, 5, 6), now=EARNED_AT)
    post(person, station, amount=50, day=date(2027, 5, 6), now=EARNED_AT)

    told = queries.list_expiring(person.id, since=date(2027, 1, 1), until=date(2028, 12, 31))

    assert [(each.valid_until, each.points) for each in told] == [
        (date(2027, 12, 31), 100),
        (date(2028, 12, 31), 50),
    ]
    everybody = queries.list_expiring_of(since=date(2027, 1, 1), until=date(2027, 12, 31), limit=10)
    assert [(each.participant_id, each.points) for each in everybody] == [(person.id, 100)]


@pytest.mark.usefixtures("app")
def test_two_runs_at_once_expire_points_once(person, station, race):
    post(person, station, amount=100, now=EARNED_AT)

    outcomes = race(6, lambda _number: service.expire_due(now=MIDNIGHT))

    assert sum(outcomes) == 1
    assert balance_of(person) == 0
    assert count_expiries() == 1

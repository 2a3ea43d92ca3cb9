"""Many at the same moment. What happens without the guards is in test_races_unguarded.py."""

from collections import Counter

import sqlalchemy as sa

from rewards.access.types import Role
from rewards.core.db import db
from rewards.corrections.errors import DailyLimitError
from rewards.corrections.types import Correction
from rewards.ledger import queries as ledger
from rewards.ledger.errors import AccountInDebtError, InsufficientPointsError
from rewards.redemptions.types import Redemption
from tests.factories.corrections import adjust, build_admin, decide, give, reverse
from tests.factories.people import make_staff
from tests.factories.redemptions import add_participant, add_shop, count_inconsistencies, reserve

PAIRS = 4
ENTRIES_EACH = 10


def count(reason):
    db.session.rollback()
    query = "SELECT COUNT(*) FROM ledger_entries WHERE reason = :reason"
    return db.session.scalar(sa.text(query), {"reason": reason})


def test_of_two_reversals_of_each_entry_one_is_done_and_both_get_its_answer(
    admin, second, station, race, now
):
    people = [add_participant(station, now) for _ in range(PAIRS)]
    entries = [[give(person, station, 10, now) for _ in range(ENTRIES_EACH)] for person in people]

    def take_back(number):
        actor = (admin, second)[number % 2]
        return [reverse(actor, entry, now) for entry in entries[number // 2]]

    answers = race(2 * PAIRS, take_back)

    assert answers[::2] == answers[1::2]
    assert len({each.id for answer in answers for each in answer}) == PAIRS * ENTRIES_EACH
    assert count("reversal") == PAIRS * ENTRIES_EACH
    assert [ledger.get_balance(each.participant_id).balance for each in people] == [0] * PAIRS


def test_of_eight_who_approve_at_once_one_does_and_all_get_the_same_answer(
    admin, station, person, race, now
):
    asked = adjust(admin, person, station, 60, now)
    approvers = [build_admin(station) for _ in range(8)]

    answers = race(8, lambda number: decide(approvers[number], asked, now))

    assert len({(each.applied_entry_id, each.decided_by) for each in answers}) == 1
    assert count("adjustment") == 1
    assert ledger.get_balance(person.participant_id).balance == 60


def test_one_who_approves_and_one_who_refuses_at_once_come_to_one_end(
    admin, second, station, person, race, now
):
    asked = adjust(admin, person, station, 60, now)
    third = build_admin(station)

    outcomes = race(
        2,
        lambda number: decide(
            (second, third)[number], asked, now, approve=number == 0, note="签到表上对不上"
        ),
    )

    [done] = [each for each in outcomes if isinstance(each, Correction)]
    given = 60 if done.applied_entry_id else 0
    assert ledger.get_balance(person.participant_id).balance == given


def test_of_eight_gifts_at_once_a_day_has_room_for_four(station, race, now):
    staff = make_staff("zhengtao", now, (Role.STATION_ADMIN, station))
    people = [add_participant(station, now) for _ in range(8)]

    outcomes = race(8, lambda number: adjust(staff, people[number], station, 50, now))

    assert Counter(map(type, outcomes)) == {Correction: 4, DailyLimitError: 4}


def test_spending_that_races_a_reversal_is_either_refused_or_owed(app, race, now):
    shop = add_shop(now, points=60, on_hand=20)
    admin = build_admin(shop.station)
    people = [add_participant(shop.station, now) for _ in range(4)]
    entries = [give(person, shop.station, 60, now) for person in people]

    outcomes = race(
        8,
        lambda number: (
            reverse(admin, entries[number // 2], now)
            if number % 2
            else reserve(shop, people[number // 2], now)
        ),
    )

    for person, spent in zip(people, outcomes[::2], strict=True):
        balance = ledger.get_balance(person.participant_id)
        is_spent = isinstance(spent, Redemption)
        assert is_spent or isinstance(spent, InsufficientPointsError | AccountInDebtError)
        assert (balance.balance, balance.held) == (0, 60 if is_spent else 0)
        assert balance.debt == balance.held
    assert all(isinstance(each, Correction) for each in outcomes[1::2])
    assert count_inconsistencies() == {}

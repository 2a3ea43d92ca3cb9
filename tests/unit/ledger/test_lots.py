"""Which points are used first, and where those that are given back go."""

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rewards.ledger import rules
from rewards.ledger.errors import AccountInDebtError, InsufficientPointsError
from rewards.ledger.types import AccountId, Balance, EntryId, Lot


def lot(number, left, year=2027, amount=None):
    return Lot(
        entry_id=EntryId(UUID(int=number)),
        amount=left if amount is None else amount,
        left=left,
        valid_until=date(year, 12, 31),
    )


def by_number(parts):
    return {key.int: part for key, part in parts.items()}


lots = st.lists(st.tuples(st.integers(0, 60), st.integers(2026, 2029)), max_size=8).map(
    lambda drawn: [lot(number, left, year) for number, (left, year) in enumerate(drawn, start=1)]
)


@pytest.mark.parametrize(
    ("day", "last"),
    [
        (date(2026, 1, 1), date(2027, 12, 31)),
        (date(2026, 12, 31), date(2027, 12, 31)),
        (date(2027, 1, 1), date(2028, 12, 31)),
        (date(2028, 2, 29), date(2029, 12, 31)),
    ],
)
def test_points_hold_until_the_end_of_the_year_after(day, last):
    assert rules.valid_until(day) == last


def test_the_lot_that_ends_first_is_used_first():
    # Vector 12 of the rules: 100 earned in 2026, 50 in 2027, 120 spent.
    taken = rules.take_from([lot(2, 50, 2028), lot(1, 100, 2027)], 120)

    assert by_number(taken) == {1: 100, 2: 20}


def test_of_lots_that_end_together_the_older_is_used_first():
    assert by_number(rules.take_from([lot(2, 10), lot(1, 10)], 15)) == {1: 10, 2: 5}


def test_a_lot_can_be_named_to_be_used_before_all_others():
    first = EntryId(UUID(int=2))

    taken = rules.take_from([lot(1, 10, 2026), lot(2, 10, 2028)], 15, first=first)

    assert by_number(taken) == {2: 10, 1: 5}


@given(lots, st.integers(0, 300))
def test_what_is_taken_is_there_and_no_more_than_asked(held, amount):
    taken = rules.take_from(held, amount)

    assert sum(taken.values()) == min(amount, sum(each.left for each in held))
    assert all(0 < taken[each.entry_id] <= each.left for each in held if each.entry_id in taken)


@given(lots, st.integers(0, 300))
def test_a_lot_is_touched_only_when_those_that_end_before_are_used_up(held, amount):
    taken = rules.take_from(held, amount)
    last = max((each.valid_until for each in held if each.entry_id in taken), default=None)

    for each in held:
        if last is not None and each.valid_until < last:
            assert taken.get(each.entry_id, 0) == each.left


@given(lots, st.integers(0, 300))
def test_points_given_back_go_where_they_were_taken_from(held, amount):
    taken = rules.take_from(held, amount)
    uses = [(each, taken[each.entry_id]) for each in held if each.entry_id in taken]

    assert rules.give_back(uses, sum(taken.values())) == taken


def test_less_is_given_back_to_the_lots_that_hold_longest():
    uses = [(lot(1, 0, 2026, amount=10), 10), (lot(2, 0, 2028, amount=10), 10)]

    assert by_number(rules.give_back(uses, 12)) == {2: 10, 1: 2}


def test_what_is_set_aside_keeps_the_oldest_lots():
    gone = rules.expire_from([lot(2, 10, 2027), lot(1, 10, 2026)], held=15)

    assert by_number(gone) == {2: 5}


@given(lots, st.integers(0, 300))
def test_what_expires_is_what_nothing_has_set_aside(due, held):
    gone = rules.expire_from(due, held=held)

    assert sum(gone.values()) == max(0, sum(each.left for each in due) - held)
    assert all(gone[each.entry_id] <= each.left for each in due if each.entry_id in gone)


def account(balance, *, held=0, debt=0):
    return Balance(
        account_id=AccountId(UUID(int=1)), balance=balance, held=held, earned=0, debt=debt
    )


def test_what_is_available_may_be_taken():
    rules.check_available(account(30, held=10), required=20)


def test_more_than_is_available_may_not_be_taken():
    with pytest.raises(InsufficientPointsError) as refused:
        rules.check_available(account(30, held=10), required=25)

    assert refused.value.members == {"available": 20, "required": 25, "missing": 5}


def test_with_a_debt_nothing_may_be_taken():
    with pytest.raises(AccountInDebtError) as refused:
        rules.check_available(account(-20, debt=20), required=1)

    assert refused.value.members == {"debt": 20}

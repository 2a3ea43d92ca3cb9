"""Reversals: each entry once, a debt for what is gone, the same lots for what was spent."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from rewards.core.db import db, table_of
from rewards.core.ids import new_id
from rewards.ledger import queries
from rewards.ledger.errors import (
    AccountInDebtError,
    AlreadyReversedError,
    EntryNotFoundError,
    InsufficientPointsError,
    NotReversibleError,
)
from rewards.ledger.models import EntryRow, LotRow
from rewards.ledger.types import Asset, BoardKind, Reason
from tests.factories.books import capture, hold, post, release, reverse

WHEN = datetime(2026, 5, 6, 2, 0, tzinfo=UTC)
TEAM_ID = new_id()


def balance_of(person):
    balance = queries.get_balance(person.id)
    return balance.balance, balance.held, balance.earned, balance.debt


def lots_of(person):
    rows = db.session.execute(
        sa.select(LotRow.remaining)
        .join(EntryRow, EntryRow.id == LotRow.entry_id)
        .where(EntryRow.participant_id == person.id)
        .order_by(LotRow.valid_until, LotRow.entry_id)
    )
    return [row.remaining for row in rows]


def test_a_reversal_mirrors_its_original(person, station):
    entry_id = post(person, station, amount=20, board=BoardKind.STUDY, team_id=TEAM_ID, now=WHEN)

    done = reverse(entry_id, now=WHEN + timedelta(days=40))

    original, mirror = queries.get_entry(entry_id), queries.get_entry(done.entry_id)
    assert (done.amount, done.balance, done.debt) == (-20, 0, 0)
    assert mirror.reason is Reason.REVERSAL
    assert mirror.reverses_id == entry_id
    assert mirror.amount == -original.amount
    for name in (
        "node_path",
        "business_date",
        "board",
        "rule_code",
        "rule_version",
        "asset",
        "team_id",
    ):
        assert getattr(mirror, name) == getattr(original, name)
    assert balance_of(person) == (0, 0, 0, 0)
    assert lots_of(person) == [0]


def test_an_entry_is_reversed_once(person, station):
    entry_id = post(person, station, amount=20, now=WHEN)
    done = reverse(entry_id, now=WHEN)

    with pytest.raises(AlreadyReversedError) as refused:
        reverse(entry_id, now=WHEN)

    assert refused.value.members == {"reversal": str(done.entry_id)}
    assert balance_of(person) == (0, 0, 0, 0)


def test_a_reversal_is_not_reversed(person, station):
    done = reverse(post(person, station, amount=20, now=WHEN), now=WHEN)

    with pytest.raises(NotReversibleError):
        reverse(done.entry_id, now=WHEN)


@pytest.mark.usefixtures("app")
def test_nothing_is_reversed_that_is_not_there():
    with pytest.raises(EntryNotFoundError):
        reverse(new_id(), now=WHEN)


def test_points_that_are_spent_leave_a_debt_that_blocks(person, station):
    # Vector 14 of the rules.
    entry_id = post(person, station, amount=20, now=WHEN)
    post(person, station, amount=-20, now=WHEN)

    done = reverse(entry_id, now=WHEN)

    assert (done.balance, done.debt) == (-20, 20)
    assert balance_of(person) == (-20, 0, 0, 20)
    with pytest.raises(AccountInDebtError):
        hold(person, 1, now=WHEN)
    with pytest.raises(AccountInDebtError):
        post(person, station, amount=-1, reason=Reason.ADJUSTMENT, now=WHEN)


def test_what_is_earned_repays_the_debt_first(person, station):
    entry_id = post(person, station, amount=20, now=WHEN)
    post(person, station, amount=-20, now=WHEN)
    reverse(entry_id, now=WHEN)

    post(person, station, amount=15, now=WHEN)
    assert balance_of(person) == (-5, 0, 15, 5)
    post(person, station, amount=15, now=WHEN)

    assert balance_of(person) == (10, 0, 30, 0)
    assert lots_of(person) == [0, 10]
    hold(person, 10, now=WHEN)


def test_points_that_a_hold_has_set_aside_are_owed_until_it_ends(person, station):
    entry_id = post(person, station, amount=20, now=WHEN)
    held = hold(person, 20, now=WHEN)

    reverse(entry_id, now=WHEN)

    assert balance_of(person) == (0, 20, 0, 20)
    with pytest.raises(AccountInDebtError):
        capture(person, station, held, 20, now=WHEN)
    release(person, held, now=WHEN)
    assert balance_of(person) == (0, 0, 0, 0)


def test_its_own_lot_goes_before_older_ones(person, station):
    post(person, station, amount=10, now=WHEN)
    entry_id = post(person, station, amount=30, now=WHEN)
    post(person, station, amount=-15, now=WHEN)
    assert lots_of(person) == [0, 25]

    reverse(entry_id, now=WHEN)

    assert lots_of(person) == [0, 0]
    assert balance_of(person) == (-5, 0, 10, 5)


def test_a_refund_gives_back_the_same_lots(person, station):
    post(person, station, amount=100, day=date(2026, 5, 6), now=WHEN)
    post(person, station, amount=50, day=date(2027, 5, 6), now=WHEN)
    spent = post(person, station, amount=-120, now=WHEN)
    assert lots_of(person) == [0, 30]

    done = reverse(spent, now=WHEN)

    assert queries.get_entry(done.entry_id).reason is Reason.REFUND
    assert lots_of(person) == [100, 50]
    assert balance_of(person) == (150, 0, 150, 0)


def test_a_refund_repays_a_debt_before_it_fills_lots(person, station):
    first = post(person, station, amount=20, now=WHEN)
    spent = post(person, station, amount=-20, now=WHEN)
    reverse(first, now=WHEN)

    reverse(spent, now=WHEN)

    assert balance_of(person) == (0, 0, 0, 0)
    assert lots_of(person) == [0]


def test_minutes_are_reversed_without_lots(person, station):
    entry_id = post(person, station, amount=90, asset=Asset.SERVICE_MINUTES, now=WHEN)

    reverse(entry_id, now=WHEN)

    assert queries.get_balance(person.id, asset=Asset.SERVICE_MINUTES).earned == 0


def test_what_became_of_an_entry_can_be_told(person, station):
    first = post(person, station, amount=30, now=WHEN)
    second = post(person, station, amount=30, now=WHEN)
    spent = post(person, station, amount=-40, now=WHEN)
    done = reverse(second, now=WHEN)

    fates = queries.list_fates([first, second, spent])

    assert (fates[first].left, fates[first].valid_until) == (0, date(2027, 12, 31))
    assert [(use.entry_id, use.amount) for use in fates[first].spent] == [(spent, 30)]
    assert fates[second].reversed_by == done.entry_id
    assert [(use.reason, use.amount) for use in fates[second].uses] == [
        (Reason.REDEMPTION, 10),
        (Reason.REVERSAL, 20),
    ]
    assert (fates[spent].left, fates[spent].valid_until, fates[spent].uses) == (None, None, ())


def test_more_than_there_is_cannot_be_taken_by_hand(person, station):
    post(person, station, amount=10, now=WHEN)

    with pytest.raises(InsufficientPointsError):
        post(person, station, amount=-11, reason=Reason.ADJUSTMENT, now=WHEN)

    post(person, station, amount=-10, reason=Reason.ADJUSTMENT, now=WHEN)
    assert balance_of(person) == (0, 0, 0, 0)


@pytest.mark.parametrize(
    "change",
    [
        {"amount": -19},
        {"asset": Asset.SERVICE_MINUTES},
        {"node_path": "elsewhere/"},
        {"business_date": date(2026, 5, 7)},
        {"board": BoardKind.SERVICE},
        {"reason": Reason.REFUND},
        {"team_id": TEAM_ID},
    ],
    ids=lambda change: next(iter(change)),
)
def test_the_database_refuses_a_reversal_that_is_no_mirror_image(person, station, change):
    entry_id = post(person, station, amount=20, now=WHEN)
    insert_mirror(entry_id, {})
    db.session.rollback()

    with pytest.raises(IntegrityError, match="mirror"):
        insert_mirror(entry_id, change)

    db.session.rollback()


def test_the_database_refuses_to_reverse_a_reversal(person, station):
    done = reverse(post(person, station, amount=20, now=WHEN), now=WHEN)

    with pytest.raises(IntegrityError, match="mirror"):
        insert_mirror(done.entry_id, {})

    db.session.rollback()


def insert_mirror(entry_id, change):
    entries = table_of(EntryRow)
    row = db.session.execute(sa.select(entries).where(entries.c.id == entry_id)).one()
    values = {
        **row._mapping,
        "id": new_id(),
        "amount": -row.amount,
        "reason": Reason.REVERSAL,
        "reverses_id": entry_id,
    }
    db.session.execute(sa.insert(entries).values({**values, **change}))

"""What is there is counted without being told, while the desk goes on."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from rewards.access.errors import NotAllowedError
from rewards.access.types import Role
from rewards.core.db import db
from rewards.redemptions import service as redemptions
from rewards.stock import service as shelves
from rewards.stockroom import queries, service
from rewards.stockroom.errors import (
    ChangesWaitingError,
    DifferenceStandsError,
    DifferenceWaitsError,
    InvalidCountError,
    NotCountedHereError,
    RecountError,
    StockSecondPersonError,
    StocktakeClosedError,
    StocktakeEmptyError,
    StocktakeOpenError,
    UncountedError,
)
from rewards.stockroom.types import ChangeKind, StocktakeStatus
from tests.factories.redemptions import (
    SYSTEM,
    Shop,
    add_participant,
    add_reward,
    build_staff,
    reserve,
)
from tests.factories.stockroom import ask, find_faults, level, open_shelf


@pytest.fixture
def shelf(app, now):
    return open_shelf(now)


@pytest.fixture
def taken(shelf, now):
    """An open stocktake."""
    return service.start(actor=shelf.clerk, space_id=shelf.space.id, now=now)


def count(shelf, taken, counted, now, *, reward=None, actor=None):
    return service.count(
        actor=actor or shelf.clerk,
        stocktake_id=taken.id,
        reward_id=(reward or shelf.towel).id,
        counted=counted,
        now=now,
    )


def close(shelf, taken, now, **changes):
    return service.close(actor=shelf.clerk, stocktake_id=taken.id, now=now, **changes)


def test_a_count_that_agrees_changes_nothing(shelf, taken, now):
    count(shelf, taken, 10, now)

    closed = close(shelf, taken, now)

    assert closed.status is StocktakeStatus.CLOSED
    assert queries.count_waiting() == 0
    assert level(shelf.towel) == (10, 0)
    assert find_faults(now) == ()


def test_a_difference_is_counted_again_and_then_waits_for_another_person(shelf, taken, now):
    count(shelf, taken, 7, now)
    with pytest.raises(RecountError):
        close(shelf, taken, now)
    count(shelf, taken, 8, now)

    close(shelf, taken, now)

    (change,) = queries.page_changes(node_paths=("",)).items
    assert (change.kind, change.quantity) == (ChangeKind.STOCKTAKE, -2)
    assert level(shelf.towel) == (10, 0)
    service.decide(actor=shelf.admin, change_id=change.id, approve=True, now=now)
    assert level(shelf.towel) == (8, 0)
    assert find_faults(now) == ()


def test_a_difference_is_not_withdrawn_and_nothing_more_is_asked_for_the_item(shelf, taken, now):
    for counted in (7, 7):
        count(shelf, taken, counted, now)
    close(shelf, taken, now)
    (change,) = queries.page_changes(node_paths=("",)).items

    with pytest.raises(DifferenceStandsError):
        service.withdraw(actor=shelf.clerk, change_id=change.id, now=now)
    with pytest.raises(DifferenceWaitsError):
        ask(shelf, now)
    with pytest.raises(IntegrityError):
        db.session.execute(
            sa.text("UPDATE stock_change_requests SET status = 'withdrawn', decided_at = :now"),
            {"now": now.isoformat()},
        )
    db.session.rollback()

    assert queries.get_change(change.id).is_pending
    service.decide(actor=shelf.admin, change_id=change.id, approve=True, now=now)
    assert ask(shelf, now).is_pending


def test_whoever_counted_last_does_not_approve(shelf, taken, now):
    count(shelf, taken, 7, now)
    count(shelf, taken, 7, now, actor=shelf.admin)
    close(shelf, taken, now)
    (change,) = queries.page_changes(node_paths=("",)).items

    with pytest.raises(StockSecondPersonError):
        service.decide(actor=shelf.admin, change_id=change.id, approve=True, now=now)

    service.decide(actor=shelf.institute, change_id=change.id, approve=True, now=now)
    assert level(shelf.towel) == (7, 0)


def test_the_desk_goes_on_and_the_difference_is_that_of_the_moment(shelf, taken, now):
    count(shelf, taken, 9, now)
    shop = Shop(station=None, space=shelf.space, reward=shelf.towel, clerk=shelf.clerk)
    station = type("Node", (), {"id": shelf.space.node_id, "path": shelf.space.node_path})
    person = add_participant(station, now, points=500)
    redemption = reserve(shop, person, now, quantity=2)
    redemptions.fulfil(
        actor=shelf.clerk, redemption_id=redemption.id, code=redemption.code, now=now
    )

    count(shelf, taken, 7, now)
    close(shelf, taken, now)

    (change,) = queries.page_changes(node_paths=("",)).items
    assert change.quantity == -1
    item = queries.get_stocktake(taken.id).items[0]
    assert [(each.counted, each.on_hand) for each in item.counts] == [(9, 10), (7, 8)]


def test_an_item_that_was_not_counted_is_left_as_it_is_if_that_is_meant(shelf, now):
    soap = add_reward(shelf.space, now, name="香皂", on_hand=4)
    taken = service.start(actor=shelf.clerk, space_id=shelf.space.id, now=now)
    count(shelf, taken, 10, now)

    with pytest.raises(UncountedError) as refused:
        close(shelf, taken, now)
    close(shelf, taken, now, leaves_uncounted=True)

    assert refused.value.members == {"uncounted": 1}
    assert level(soap) == (4, 0)
    assert queries.count_waiting() == 0


def test_one_count_at_a_time(shelf, taken, now):
    with pytest.raises(StocktakeOpenError):
        service.start(actor=shelf.admin, space_id=shelf.space.id, now=now)
    with pytest.raises(IntegrityError):
        db.session.execute(
            sa.text(
                "INSERT INTO stocktakes SELECT :id, status, space_id, node_id, node_path,"
                " started_by, started_at, closed_by, closed_at, left_out FROM stocktakes"
            ),
            {"id": "0" * 32},
        )
    db.session.rollback()


def test_none_begins_while_a_change_waits(shelf, now):
    ask(shelf, now)

    with pytest.raises(ChangesWaitingError) as refused:
        service.start(actor=shelf.clerk, space_id=shelf.space.id, now=now)

    assert refused.value.members == {"waiting": 1}


def test_none_begins_where_nothing_stands(shelf, now):
    empty = shelves.create_space(
        actor=SYSTEM, node_id=shelf.space.node_id, name="新开的空间", now=now
    )

    with pytest.raises(StocktakeEmptyError):
        service.start(actor=shelf.admin, space_id=empty.id, now=now)
    assert queries.find_open(empty.id) is None


def test_an_abandoned_count_changes_nothing(shelf, taken, now):
    count(shelf, taken, 1, now)
    other_clerk = build_staff(Role.CLERK, shelf.space.node_path)

    with pytest.raises(NotAllowedError):
        service.abandon(actor=other_clerk, stocktake_id=taken.id, now=now)
    service.abandon(actor=shelf.clerk, stocktake_id=taken.id, now=now)

    assert queries.count_waiting() == 0
    assert queries.find_open(shelf.space.id) is None
    for late in (
        lambda: count(shelf, taken, 10, now),
        lambda: close(shelf, taken, now),
        lambda: service.abandon(actor=shelf.clerk, stocktake_id=taken.id, now=now),
    ):
        with pytest.raises(StocktakeClosedError):
            late()


def test_what_is_no_count_is_refused(shelf, taken, now):
    elsewhere = open_shelf(now, "兴华")

    for counted in (-1, 100_001):
        with pytest.raises(InvalidCountError):
            count(shelf, taken, counted, now)
    with pytest.raises(NotCountedHereError):
        count(shelf, taken, 1, now, reward=elsewhere.towel)
    with pytest.raises(NotAllowedError):
        count(shelf, taken, 10, now, actor=elsewhere.clerk)
    assert queries.get_stocktake(taken.id).items[0].counts == ()


@pytest.mark.parametrize(
    "edit", ["UPDATE stocktake_counts SET counted = 10", "DELETE FROM stocktake_counts"]
)
def test_a_count_stays_as_it_was_written_down(shelf, taken, now, edit):
    count(shelf, taken, 7, now)

    with pytest.raises(IntegrityError):
        db.session.execute(sa.text(edit))
    db.session.rollback()

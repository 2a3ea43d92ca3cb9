"""Pieces go from one space to another, and both sides say what went and what came."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from rewards.access.errors import NotAllowedError
from rewards.core.db import db
from rewards.stock import service as stock
from rewards.stock.errors import StockReservedError
from rewards.stockroom import queries, service
from rewards.stockroom.errors import (
    InvalidTransferError,
    ItemMissingThereError,
    TransferClosedError,
    TransferSecondPersonError,
)
from rewards.stockroom.types import TransferStatus
from tests.factories.redemptions import SYSTEM, add_reward, read_rows
from tests.factories.stockroom import find_faults, level, open_shelf, open_two


@pytest.fixture
def shelves(app, now):
    return open_two(now)


def send(shelves, now, *, quantity=4, reward=None, actor=None, to=None):
    here, there = shelves
    return service.send(
        actor=actor or here.admin,
        from_space_id=here.space.id,
        to_space_id=(to or there).space.id,
        pieces={(reward or here.towel).id: quantity},
        note="那边快没了",
        now=now,
    )


def receive(shelves, transfer, now, *, came=4, actor=None):
    here, there = shelves
    return service.receive(
        actor=actor or there.clerk,
        transfer_id=transfer.id,
        counted={here.towel.id: came},
        now=now,
    )


def test_what_is_sent_leaves_at_once_and_arrives_when_it_is_counted(shelves, now):
    here, there = shelves

    transfer = send(shelves, now)
    on_the_way = level(here.towel), level(there.towel)
    received = receive(shelves, transfer, now)

    assert on_the_way == ((6, 0), (3, 0))
    assert (level(here.towel), level(there.towel)) == ((6, 0), (7, 0))
    assert (received.status, received.missing) == (TransferStatus.RECEIVED, 0)
    assert find_faults(now) == ()


def test_what_is_on_its_way_is_told_for_every_moment(shelves, now):
    here, there = shelves
    minute = timedelta(minutes=1)
    transfer = send(shelves, now)
    receive(shelves, transfer, now + minute)

    def tell(at, path=here.space.node_path):
        return [
            (each.reward_id, each.to_reward_id, each.quantity)
            for each in queries.list_coming(path, at=at)
        ]

    expected = [(here.towel.id, there.towel.id, 4)]
    assert tell(now - minute) == []
    assert tell(now) == tell(now, there.space.node_path) == expected
    assert tell(now + minute) == []
    assert tell(now, "elsewhere/") == []


@pytest.mark.parametrize("came", [0, 3])
def test_a_short_delivery_is_kept_on_the_line(shelves, now, came):
    transfer = send(shelves, now)

    received = receive(shelves, transfer, now, came=came)

    (line,) = received.lines
    assert (line.quantity, line.received, line.missing) == (4, came, 4 - came)
    assert received.missing == 4 - came
    assert level(shelves[1].towel) == (3 + came, 0)
    assert find_faults(now) == ()


def test_more_than_was_sent_does_not_arrive(shelves, now):
    transfer = send(shelves, now)

    for counted in ({shelves[0].towel.id: 5}, {shelves[0].towel.id: -1}, {}):
        with pytest.raises(InvalidTransferError):
            service.receive(
                actor=shelves[1].clerk, transfer_id=transfer.id, counted=counted, now=now
            )

    assert level(shelves[1].towel) == (3, 0)


def test_whoever_sent_does_not_receive(shelves, now):
    here, _ = shelves
    transfer = send(shelves, now, actor=here.institute)

    with pytest.raises(TransferSecondPersonError):
        receive(shelves, transfer, now, actor=here.institute)
    with pytest.raises(IntegrityError):
        db.session.execute(
            sa.text(
                "UPDATE stock_transfers SET status = 'received', closed_by = sent_by,"
                " closed_at = sent_at"
            )
        )
    db.session.rollback()


def test_the_other_side_receives_and_no_third(shelves, now):
    here, _ = shelves
    transfer = send(shelves, now)

    for actor in (here.clerk, here.admin, open_shelf(now, "兴华").admin):
        with pytest.raises((NotAllowedError, TransferSecondPersonError)):
            receive(shelves, transfer, now, actor=actor)
    assert level(shelves[1].towel) == (3, 0)


def test_what_comes_back_stands_where_it_stood(shelves, now):
    here, there = shelves
    transfer = send(shelves, now)

    with pytest.raises(NotAllowedError):
        service.take_back(actor=there.admin, transfer_id=transfer.id, now=now)
    returned = service.take_back(actor=here.admin, transfer_id=transfer.id, now=now)

    assert returned.status is TransferStatus.RETURNED
    assert (level(here.towel), level(there.towel)) == ((10, 0), (3, 0))
    with pytest.raises(TransferClosedError):
        receive(shelves, transfer, now)
    assert find_faults(now) == ()


def test_an_end_comes_once(shelves, now):
    transfer = send(shelves, now)
    receive(shelves, transfer, now)

    with pytest.raises(TransferClosedError):
        receive(shelves, transfer, now)
    with pytest.raises(TransferClosedError):
        service.take_back(actor=shelves[0].admin, transfer_id=transfer.id, now=now)
    assert level(shelves[1].towel) == (7, 0)


def test_no_more_is_sent_than_is_there(shelves, now):
    before = read_rows()

    with pytest.raises(StockReservedError):
        send(shelves, now, quantity=11)

    assert read_rows() == before


def test_the_other_space_must_offer_the_item(shelves, now):
    soap = add_reward(shelves[0].space, now, name="香皂")

    with pytest.raises(ItemMissingThereError) as refused:
        send(shelves, now, reward=soap)

    assert refused.value.members == {"names": ["香皂"]}
    assert level(soap) == (10, 0)


def test_it_goes_to_another_open_space_of_the_same_center(shelves, now):
    stock.close_space(actor=SYSTEM, space_id=shelves[1].space.id, now=now)
    for to in (shelves[0], open_shelf(now, "别处"), shelves[1]):
        with pytest.raises(InvalidTransferError) as refused:
            send(shelves, now, to=to)
        assert refused.value.members == {"field": "to_space_id"}


@pytest.mark.parametrize(
    "edit",
    [
        "UPDATE stock_transfers SET sent_by = 'system'",
        "UPDATE stock_transfers SET status = 'sent', closed_by = '', closed_at = NULL",
        "UPDATE stock_transfer_lines SET quantity = 9",
        "UPDATE stock_transfer_lines SET received = 3",
        "DELETE FROM stock_transfer_lines",
        "DELETE FROM stock_transfers",
    ],
)
def test_what_was_sent_and_what_came_are_final(shelves, now, edit):
    receive(shelves, send(shelves, now), now)

    with pytest.raises(IntegrityError):
        db.session.execute(sa.text(edit))
    db.session.rollback()


def test_both_sides_find_it_in_their_lists(shelves, now):
    here, there = shelves
    transfer = send(shelves, now)

    for path in (here.space.node_path, there.space.node_path):
        assert queries.page_transfers(node_paths=[path]).items == (transfer,)
    assert queries.count_on_the_way(node_path=there.space.node_path) == 1
    assert queries.count_on_the_way(node_path=here.space.node_path) == 0

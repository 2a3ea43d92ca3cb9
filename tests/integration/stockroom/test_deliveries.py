"""A sheet is tried first; it is taken in whole, or not at all."""

from datetime import timedelta

import pytest

from rewards.access.errors import NotAllowedError
from rewards.core.db import db
from rewards.stock import queries as stock
from rewards.stock.types import MovementKind
from rewards.stockroom import service
from rewards.stockroom.errors import (
    DeliveryChangedError,
    DeliveryEmptyError,
    DeliveryRepeatedError,
    DeliveryRowsError,
)
from rewards.stockroom.types import SheetRow
from tests.factories.redemptions import add_reward, read_rows
from tests.factories.stockroom import find_faults, level, open_shelf


@pytest.fixture
def shelf(app, now):
    return open_shelf(now)


def build_rows(*pairs):
    return [
        SheetRow(line=line, name=name, quantity=quantity)
        for line, (name, quantity) in enumerate(pairs, start=2)
    ]


def take_in(shelf, rows, now, *, digest=None, **changes):
    sheet = service.try_sheet(actor=shelf.admin, space_id=shelf.space.id, rows=rows, now=now)
    return service.take_in(
        actor=shelf.admin,
        space_id=shelf.space.id,
        rows=rows,
        digest=digest or sheet.digest,
        now=now,
        **changes,
    )


def test_to_try_a_sheet_changes_nothing(shelf, now):
    before = read_rows()

    sheet = service.try_sheet(
        actor=shelf.admin, space_id=shelf.space.id, rows=build_rows(("毛巾", "5")), now=now
    )

    assert [(row.name, row.quantity, row.on_hand) for row in sheet.good] == [("毛巾", 5, 10)]
    assert read_rows() == before


def test_a_good_sheet_is_on_the_shelf_in_one_go(shelf, now):
    soap = add_reward(shelf.space, now, name="香皂", on_hand=0)

    delivery = take_in(shelf, build_rows(("毛巾", "5"), ("香皂", "12")), now, note="区里送来")

    assert (delivery.lines, delivery.pieces) == (2, 17)
    assert (level(shelf.towel), level(soap)) == ((15, 0), (12, 0))
    moved = stock.page_movements(node_paths=("",)).items[:2]
    assert {each.kind for each in moved} == {MovementKind.RECEIVE}
    assert {each.source_id for each in moved} == {delivery.id}
    assert find_faults(now) == ()


def test_one_bad_row_keeps_all_out(shelf, now):
    rows = build_rows(("毛巾", "5"), ("飞机", "1"), ("毛巾", "-1"))
    before = read_rows()

    with pytest.raises(DeliveryRowsError) as refused:
        take_in(shelf, rows, now)

    assert refused.value.members["rows"] == [
        {"line": 3, "code": "row-item-unknown", "name": "飞机"},
        {"line": 4, "code": "row-quantity-negative", "name": "毛巾"},
    ]
    assert read_rows() == before


def test_bad_rows_are_left_out_if_somebody_says_so(shelf, now):
    delivery = take_in(shelf, build_rows(("毛巾", "5"), ("飞机", "1")), now, skips_bad=True)

    assert (delivery.lines, delivery.pieces) == (1, 5)
    assert level(shelf.towel) == (15, 0)


def test_a_sheet_without_a_good_row_brings_nothing(shelf, now):
    for rows in ([], build_rows(("毛巾", "")), build_rows(("飞机", "1"))):
        with pytest.raises(DeliveryEmptyError):
            take_in(shelf, rows, now, skips_bad=True)


def test_the_same_sheet_again_must_be_meant(shelf, now):
    rows = build_rows(("毛巾", "5"))
    take_in(shelf, rows, now)

    with pytest.raises(DeliveryRepeatedError):
        take_in(shelf, rows, now)
    assert level(shelf.towel) == (15, 0)
    take_in(shelf, rows, now, is_another=True)
    take_in(shelf, rows, now + timedelta(days=15))

    assert level(shelf.towel) == (25, 0)


def test_what_was_shown_is_what_is_taken_in(shelf, now):
    with pytest.raises(DeliveryChangedError):
        take_in(shelf, build_rows(("毛巾", "5")), now, digest="0" * 64)


def test_only_who_manages_the_shelf_takes_goods_in(shelf, now):
    rows = build_rows(("毛巾", "5"))
    sheet = service.try_sheet(actor=shelf.admin, space_id=shelf.space.id, rows=rows, now=now)

    for actor in (shelf.clerk, open_shelf(now, "兴华").admin):
        with pytest.raises(NotAllowedError):
            service.take_in(
                actor=actor, space_id=shelf.space.id, rows=rows, digest=sheet.digest, now=now
            )
    db.session.rollback()
    assert level(shelf.towel) == (10, 0)

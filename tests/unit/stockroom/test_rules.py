"""Rows of a delivery sheet are judged one by one, whatever somebody wrote."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rewards.core.ids import new_id
from rewards.stock.rules import QUANTITY_MAX
from rewards.stock.types import RewardId, RewardKind
from rewards.stockroom import rules
from rewards.stockroom.types import Count, CountedItem, SheetRow
from tests.factories.redemptions import build_offer

TOWEL = build_offer().reward
NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
names = st.text(max_size=12) | st.just(TOWEL.name)
quantities = st.text(max_size=8) | st.integers(-5, 200_000).map(str)


def read(name, quantity, *, is_formula=False):
    row = SheetRow(line=2, name=name, quantity=quantity, is_formula=is_formula)
    return rules.read_sheet([row], [TOWEL])


def count_of(*pairs):
    counts = [
        Count(counted=counted, on_hand=on_hand, counted_by="", counted_by_name="", counted_at=NOW)
        for counted, on_hand in pairs
    ]
    return CountedItem(reward_id=TOWEL.id, name="", unit="", counts=tuple(counts))


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        ("5", 5),
        (" 12 ", 12),
        ("1,200", 1200),
        ("12.00", 12),
        ("\N{FULLWIDTH DIGIT ONE}\N{FULLWIDTH DIGIT TWO}", 12),
        ("5.0", 5),
        ("+5", 5),
        (str(QUANTITY_MAX), QUANTITY_MAX),
    ],
)
def test_a_number_is_read_as_people_write_it(text, quantity):
    sheet = read(TOWEL.name, text)

    assert [row.quantity for row in sheet.good] == [quantity]
    assert sheet.bad == ()


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        (TOWEL.name, "-1", "row-quantity-negative"),
        (TOWEL.name, "−1", "row-quantity-negative"),
        (TOWEL.name, "\N{FULLWIDTH HYPHEN-MINUS}1", "row-quantity-negative"),
        (TOWEL.name, "0", "row-quantity-zero"),
        (TOWEL.name, "1.5", "row-quantity-unread"),
        (TOWEL.name, "1,5", "row-quantity-unread"),
        (TOWEL.name, "1,2000", "row-quantity-unread"),
        (TOWEL.name, "五", "row-quantity-unread"),
        (TOWEL.name, "5支", "row-quantity-unread"),
        (TOWEL.name, "--5", "row-formula"),
        (TOWEL.name, "=2+3", "row-formula"),
        (TOWEL.name, "\N{FULLWIDTH EQUALS SIGN}2+3", "row-formula"),
        (TOWEL.name, "+A1", "row-formula"),
        (TOWEL.name, "-A1", "row-formula"),
        (TOWEL.name, "@SUM(A1)", "row-formula"),
        ("=1+1", "5", "row-formula"),
        (TOWEL.name, str(QUANTITY_MAX + 1), "row-quantity-large"),
        (TOWEL.name, "9" * 40, "row-quantity-large"),
        ("", "5", "row-item-missing"),
        ("飞机", "5", "row-item-unknown"),
    ],
)
def test_a_bad_row_is_named(name, text, code):
    sheet = read(name, text)

    assert sheet.good == ()
    assert [(row.line, row.code) for row in sheet.bad] == [(2, code)]


def test_a_cell_that_holds_a_formula_is_refused_whatever_it_shows():
    assert [row.code for row in read(TOWEL.name, "5", is_formula=True).bad] == ["row-formula"]


def test_an_item_is_known_by_its_exact_name_first():
    close = replace(TOWEL, id=RewardId(new_id()), name=f"{TOWEL.name}A")
    other = replace(TOWEL, id=RewardId(new_id()), name=f"{TOWEL.name} a")
    rows = [
        SheetRow(line=2, name=close.name, quantity="1"),
        SheetRow(line=3, name=other.name, quantity="2"),
        SheetRow(line=4, name=f"{TOWEL.name} A", quantity="3"),
    ]

    sheet = rules.read_sheet(rows, [close, other])

    assert [(row.reward_id, row.quantity) for row in sheet.good] == [(close.id, 1), (other.id, 2)]
    assert [(row.line, row.code) for row in sheet.bad] == [(4, "row-item-ambiguous")]


def test_what_has_no_shelf_is_not_delivered():
    giving = replace(TOWEL, kind=RewardKind.GIVING)
    row = SheetRow(line=2, name=giving.name, quantity="5")

    assert [bad.code for bad in rules.read_sheet([row], [giving]).bad] == ["row-item-unknown"]


def test_an_empty_quantity_is_an_item_that_did_not_come():
    sheet = read(TOWEL.name, "")

    assert (sheet.good, sheet.bad, sheet.empty) == ((), (), 1)


def test_the_second_row_of_an_item_names_the_first():
    rows = [SheetRow(line=line, name=TOWEL.name, quantity="5") for line in (2, 7)]

    sheet = rules.read_sheet(rows, [TOWEL])

    assert [(row.line, row.code, row.first_line) for row in sheet.bad] == [(7, "row-item-twice", 2)]


def test_the_digest_is_of_what_came_not_of_how_it_was_written():
    other = read(f" {TOWEL.name} ", "5.0")

    assert read(TOWEL.name, "5").digest == other.digest
    assert read(TOWEL.name, "6").digest != other.digest


@given(st.lists(st.tuples(names, quantities), max_size=8))
def test_every_row_is_good_bad_or_empty_and_what_is_good_can_stand_on_a_shelf(pairs):
    rows = [SheetRow(line=n, name=name, quantity=text) for n, (name, text) in enumerate(pairs)]

    sheet = rules.read_sheet(rows, [TOWEL])

    assert len(sheet.good) + len(sheet.bad) + sheet.empty == len(rows)
    assert all(0 < row.quantity <= QUANTITY_MAX for row in sheet.good)
    assert len({row.reward_id for row in sheet.good}) == len(sheet.good)
    assert all(row.code for row in sheet.bad)


@pytest.mark.parametrize(
    ("pairs", "needs"),
    [
        ([], False),
        ([(5, 5)], False),
        ([(4, 5)], True),
        ([(4, 5), (5, 5)], False),
        ([(4, 5), (4, 5)], False),
        ([(5, 5), (4, 5)], True),
    ],
)
def test_the_first_count_that_differs_is_counted_again(pairs, needs):
    assert count_of(*pairs).needs_recount is needs

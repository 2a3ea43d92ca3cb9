"""Some of the pieces are handed over, and the rest goes on waiting."""

from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa

from rewards.access.models import AuditRecordRow
from rewards.core.db import db
from rewards.ledger import queries as ledger
from rewards.redemptions import errors, queries, service
from rewards.redemptions.types import Redemption, RedemptionStatus, ReturnKind
from rewards.stock import queries as stock
from tests.factories.redemptions import (
    add_participant,
    add_shop,
    count_inconsistencies,
    hand_over,
    read_rows,
    reserve,
)

# What decides is the same on both; what both engines are asked is asked of both below.
pytestmark = pytest.mark.databases("sqlite")
both = pytest.mark.databases("sqlite", "postgresql")


@pytest.fixture
def person(shop, now):
    return add_participant(shop.station, now, points=200)


@pytest.fixture
def three(shop, person, now):
    return reserve(shop, person, now, quantity=3)


def get_state(shop, person):
    db.session.rollback()
    balance = ledger.get_balance(person.participant_id)
    reward = stock.get_reward(shop.reward.id)
    return (balance.balance, balance.held), (reward.on_hand, reward.reserved)


@both
def test_a_part_is_handed_over_and_the_rest_waits_under_a_code_of_its_own(shop, person, three, now):
    later = now + timedelta(days=1)
    part = hand_over(shop, three, later, quantity=1)
    rest = queries.find_rest(three.id)

    assert (part.id, part.status) == (three.id, RedemptionStatus.FULFILLED)
    assert (part.quantity, part.points) == (1, 60)
    assert (rest.quantity, rest.points, rest.status) == (2, 120, RedemptionStatus.RESERVED)
    assert (rest.split_from, rest.expires_at) == (three.id, three.expires_at)
    # Limits and budgets count it in the period in which it was reserved.
    assert rest.reserved_at == now
    assert rest.code not in {three.code, part.code}
    assert get_state(shop, person) == ((140, 120), (9, 2))
    assert count_inconsistencies() == {}


@both
def test_the_rest_is_a_redemption_like_any_other(shop, person, three, now):
    hand_over(shop, three, now, quantity=1)
    rest = queries.find_rest(three.id)

    hand_over(shop, rest, now, quantity=1)
    last = queries.find_rest(rest.id)
    assert get_state(shop, person) == ((80, 60), (8, 1))
    service.cancel(actor=person, redemption_id=last.id, now=now)

    assert get_state(shop, person) == ((80, 0), (8, 0))
    assert queries.find_rest(last.id) is None
    assert count_inconsistencies() == {}


def test_the_rest_expires_like_any_other(shop, person, three, now):
    hand_over(shop, three, now, quantity=2)

    assert service.expire_due(now=three.expires_at) == 1
    assert get_state(shop, person) == ((80, 0), (8, 0))
    assert count_inconsistencies() == {}


def test_what_was_handed_over_of_a_part_can_be_undone(shop, person, three, now):
    part = hand_over(shop, three, now, quantity=2)

    service.undo(actor=shop.clerk, redemption_id=part.id, now=now)

    assert get_state(shop, person) == ((200, 60), (10, 1))
    assert count_inconsistencies() == {}


def test_faulty_goods_of_a_part_come_back_at_their_own_price(shop, person, three, now):
    part = hand_over(shop, three, now, quantity=2)

    service.take_back(
        actor=shop.manager,
        redemption_id=part.id,
        kind=ReturnKind.REFUNDED,
        quantity=1,
        note="开裂了",
        now=now,
    )

    assert get_state(shop, person) == ((200, 60), (9, 1))
    assert count_inconsistencies() == {}


def test_all_pieces_are_no_part(shop, person, three, now):
    hand_over(shop, three, now, quantity=3)

    assert queries.find_rest(three.id) is None
    assert get_state(shop, person) == ((20, 0), (7, 0))


@pytest.mark.parametrize("quantity", [-1, 0, 4, 1000])
def test_no_piece_or_more_than_wait_are_refused_and_nothing_changes(shop, three, now, quantity):
    before = read_rows()

    with pytest.raises(errors.QuantityOutOfRangeError) as refusal:
        hand_over(shop, three, now, quantity=quantity)

    assert refusal.value.members["quantity_max"] == 3
    assert read_rows() == before


def test_the_code_of_what_was_handed_over_does_not_get_the_rest(shop, three, now):
    hand_over(shop, three, now, quantity=1)
    rest = queries.find_rest(three.id)

    with pytest.raises(errors.WrongRedemptionCodeError):
        hand_over(shop, rest, now, code=three.code)
    with pytest.raises(errors.RedemptionAlreadyFulfilledError):
        hand_over(shop, three, now, quantity=1)
    assert count_inconsistencies() == {}


def test_the_audit_names_both(shop, three, now):
    hand_over(shop, three, now, quantity=1)
    rest = queries.find_rest(three.id)

    audited = db.session.execute(
        sa.select(AuditRecordRow.action, AuditRecordRow.subject, AuditRecordRow.details).order_by(
            AuditRecordRow.id
        )
    ).all()
    told = [(each.action, each.subject, each.details.get("quantity")) for each in audited[-2:]]
    assert told == [
        ("redemption.split", f"redemption:{rest.id.hex}", 2),
        ("redemption.fulfilled", f"redemption:{three.id.hex}", 1),
    ]


@both
def test_of_many_who_hand_over_a_part_at_once_one_does(app, race, now):
    shop = add_shop(now)
    person = add_participant(shop.station, now, points=300)
    three = reserve(shop, person, now, quantity=3)
    others = [reserve(shop, person, now) for _time in range(2)]
    ways = (
        lambda: hand_over(shop, three, now, quantity=1),
        lambda: hand_over(shop, three, now, quantity=2),
        lambda: service.cancel(actor=person, redemption_id=three.id, now=now),
    )

    outcomes = race(12, lambda number: ways[number % 3]())

    assert Counter(type(each) for each in outcomes)[Redemption] == 1
    assert [queries.get_redemption(each.id).status for each in others] == (
        [RedemptionStatus.RESERVED] * 2
    )
    assert count_inconsistencies() == {}

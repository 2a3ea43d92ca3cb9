"""What comes back after a hand-over: a mistake of the desk, or faulty goods."""

from collections import Counter
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from rewards.access.errors import NotAllowedError
from rewards.access.models import AuditRecordRow
from rewards.access.types import Role
from rewards.core import unit
from rewards.core.db import db
from rewards.ledger import queries as ledger
from rewards.ledger.types import Reason
from rewards.notices import queries as notices
from rewards.notices.types import NoticeKind
from rewards.redemptions import errors, events, operations, queries, service
from rewards.redemptions.types import Redemption, RedemptionStatus, ReturnKind
from rewards.stock.errors import OutOfStockError
from rewards.visits.service import open_visit
from rewards.visits.types import Proof
from tests.factories.books import reverse
from tests.factories.redemptions import (
    add_participant,
    add_shop,
    build_staff,
    count_inconsistencies,
    credit,
    hand_over,
    read_balance,
    read_rows,
    read_shelf,
    reserve,
)

# What decides is the same on both; what both engines are asked is asked of both below.
pytestmark = pytest.mark.databases("sqlite")
both = pytest.mark.databases("sqlite", "postgresql")

QUARTER = timedelta(minutes=15)


@pytest.fixture
def person(shop, now):
    return add_participant(shop.station, now, points=146)


@pytest.fixture
def given(shop, person, now):
    """Two pieces, handed over by the clerk."""
    return hand_over(shop, reserve(shop, person, now, quantity=2), now)


def visit(shop, person, now):
    return open_visit(
        actor=shop.clerk,
        participant_id=person.participant_id,
        space_id=shop.space.id,
        proof=Proof.CARD,
        step=None,
        now=now,
    )


def undo(shop, redemption, now, **changes):
    return service.undo(**{"actor": shop.clerk, "redemption_id": redemption.id} | changes, now=now)


def take_back(shop, redemption, now, **changes):
    arguments = {
        "actor": shop.manager,
        "redemption_id": redemption.id,
        "kind": ReturnKind.REFUNDED,
        "quantity": 2,
        "note": "杯盖漏水",
    }
    return service.take_back(**arguments | changes, now=now)


def list_actions(redemption):
    return db.session.scalars(
        sa.select(AuditRecordRow.action)
        .where(AuditRecordRow.subject == f"redemption:{redemption.id.hex}")
        .order_by(AuditRecordRow.id)
    ).all()


def list_told(person):
    db.session.rollback()
    page = notices.page_notices(participant_id=person.participant_id)
    # Of the hand-over before it they were told too.
    later = [each for each in page.items if each.kind is not NoticeKind.REDEMPTION_COLLECTED]
    return [(each.kind, each.details.get("points")) for each in later]


@both
def test_undoing_puts_points_and_pieces_back_and_leaves_the_end_as_it_is(shop, person, given, now):
    assert (read_balance(person), read_shelf(shop)) == ((26, 0, 146), (8, 0))

    undone = undo(shop, given, now + QUARTER, note="拿错了")

    assert undone.status is RedemptionStatus.FULFILLED
    assert undone.returned_at == now + QUARTER
    assert (read_balance(person), read_shelf(shop)) == ((146, 0, 146), (10, 0))
    assert list_actions(given) == ["redemption.fulfilled", "redemption.undone"]
    assert list_told(person) == [(NoticeKind.REDEMPTION_RETURNED, 120)]
    found = queries.find_return(given.id)
    assert (found.kind, found.quantity, found.note) == (ReturnKind.UNDONE, 2, "拿错了")
    assert count_inconsistencies() == {}


def test_points_go_back_to_the_lots_they_came_from(shop, person, given, now):
    undo(shop, given, now)

    db.session.rollback()
    entries = ledger.page_entries(participant_id=person.participant_id).items
    assert [entry.reason for entry in entries][:2] == [Reason.REFUND, Reason.REDEMPTION]
    last_day = date(2027, 12, 31)
    [lot] = ledger.list_expiring(person.participant_id, since=last_day, until=last_day)
    assert lot.points == 146


def test_what_is_undone_is_published_once(shop, given, now):
    heard = []
    unit.connect({events.RedemptionReturned: [heard.append]})
    try:
        undo(shop, given, now)
        with pytest.raises(errors.RedemptionAlreadyReturnedError):
            undo(shop, given, now)
    finally:
        unit.connect({})

    assert [event.kind for event in heard] == [ReturnKind.UNDONE]


def test_only_for_fifteen_minutes(shop, person, given, now):
    before = read_rows()

    with pytest.raises(errors.RedemptionUndoTooLateError) as refusal:
        undo(shop, given, now + QUARTER + timedelta(seconds=1))

    assert refusal.value.members["closed_at"] == (now + QUARTER).isoformat()
    assert read_rows() == before


def test_only_by_who_handed_over_or_manages_the_stock(shop, given, now):
    colleague = build_staff(Role.CLERK, shop.station.path)
    elsewhere = build_staff(Role.STATION_ADMIN, "center/institute/other/")
    before = read_rows()

    with pytest.raises(errors.RedemptionUndoNotOwnError):
        undo(shop, given, now, actor=colleague)
    with pytest.raises(NotAllowedError):
        undo(shop, given, now, actor=elsewhere)
    assert read_rows() == before

    undo(shop, given, now, actor=build_staff(Role.STATION_ADMIN, shop.station.path))
    assert count_inconsistencies() == {}


def test_goods_come_back_from_their_owner_or_by_two_people(shop, person, given, now):
    other = add_participant(shop.station, now)
    admin = shop.manager
    credit(person, shop.station, 60, now)
    own = hand_over(shop, reserve(shop, person, now), now, actor=admin)
    left, stands = (visit(shop, each, now) for each in (other, person))
    before = read_rows()

    for refused in (
        lambda: take_back(shop, given, now, actor=shop.clerk),
        lambda: take_back(shop, given, now, actor=build_staff(Role.CLERK, shop.station.path)),
        lambda: take_back(shop, given, now, actor=shop.clerk, visit_id=left.id),
        lambda: take_back(shop, given, stands.ends_at, actor=shop.clerk, visit_id=stands.id),
        lambda: take_back(shop, own, now, actor=admin, quantity=1),
    ):
        with pytest.raises(errors.ReturnNeedsOwnerError):
            refused()
    assert read_rows() == before

    take_back(shop, given, now, actor=shop.clerk, visit_id=stands.id)
    # Whoever brought one thing does not stand there for all others.
    with pytest.raises(errors.ReturnNeedsOwnerError):
        take_back(shop, own, now, actor=shop.clerk, visit_id=stands.id, quantity=1)


def test_nobody_undoes_or_takes_back_what_they_collected_themselves(shop, person, given, now):
    own = build_staff(Role.STATION_ADMIN, shop.station.path, participant_id=person.participant_id)

    for act in (undo, take_back):
        with pytest.raises(errors.OwnGoodsError):
            act(shop, given, now, actor=own)


@pytest.mark.parametrize("act", [undo, take_back])
def test_what_was_not_handed_over_does_not_come_back(shop, person, now, act):
    waiting = reserve(shop, person, now)
    cancelled = reserve(shop, person, now)
    service.cancel(actor=person, redemption_id=cancelled.id, now=now)
    before = read_rows()

    for redemption in (waiting, cancelled):
        with pytest.raises(errors.RedemptionNotFulfilledError):
            act(shop, redemption, now, **({} if act is undo else {"quantity": 1}))
    assert read_rows() == before


@both
def test_faulty_goods_are_replaced_while_there_are_good_ones(shop, person, given, now):
    replaced = take_back(shop, given, now, kind=ReturnKind.REPLACED, quantity=1)

    assert replaced.returned_at is None
    assert (read_balance(person), read_shelf(shop)) == ((26, 0, 146), (7, 0))
    assert list_told(person) == [(NoticeKind.REDEMPTION_RETURNED, 0)]
    assert list_actions(given)[-1] == "redemption.replaced"
    assert count_inconsistencies() == {}


def test_what_is_set_aside_for_others_is_not_given_instead(shop, person, given, now):
    other = add_participant(shop.station, now, points=480)
    reserve(shop, other, now, quantity=8)
    before = read_rows()

    with pytest.raises(OutOfStockError):
        take_back(shop, given, now, kind=ReturnKind.REPLACED, quantity=1)

    assert read_rows() == before


@both
def test_a_refund_brings_all_points_back_and_the_good_pieces_onto_the_shelf(
    shop, person, given, now
):
    take_back(shop, given, now, quantity=1)

    assert (read_balance(person), read_shelf(shop)) == ((146, 0, 146), (9, 0))
    assert list_told(person) == [(NoticeKind.REDEMPTION_RETURNED, 120)]
    assert queries.find_return(given.id).quantity == 1
    assert count_inconsistencies() == {}


def test_broken_pieces_do_not_go_back_onto_the_shelf(shop, person, given, now):
    take_back(shop, given, now, quantity=2)

    assert (read_balance(person), read_shelf(shop)) == ((146, 0, 146), (8, 0))
    assert count_inconsistencies() == {}


def test_faulty_goods_are_taken_back_until_the_seventh_day_is_over(shop, given, now):
    # Handed over on the 21st, 14:40 in Shanghai; the 28th ends at 16:00 UTC.
    midnight = now.replace(day=28, hour=16, minute=0)

    with pytest.raises(errors.RedemptionReturnTooLateError):
        take_back(shop, given, midnight)
    take_back(shop, given, midnight - timedelta(seconds=1))


@both
def test_something_comes_back_once(shop, given, now):
    take_back(shop, given, now, kind=ReturnKind.REPLACED, quantity=1)

    for again in (
        lambda: take_back(shop, given, now),
        lambda: undo(shop, given, now),
        lambda: take_back(shop, given, now, kind=ReturnKind.REPLACED, quantity=1),
    ):
        with pytest.raises(errors.RedemptionAlreadyReturnedError) as refusal:
            again()
        assert refusal.value.members["kind"] == "replaced"
    assert count_inconsistencies() == {}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"quantity": 0}, "quantity"),
        ({"quantity": 3}, "quantity"),
        ({"kind": ReturnKind.UNDONE}, "kind"),
        ({"note": " "}, "note"),
        ({"note": "坏" * 121}, "note"),
    ],
)
def test_what_does_not_fit_is_refused_and_changes_nothing(shop, given, now, changes, field):
    before = read_rows()

    with pytest.raises(errors.InvalidReturnError) as refusal:
        take_back(shop, given, now, **changes)

    assert refusal.value.members["field"] == field
    assert read_rows() == before


def test_a_person_in_debt_gets_the_points_back_against_it(shop, person, given, now):
    entries = ledger.page_entries(participant_id=person.participant_id).items
    earned = next(entry for entry in entries if entry.amount > 0)
    reverse(earned.id, now=now)
    assert ledger.get_balance(person.participant_id).debt == 120

    undo(shop, given, now)

    db.session.rollback()
    balance = ledger.get_balance(person.participant_id)
    assert (balance.balance, balance.debt) == (0, 0)
    assert count_inconsistencies() == {}


@both
@pytest.mark.parametrize("first", range(2))
def test_of_undoing_and_taking_back_at_once_one_wins(app, race, now, first):
    shop = add_shop(now)
    person = add_participant(shop.station, now, points=120)
    given = hand_over(shop, reserve(shop, person, now, quantity=2), now)
    ways = (
        lambda: undo(shop, given, now),
        lambda: take_back(shop, given, now, quantity=1),
        lambda: take_back(shop, given, now, kind=ReturnKind.REPLACED, quantity=1),
    )

    outcomes = race(12, lambda number: ways[(number + first) % 3]())

    kinds = Counter(type(outcome) for outcome in outcomes)
    assert kinds == {Redemption: 1, errors.RedemptionAlreadyReturnedError: 11}
    assert count_inconsistencies() == {}


@pytest.mark.databases("postgresql")
def test_without_the_lock_the_row_of_the_return_still_lets_one_win(app, race, now, monkeypatch):
    shop = add_shop(now)
    person = add_participant(shop.station, now, points=120)
    given = hand_over(shop, reserve(shop, person, now, quantity=2), now)
    monkeypatch.setattr(queries, "find_return", lambda _redemption_id: None)

    outcomes = race(8, lambda _number: undo(shop, given, now))

    assert sum(isinstance(outcome, Redemption) for outcome in outcomes) == 1
    assert count_inconsistencies() == {}


@pytest.mark.databases("postgresql")
def test_without_the_row_of_the_return_the_key_of_the_shelf_is_the_last_to_stand(
    app, race, now, monkeypatch
):
    shop = add_shop(now)
    person = add_participant(shop.station, now, points=120)
    given = hand_over(shop, reserve(shop, person, now, quantity=2), now)
    monkeypatch.setattr(queries, "find_return", lambda _redemption_id: None)
    monkeypatch.setattr(operations, "add_return", lambda *_row, **_values: None)

    outcomes = race(
        4, lambda _number: take_back(shop, given, now, kind=ReturnKind.REPLACED, quantity=1)
    )

    assert Counter(map(type, outcomes)) == {Redemption: 1, IntegrityError: 3}
    assert "what came back is one refund and what stands on the shelf again" in (
        count_inconsistencies()
    )

"""Points that are given to a wish: in one transaction, never beyond what it takes, for good."""

from collections import Counter

import pytest
import sqlalchemy as sa

from rewards.access.errors import NotAllowedError
from rewards.access.types import Role
from rewards.core import clock
from rewards.core.checks import Scope
from rewards.core.db import db, snapshot
from rewards.ledger import queries as ledger
from rewards.ledger.errors import InsufficientPointsError
from rewards.redemptions import queries, rules, service, store
from rewards.redemptions.errors import (
    GiftNotReturnableError,
    GivingNotOfferedError,
    GivingStepError,
    RedemptionAlreadyFulfilledError,
    RedemptionForOtherError,
)
from rewards.redemptions.types import Redemption, RedemptionStatus
from rewards.wishes import operations as wish_operations
from rewards.wishes import queries as wishes
from rewards.wishes import service as wish_service
from rewards.wishes.errors import (
    InvalidWishError,
    WishClosedError,
    WishNotFoundError,
    WishReachedError,
)
from rewards.wishes.models import WishRow
from tests.factories.redemptions import (
    SYSTEM,
    add_giving,
    add_participant,
    add_shop,
    build_staff,
    count_inconsistencies,
    hand_over,
    read_rows,
    reserve,
)
from tests.factories.tampering import tamper

pytestmark = pytest.mark.databases("sqlite", "postgresql")


@pytest.fixture
def shop(app, now):
    shop = add_shop(now)
    add_giving(shop.space, now)
    return shop


@pytest.fixture
def admin(shop):
    return build_staff(Role.STATION_ADMIN, shop.station.path)


def open_wish(shop, admin, now, *, target=100, **values):
    return wish_service.open_wish(
        actor=admin,
        node_id=shop.station.id,
        title=values.pop("title", "给长者03一台收音机"),
        target_points=target,
        now=now,
        **values,
    )


def give(person, wish, points, now, *, actor=None):
    return service.give(
        actor=actor or person,
        participant_id=person.participant_id,
        wish_id=wish.id,
        points=points,
        now=now,
    )


def test_a_gift_takes_the_points_and_brings_the_wish_nearer(shop, admin, now):
    store.use_terms(rules.DEFAULT_TERMS)
    wish = open_wish(shop, admin, now)
    person = add_participant(shop.station, now, points=25)

    gift = give(person, wish, 20, now)

    assert (gift.status, gift.points, gift.wish_id) == (RedemptionStatus.FULFILLED, 20, wish.id)
    balance = ledger.get_balance(person.participant_id)
    assert (balance.balance, balance.held) == (5, 0)
    wish = wishes.get_wish(wish.id)
    assert (wish.given_points, wish.left, wish.is_open) == (20, 80, True)
    assert count_inconsistencies() == {}


def test_a_wish_that_has_all_its_points_takes_no_more(shop, admin, now):
    wish = open_wish(shop, admin, now, target=30)
    person = add_participant(shop.station, now, points=100)
    give(person, wish, 20, now)
    before = read_rows()

    with pytest.raises(WishReachedError) as refused:
        give(person, wish, 20, now)

    assert refused.value.members == {"points_left": 10, "required": 20}
    assert read_rows() == before
    give(person, wish, 10, now)
    assert wishes.get_wish(wish.id).is_reached
    assert wishes.list_open(shop.station.path) == ()


def test_a_wish_of_another_center_does_not_exist_for_a_resident(shop, admin, now):
    stranger = add_participant(add_shop(now).station, now, points=50)

    with pytest.raises(WishNotFoundError):
        give(stranger, open_wish(shop, admin, now), 20, now)


def test_a_closed_wish_takes_none_and_keeps_what_it_has(shop, admin, now):
    wish = open_wish(shop, admin, now)
    person = add_participant(shop.station, now, points=100)
    give(person, wish, 20, now)

    closed = wish_service.close_wish(actor=admin, wish_id=wish.id, now=now)

    assert (closed.given_points, closed.is_open) == (20, False)
    with pytest.raises(WishClosedError):
        give(person, wish, 10, now)
    with pytest.raises(WishClosedError):
        wish_service.close_wish(actor=admin, wish_id=wish.id, now=now)


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("points", [0, -10, 5, 15, rules.GIFT_MAX + 10])
def test_points_are_given_in_tens_and_not_without_end(shop, admin, now, points):
    wish = open_wish(shop, admin, now, target=5000)
    person = add_participant(shop.station, now, points=3000)

    with pytest.raises(GivingStepError):
        give(person, wish, points, now)


@pytest.mark.databases("sqlite")
def test_who_has_too_few_points_gives_none(shop, admin, now):
    wish = open_wish(shop, admin, now)
    person = add_participant(shop.station, now, points=15)
    before = read_rows()

    with pytest.raises(InsufficientPointsError):
        give(person, wish, 20, now)

    assert read_rows() == before


@pytest.mark.databases("sqlite")
def test_a_gift_stays_given(shop, admin, now):
    wish = open_wish(shop, admin, now)
    person = add_participant(shop.station, now, points=20)
    gift = give(person, wish, 20, now)

    with pytest.raises(RedemptionAlreadyFulfilledError):
        service.cancel(actor=person, redemption_id=gift.id, now=now)
    with pytest.raises(GiftNotReturnableError):
        service.undo(actor=admin, redemption_id=gift.id, now=now)


@pytest.mark.databases("sqlite")
def test_nobody_gives_what_is_not_theirs_and_staff_for_nobody(shop, admin, now):
    wish = open_wish(shop, admin, now)
    person, other = (add_participant(shop.station, now, points=20) for _each in range(2))
    before = read_rows()

    for actor in (other, shop.clerk, admin):
        with pytest.raises(RedemptionForOtherError):
            give(person, wish, 10, now, actor=actor)
    assert read_rows() == before


@pytest.mark.databases("sqlite")
def test_without_an_item_of_giving_nothing_is_given(app, now):
    shop = add_shop(now)
    wish = open_wish(shop, build_staff(Role.STATION_ADMIN, shop.station.path), now)
    person = add_participant(shop.station, now, points=20)

    with pytest.raises(GivingNotOfferedError):
        give(person, wish, 10, now)


@pytest.mark.databases("sqlite")
def test_gifts_count_in_no_limit_and_in_no_budget(shop, admin, now):
    store.use_terms(rules.DEFAULT_TERMS)
    wish = open_wish(shop, admin, now, target=1000)
    person = add_participant(shop.station, now, points=1000)
    give(person, wish, 100, now)
    quarter = clock.local_date(now, clock.zone())

    # Nothing leaves a shelf for a gift: neither before nor after is any of it spent.
    budget = service.set_budget(
        actor=SYSTEM, node_id=shop.station.id, quarter=quarter, points=0, now=now
    )
    for _time in range(4):
        give(person, wish, 100, now)

    assert queries.get_budget(shop.station.id, budget.quarter).used == 0
    scope = Scope(after=0, through=0, now=now, is_whole=True)
    with snapshot() as connection:
        assert queries.list_wrong_budgets(connection, scope) == ()
    taken = queries.list_taken(person.participant_id, now)
    assert [each.is_gift for each in taken] == [True]


@pytest.mark.databases("sqlite")
def test_gifts_stay_gifts_though_their_item_is_goods_now(shop, admin, now):
    wish = open_wish(shop, admin, now)
    person = add_participant(shop.station, now, points=200)
    give(person, wish, 50, now)

    # As migration 0067 did; since then no item changes so.
    tamper("UPDATE rewards SET kind = 'goods', is_listed = FALSE WHERE kind = 'giving'")

    taken = queries.list_taken(person.participant_id, now)
    assert [each.is_gift for each in taken] == [True]


@pytest.mark.databases("sqlite")
def test_gifts_are_no_goods_that_were_handed_over(shop, admin, now):
    person = add_participant(shop.station, now, points=200)
    waits = reserve(shop, person, now)
    hand_over(shop, waits, now)
    give(person, open_wish(shop, admin, now), 30, now)

    pieces = queries.sum_handed_over([shop.space.id], since=now)
    listed = queries.list_handed_over([shop.space.id], since=now, limit=10)

    assert pieces == 1
    assert [each.reward_name for each in listed] == ["牙膏"]


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    "values",
    [{"title": " "}, {"title": "长" * 41}, {"target": 0}, {"target": 15}, {"details": "长" * 301}],
)
def test_a_wish_that_does_not_fit_is_refused(shop, admin, now, values):
    with pytest.raises(InvalidWishError):
        open_wish(shop, admin, now, **values)


@pytest.mark.databases("sqlite")
def test_wishes_are_opened_and_closed_by_who_keeps_the_stock(shop, admin, now):
    wish = open_wish(shop, admin, now)

    with pytest.raises(NotAllowedError):
        open_wish(shop, shop.clerk, now)
    with pytest.raises(NotAllowedError):
        wish_service.close_wish(actor=shop.clerk, wish_id=wish.id, now=now)
    actions = db.session.scalars(
        sa.text("SELECT action FROM audit_records WHERE action LIKE 'wish.%'")
    ).all()
    assert actions == ["wish.opened"]
    with pytest.raises(WishNotFoundError):
        wishes.get_wish(shop.station.id)


@pytest.mark.databases("sqlite")
def test_a_wish_that_tells_something_else_is_found(shop, admin, now):
    give(add_participant(shop.station, now, points=20), open_wish(shop, admin, now), 20, now)
    scope = Scope(after=0, through=0, now=now, is_whole=True)
    with snapshot() as connection:
        assert queries.list_wrong_wishes(connection, scope) == ()
    db.session.execute(sa.update(WishRow).values(given_points=30))
    db.session.commit()

    with snapshot() as connection:
        (violation,) = queries.list_wrong_wishes(connection, scope)

    assert (violation.invariant, violation.expected) == ("I26", "20 points given")


def race_for_the_rest(shop, admin, race, now):
    wish = open_wish(shop, admin, now, target=30)
    people = [add_participant(shop.station, now, points=20) for _each in range(6)]
    outcomes = race(6, lambda number: give(people[number], wish, 10, now))
    return Counter(map(type, outcomes))


def test_of_six_who_give_the_last_thirty_points_three_do(shop, admin, race, now):
    assert race_for_the_rest(shop, admin, race, now) == {Redemption: 3, WishReachedError: 3}
    assert count_inconsistencies() == {}


@pytest.mark.databases("sqlite")
def test_without_the_condition_the_table_refuses_what_a_wish_does_not_take(
    shop, admin, race, now, monkeypatch
):
    def give_whatever_it_takes(*, wish_id, points):
        db.session.execute(sa.update(WishRow).values(given_points=WishRow.given_points + points))

    monkeypatch.setattr(wish_operations, "give", give_whatever_it_takes)

    told = race_for_the_rest(shop, admin, race, now)

    assert told == {Redemption: 3, sa.exc.IntegrityError: 3}


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    ("available", "left", "offered"),
    [
        (5, 100, ()),
        (25, 100, (10, 20)),
        (500, 100, (10, 20, 50, 100)),
        (500, 70, (10, 20, 50, 70)),
        (500, 300, (10, 20, 50, 100, 300)),
        (60, 300, (10, 20, 50)),
    ],
)
def test_what_somebody_is_offered_to_give(app, available, left, offered):
    assert rules.list_gifts(available, left=left) == offered

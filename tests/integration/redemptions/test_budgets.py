"""What a branch may redeem in a quarter: charged, given back, never exceeded, never forgotten."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from rewards.access.errors import NotAllowedError
from rewards.access.types import Role, StaffActor, SystemActor
from rewards.core import clock
from rewards.core.checks import Scope
from rewards.core.db import db, snapshot
from rewards.network import queries as network
from rewards.network.types import Node
from rewards.participants import queries as participants
from rewards.redemptions import queries, rules, service
from rewards.redemptions.errors import (
    BudgetNotFoundError,
    BudgetSpentError,
    BudgetUsedError,
    InvalidBudgetError,
)
from rewards.redemptions.models import RedemptionBudgetRow
from rewards.redemptions.types import Redemption
from tests.factories.redemptions import (
    Shop,
    add_participant,
    add_shop,
    build_staff,
    count_inconsistencies,
    read_rows,
    reserve,
)

pytestmark = pytest.mark.databases("sqlite", "postgresql")


@dataclass(frozen=True)
class District:
    """A shop at a station, with who decides on money above it."""

    shop: Shop
    center: Node
    institute: Node
    admin: StaffActor


@pytest.fixture
def district(app, now):
    shop = add_shop(now, points=60, on_hand=100)
    center, institute, _station = network.list_ancestors(shop.station.path)
    return District(
        shop=shop,
        center=center,
        institute=institute,
        admin=build_staff(Role.CENTER_ADMIN, center.path),
    )


def decide(district, node, points, now, *, quarter=None, actor=None):
    return service.set_budget(
        actor=actor or district.admin,
        node_id=node.id,
        quarter=quarter or clock.local_date(now, clock.zone()),
        points=points,
        now=now,
    )


def used(node, now):
    quarter = rules.quarter_of(clock.local_date(now, clock.zone()))
    budget = queries.find_budget(node.id, quarter)
    return None if budget is None else (budget.used, budget.points)


def list_wrong(now):
    db.session.rollback()
    scope = Scope(after=0, through=0, now=now, is_whole=True)
    with snapshot() as connection:
        return queries.list_wrong_budgets(connection, scope)


def buy(district, now, *, quantity=1):
    person = add_participant(district.shop.station, now, points=600)
    return person, reserve(district.shop, person, now, quantity=quantity)


def test_a_reservation_charges_every_budget_above_the_shelf(district, now):
    decide(district, district.center, 1000, now)
    decide(district, district.shop.station, 200, now)

    buy(district, now, quantity=2)

    assert used(district.center, now) == (120, 1000)
    assert used(district.shop.station, now) == (120, 200)
    assert used(district.institute, now) is None
    assert list_wrong(now) == ()


def test_a_spent_budget_refuses_and_changes_nothing(district, now):
    decide(district, district.center, 1000, now)
    decide(district, district.shop.station, 60, now)
    buy(district, now)
    person = add_participant(district.shop.station, now, points=600)
    me = participants.get_participant(person.participant_id)
    told = queries.get_allowance(me, district.shop.reward, now)
    before = read_rows()

    with pytest.raises(BudgetSpentError) as refused:
        reserve(district.shop, person, now)

    assert read_rows() == before
    assert refused.value.members["points_left"] == 0
    again = rules.quarter_after(clock.local_date(now, clock.zone()))
    assert (told.left, told.reason, told.resets_on) == (0, "budget-spent", again)


def test_what_is_reserved_is_handed_over_though_the_budget_is_spent(district, now):
    _person, redemption = buy(district, now)
    decide(district, district.center, 60, now)

    service.fulfil(
        actor=district.shop.clerk, redemption_id=redemption.id, code=redemption.code, now=now
    )

    assert used(district.center, now) == (60, 60)
    assert list_wrong(now) == ()


@pytest.mark.parametrize("end", ["cancelled", "expired", "undone"])
def test_what_comes_of_nothing_is_given_back(district, now, end):
    decide(district, district.center, 1000, now)
    person, redemption = buy(district, now, quantity=2)

    if end == "cancelled":
        service.cancel(actor=person, redemption_id=redemption.id, now=now)
    elif end == "expired":
        service.expire(redemption_id=redemption.id, now=redemption.expires_at)
    else:
        clerk = district.shop.clerk
        service.fulfil(actor=clerk, redemption_id=redemption.id, code=redemption.code, now=now)
        service.undo(actor=clerk, redemption_id=redemption.id, now=now)

    assert used(district.center, now) == (0, 1000)
    assert list_wrong(now) == ()


def test_it_is_given_back_to_the_quarter_it_came_from(district, now):
    today = clock.local_date(now, clock.zone())
    later = clock.day_bounds(rules.quarter_after(today), clock.zone())[0] + timedelta(days=1)
    decide(district, district.center, 1000, now)
    decide(district, district.center, 500, now, quarter=rules.quarter_after(today))
    _person, redemption = buy(district, now)
    buy(district, later)

    service.expire(redemption_id=redemption.id, now=later)

    assert used(district.center, now) == (0, 1000)
    assert used(district.center, later) == (60, 500)
    assert list_wrong(later) == ()


def test_a_budget_set_late_counts_what_was_redeemed_before(district, now):
    buy(district, now)
    person, cancelled = buy(district, now)
    service.cancel(actor=person, redemption_id=cancelled.id, now=now)

    budget = decide(district, district.institute, 100, now)

    assert (budget.used, budget.left) == (60, 40)


def test_a_budget_is_not_set_below_what_is_used_of_it(district, now):
    buy(district, now)
    before = read_rows()

    with pytest.raises(BudgetUsedError) as refused:
        decide(district, district.center, 59, now)

    assert refused.value.members == {"used": 60}
    assert read_rows() == before


def test_a_budget_that_is_dropped_limits_nothing(district, now):
    decide(district, district.center, 0, now)
    today = clock.local_date(now, clock.zone())

    service.drop_budget(actor=district.admin, node_id=district.center.id, quarter=today, now=now)

    buy(district, now)
    with pytest.raises(BudgetNotFoundError):
        service.drop_budget(
            actor=district.admin, node_id=district.center.id, quarter=today, now=now
        )


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    ("points", "days"), [(-1, 0), (rules.BUDGET_POINTS_MAX + 1, 0), (10, -100), (10, 200)]
)
def test_a_budget_that_does_not_fit_is_refused(district, now, points, days):
    day = clock.local_date(now, clock.zone()) + timedelta(days=days)

    with pytest.raises(InvalidBudgetError):
        decide(district, district.center, points, now, quarter=day)


@pytest.mark.databases("sqlite")
def test_nobody_grants_themselves_money(district, now):
    institute_admin = build_staff(Role.INSTITUTE_ADMIN, district.institute.path)
    station_admin = build_staff(Role.STATION_ADMIN, district.shop.station.path)

    decide(district, district.shop.station, 100, now, actor=institute_admin)
    for actor, node in (
        (institute_admin, district.institute),
        (station_admin, district.shop.station),
        (district.shop.clerk, district.shop.station),
    ):
        with pytest.raises(NotAllowedError):
            decide(district, node, 100, now, actor=actor)


@pytest.mark.databases("sqlite")
def test_who_set_a_budget_is_in_the_audit(district, now):
    decide(district, district.center, 100, now)

    row = db.session.execute(
        sa.text("SELECT principal, details FROM audit_records WHERE action = 'budget.set'")
    ).one()
    assert row.principal == district.admin.principal
    assert "100" in str(row.details)


@pytest.mark.databases("sqlite")
def test_a_budget_that_tells_something_else_is_found(district, now):
    decide(district, district.center, 1000, now)
    buy(district, now)
    db.session.execute(sa.update(RedemptionBudgetRow).values(used=0))
    db.session.commit()

    (violation,) = list_wrong(now)

    assert (violation.invariant, violation.found) == ("I26", "0 points used")


def test_ten_at_the_last_points_of_a_budget_get_no_more_than_there_are(district, race, now):
    decide(district, district.center, 180, now)
    decide(district, district.shop.station, 1000, now)
    people = [add_participant(district.shop.station, now, points=60) for _each in range(10)]

    outcomes = race(10, lambda number: reserve(district.shop, people[number], now))

    assert Counter(map(type, outcomes)) == {Redemption: 3, BudgetSpentError: 7}
    assert used(district.center, now) == (180, 180)
    assert used(district.shop.station, now) == (180, 1000)
    assert list_wrong(now) == ()
    assert count_inconsistencies() == {}


def test_a_budget_set_among_reservations_misses_none(district, race, now):
    people = [add_participant(district.shop.station, now, points=600) for _each in range(8)]

    def act(number):
        if number == 8:
            return decide(district, district.center, 10_000, now)
        redemption = reserve(district.shop, people[number], now)
        if number % 2:
            service.cancel(actor=people[number], redemption_id=redemption.id, now=now)
        return redemption

    race(9, act)

    assert used(district.center, now) == (240, 10_000)
    assert list_wrong(now) == ()


@pytest.mark.parametrize(
    ("day", "first", "after"),
    [
        (date(2026, 1, 1), date(2026, 1, 1), date(2026, 4, 1)),
        (date(2026, 3, 31), date(2026, 1, 1), date(2026, 4, 1)),
        (date(2026, 11, 22), date(2026, 10, 1), date(2027, 1, 1)),
        (date(2026, 12, 31), date(2026, 10, 1), date(2027, 1, 1)),
    ],
)
@pytest.mark.databases("sqlite")
def test_the_quarters_of_a_year(app, day, first, after):
    assert (rules.quarter_of(day), rules.quarter_after(day)) == (first, after)


@pytest.mark.databases("sqlite")
def test_the_service_itself_may_decide(district, now):
    decide(district, district.center, 10, now, actor=SystemActor())

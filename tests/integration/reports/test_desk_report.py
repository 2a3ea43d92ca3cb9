"""Who handed over and took back how much at the desks, and who changed which price."""

from datetime import timedelta

import pytest

from rewards.access.types import Role
from rewards.redemptions import queries as redemptions
from rewards.redemptions.service import hand_over as hand_over_basket
from rewards.redemptions.service import take_back, undo
from rewards.redemptions.types import DeskAct, Item, Pick, ReturnKind
from rewards.reports import queries
from rewards.reports.types import Tally
from rewards.stock import service as stock
from rewards.visits.service import open_visit
from rewards.visits.types import Proof
from tests.factories.redemptions import (
    SYSTEM,
    add_participant,
    add_shop,
    build_staff,
    hand_over,
    reserve,
)

DAY = timedelta(days=1)


@pytest.fixture
def shop(app, now):
    return add_shop(now - DAY)


@pytest.fixture
def person(shop, now):
    return add_participant(shop.station, now, points=1_000)


def read(now, *, node_path="", days=(-1, 1)):
    since, before = (now + each * DAY for each in days)
    return queries.get_desk_report(node_path=node_path, months=[(now.date(), since, before)])


def by_card(shop, person, now, *, actor=None):
    actor = actor or shop.clerk
    visit = open_visit(
        actor=actor,
        participant_id=person.participant_id,
        space_id=shop.space.id,
        proof=Proof.CARD,
        step=None,
        now=now,
    )
    (done,) = hand_over_basket(
        actor=actor,
        participant_id=person.participant_id,
        space_id=shop.space.id,
        items=[Item(reward_id=shop.reward.id, quantity=2)],
        visit_id=visit.id,
        has_consent=True,
        now=now,
    )
    return done


def unseen(shop, person, now):
    waiting = reserve(shop, person, now)
    return hand_over_basket(
        actor=shop.clerk,
        participant_id=person.participant_id,
        space_id=shop.space.id,
        picks=[Pick(redemption_id=waiting.id)],
        now=now,
    )


def give_back(shop, redemption, now, *, kind, quantity=1):
    admin = build_staff(Role.STATION_ADMIN, shop.station.path)
    take_back(
        actor=admin,
        redemption_id=redemption.id,
        kind=kind,
        quantity=quantity,
        note="坏了",
        now=now,
    )
    return admin


def test_each_clerk_is_counted_by_what_was_shown(shop, person, now):
    hand_over(shop, reserve(shop, person, now), now)
    by_card(shop, person, now)
    unseen(shop, person, now)
    other = build_staff(Role.CLERK, shop.station.path)
    undone = by_card(shop, person, now, actor=other)
    undo(actor=other, redemption_id=undone.id, now=now)

    lines = {line.by: line.acts for line in read(now).lines}

    assert lines == {
        shop.clerk.principal: {
            DeskAct.HANDED_OVER: Tally(count=3, points=240),
            DeskAct.BY_CARD: Tally(count=1, points=120),
            DeskAct.UNSEEN: Tally(count=1, points=60),
        },
        other.principal: {
            DeskAct.HANDED_OVER: Tally(count=1, points=120),
            DeskAct.BY_CARD: Tally(count=1, points=120),
            DeskAct.UNDONE: Tally(count=1, points=120),
        },
    }


@pytest.mark.parametrize(
    ("kind", "act", "pieces", "points"),
    [
        # Of two pieces one was faulty: all are paid back, or that one is replaced.
        (ReturnKind.REFUNDED, DeskAct.REFUNDED, 2, 120),
        (ReturnKind.REPLACED, DeskAct.REPLACED, 1, 60),
    ],
)
def test_what_came_back_is_counted_for_who_took_it(shop, person, now, kind, act, pieces, points):
    admin = give_back(shop, by_card(shop, person, now), now, kind=kind)

    report = read(now)

    assert {line.by: line.acts.get(act) for line in report.lines} == {
        shop.clerk.principal: None,
        admin.principal: Tally(count=1, points=points),
    }
    assert report.total(act) == Tally(count=1, points=points)
    (row,) = redemptions.page_handled(
        node_path="", act=act, by=admin.principal, since=now, before=now + DAY, limit=5
    ).items
    assert (row.quantity, row.points, row.at) == (pieces, points, now)


def test_only_the_branch_and_the_time_are_counted(shop, person, now):
    by_card(shop, person, now)

    assert read(now, days=(0, 1)).lines
    assert not read(now, days=(-1, 0)).lines
    assert not read(now, node_path="elsewhere/").lines
    assert read(now, node_path=shop.station.path).lines


def test_the_rows_of_a_number_go_on_in_pages(shop, person, now):
    made = [by_card(shop, person, now + timedelta(seconds=each)).id for each in range(3)]
    asked = {
        "node_path": shop.station.path,
        "act": DeskAct.BY_CARD,
        "by": shop.clerk.principal,
        "since": now,
        "before": now + DAY,
        "limit": 2,
    }

    first = redemptions.page_handled(**asked)
    second = redemptions.page_handled(**asked, cursor=first.next)

    assert [row.redemption.id for row in (*first.items, *second.items)] == made[::-1]
    assert second.next is None
    assert not redemptions.page_handled(**asked | {"act": DeskAct.UNSEEN}).items


def test_a_price_cut_for_a_friend_is_seen(shop, person, now):
    for points in (5, 60):
        stock.update_reward(actor=SYSTEM, reward_id=shop.reward.id, points=points, now=now)
        if points == 5:
            by_card(shop, person, now)

    prices = read(now).prices

    told = [(line.change.before, line.change.points, line.pieces) for line in prices]
    assert told == [(5, 60, 0), (60, 5, 2)]
    assert {line.change.changed_by for line in prices} == {"system"}
    assert not read(now, days=(-1, 0)).prices
    assert not read(now, node_path="elsewhere/").prices

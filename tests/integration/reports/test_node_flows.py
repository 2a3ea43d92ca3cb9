"""What the exchange moved in a span of time, counted against the shelf and the books."""

from datetime import timedelta

import pytest

from rewards.redemptions import service
from rewards.redemptions.types import ReturnKind
from rewards.reports import queries
from rewards.stock import queries as stock
from rewards.stock import service as shelves
from rewards.stock.types import MovementKind
from tests.factories.redemptions import SYSTEM, add_participant, add_shop, reserve

DAY = timedelta(days=1)


@pytest.fixture
def shop(app, now):
    """A shop whose ten pieces came a month ago."""
    return add_shop(now - 30 * DAY)


@pytest.fixture
def person(shop, now):
    return add_participant(shop.station, now, points=300)


def hand_over(shop, person, now, *, quantity=1):
    redemption = reserve(shop, person, now, quantity=quantity)
    return service.fulfil(
        actor=shop.clerk, redemption_id=redemption.id, code=redemption.code, now=now
    )


def read(now, *, node_path="", since=-1, before=1):
    return queries.list_node_flows(
        node_path=node_path, since=now + since * DAY, before=now + before * DAY
    )


def tell(flow):
    return flow.opening, flow.gained, flow.handed_over, flow.lost, flow.closing, flow.points


def tell_back(flow):
    return flow.returned, flow.returned_points


def test_what_came_and_went_leads_from_the_first_level_to_the_last(shop, person, now):
    shelves.record_movement(
        actor=SYSTEM, reward_id=shop.reward.id, kind=MovementKind.RECEIVE, quantity=5, now=now
    )
    hand_over(shop, person, now)
    reserve(shop, person, now)

    (flow,) = read(now)

    assert tell(flow) == (10, 5, 1, 0, 14, 60)
    assert flow.closing == stock.get_reward(shop.reward.id).on_hand
    assert (flow.node.id, flow.lines[0].reward_name) == (shop.station.id, "牙膏")


def test_each_span_counts_what_happened_in_it(shop, person, now):
    hand_over(shop, person, now - 10 * DAY)
    hand_over(shop, person, now)

    assert tell(read(now, since=-40, before=-20)[0]) == (0, 10, 0, 0, 10, 0)
    assert tell(read(now, since=-20, before=-5)[0]) == (10, 0, 1, 0, 9, 60)
    assert tell(read(now)[0]) == (9, 0, 1, 0, 8, 60)
    assert read(now, since=-90, before=-60) == ()


def test_what_was_undone_came_back_with_its_points(shop, person, now):
    redemption = hand_over(shop, person, now)
    undone = service.undo(actor=shop.clerk, redemption_id=redemption.id, now=now)

    assert undone.returned_at is not None
    assert tell(read(now)[0]) == (10, 0, 1, 0, 10, 60)
    assert tell_back(read(now)[0]) == (1, 60)


def test_what_comes_back_later_leaves_no_span_with_less_than_nothing(shop, person, now):
    redemption = hand_over(shop, person, now - 2 * DAY, quantity=2)
    service.take_back(
        actor=shop.manager,
        redemption_id=redemption.id,
        kind=ReturnKind.REFUNDED,
        quantity=1,
        note="漏气",
        now=now,
    )

    (before,), (after,) = read(now, since=-3, before=-1), read(now)

    # Of two pieces one is faulty: the other one stands on the shelf again.
    assert (tell(before), tell_back(before)) == ((10, 0, 2, 0, 8, 120), (0, 0))
    assert (tell(after), tell_back(after)) == ((8, 0, 0, 0, 9, 0), (1, 120))


def test_faulty_pieces_that_were_replaced_left_otherwise(shop, person, now):
    redemption = hand_over(shop, person, now)
    service.take_back(
        actor=shop.manager,
        redemption_id=redemption.id,
        kind=ReturnKind.REPLACED,
        quantity=1,
        note="漏气",
        now=now,
    )

    assert tell(read(now)[0]) == (10, 0, 1, 1, 8, 60)


def test_each_node_has_a_line_and_a_branch_its_own(shop, person, now):
    other = add_shop(now, on_hand=3)
    hand_over(shop, person, now)

    assert {flow.node.id for flow in read(now)} == {shop.station.id, other.station.id}
    (mine,) = read(now, node_path=other.station.path)
    assert tell(mine) == (0, 3, 0, 0, 3, 0)

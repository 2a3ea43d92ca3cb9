from uuid import uuid4

import pytest
import sqlalchemy as sa

from rewards.access.errors import NotAllowedError
from rewards.access.models import AuditRecordRow
from rewards.access.types import Role
from rewards.core.db import db
from rewards.core.unit import use_case
from rewards.network import operations as network
from rewards.network.errors import NodeClosedError, NodeNotFoundError
from rewards.stock import queries, service
from rewards.stock.errors import (
    InvalidMovementError,
    InvalidRewardError,
    InvalidSpaceError,
    RewardExistsError,
    RewardNotFoundError,
    SpaceExistsError,
    SpaceNotFoundError,
    StockReservedError,
)
from rewards.stock.types import MovementKind, Zone, ZoneKind
from tests.factories.redemptions import (
    SYSTEM,
    add_participant,
    add_reward,
    add_shop,
    build_staff,
    count_inconsistencies,
    read_rows,
    reserve,
)
from tests.factories.world import build_station

ZONES = (
    Zone(kind=ZoneKind.SIGN_IN, name="签到区"),
    Zone(kind=ZoneKind.READING, name="阅读区"),
    Zone(kind=ZoneKind.EXCHANGE, name="兑换区"),
)


@pytest.fixture
def shop(app, now):
    return add_shop(now)


@pytest.fixture
def manager(shop):
    return build_staff(Role.STATION_ADMIN, shop.station.path)


def list_audited():
    return db.session.execute(
        sa.select(AuditRecordRow.principal, AuditRecordRow.action, AuditRecordRow.details).order_by(
            AuditRecordRow.id
        )
    ).all()


@use_case
def close_node(node, now):
    network.close_node(node_id=node.id, now=now)


def test_a_space_is_opened_with_its_zones_in_order(app, now):
    station = build_station()
    manager = build_staff(Role.STATION_ADMIN, station.path)

    space = service.create_space(
        actor=manager,
        node_id=station.id,
        name="某社区线下空间",
        address="某路1号",
        hours="9:00-17:00",
        phone="0351-0000000",
        zones=ZONES,
        now=now,
    )

    assert [(zone.kind, zone.name) for zone in space.zones] == [
        (zone.kind, zone.name) for zone in ZONES
    ]
    assert (space.node_id, space.node_path) == (station.id, station.path)
    assert queries.get_space(space.id) == space
    assert list_audited() == [(manager.principal, "space.created", {"zones": 3})]


def test_spaces_are_listed_by_branch(shop, now):
    other = add_shop(now)

    assert [space.id for space in queries.list_spaces(shop.station.path)] == [shop.space.id]
    assert {space.id for space in queries.list_spaces()} == {shop.space.id, other.space.id}


def test_a_space_cannot_be_opened_where_it_does_not_belong(shop, manager, now):
    closed = build_station()
    close_node(closed, now)
    before = read_rows()
    refused = [
        (NodeNotFoundError, {"node_id": uuid4()}),
        (NodeClosedError, {"node_id": closed.id, "actor": SYSTEM}),
        (NotAllowedError, {"node_id": closed.id}),
        (NotAllowedError, {"actor": shop.clerk}),
        (InvalidSpaceError, {"name": ""}),
        (SpaceExistsError, {}),
    ]

    for error, change in refused:
        arguments = {"actor": manager, "node_id": shop.station.id, "name": shop.space.name}
        with pytest.raises(error):
            service.create_space(**arguments | change, now=now)

    assert read_rows() == before


def test_a_reward_starts_listed_with_an_empty_shelf(shop, manager, now):
    reward = service.create_reward(
        actor=manager, space_id=shop.space.id, name="毛巾", unit="条", points=60, now=now
    )

    assert (reward.on_hand, reward.reserved, reward.available) == (0, 0, 0)
    assert reward.is_listed
    assert list_audited()[-1] == (manager.principal, "reward.created", {"points": 60})


def test_rewards_are_listed_by_price(shop, now):
    cheap = add_reward(shop.space, now, name="香皂", points=30)
    dear = add_reward(shop.space, now, name="大米", points=350)
    hidden = add_reward(shop.space, now, name="雨伞", points=250)
    service.update_reward(actor=SYSTEM, reward_id=hidden.id, is_listed=False, now=now)

    listed = queries.list_rewards(shop.space.id)
    everything = queries.list_rewards(shop.space.id, listed_only=False)

    assert [reward.id for reward in listed] == [cheap.id, shop.reward.id, dear.id]
    assert [reward.points for reward in everything] == [30, 60, 250, 350]


def test_a_price_changes_and_what_is_not_named_stays(shop, manager, now):
    changed = service.update_reward(actor=manager, reward_id=shop.reward.id, points=70, now=now)

    assert (changed.points, changed.is_listed) == (70, True)
    told = {"points": 70, "was": {"points": 60}}
    assert list_audited()[-1] == (manager.principal, "reward.updated", told)


def test_an_empty_update_leaves_no_trace(shop, manager, now):
    before = read_rows()

    service.update_reward(actor=manager, reward_id=shop.reward.id, now=now)

    assert read_rows() == before


def test_rewards_are_changed_by_those_who_may_and_as_they_may(shop, manager, now):
    before = read_rows()
    new = {"actor": manager, "space_id": shop.space.id, "name": "毛巾", "points": 60, "now": now}
    known = {"actor": manager, "reward_id": shop.reward.id, "points": 70, "now": now}
    refused = [
        (service.create_reward, new, SpaceNotFoundError, {"space_id": uuid4()}),
        (service.create_reward, new, NotAllowedError, {"actor": shop.clerk}),
        (service.create_reward, new, InvalidRewardError, {"points": 0}),
        (service.create_reward, new, RewardExistsError, {"name": shop.reward.name}),
        (service.update_reward, known, RewardNotFoundError, {"reward_id": uuid4()}),
        (service.update_reward, known, NotAllowedError, {"actor": shop.clerk}),
        (service.update_reward, known, InvalidRewardError, {"points": 0}),
    ]

    for call, arguments, error, change in refused:
        with pytest.raises(error):
            call(**arguments | change)

    assert read_rows() == before


def test_what_comes_in_moves_the_level(shop, manager, now):
    reward = service.record_movement(
        actor=manager,
        reward_id=shop.reward.id,
        kind=MovementKind.RECEIVE,
        quantity=5,
        now=now,
    )

    assert reward.on_hand == 10 + 5
    assert list_audited()[-1] == (
        manager.principal,
        "stock.moved",
        {"kind": "receive", "quantity": 5},
    )
    assert count_inconsistencies() == {}


def test_a_shelf_may_be_adjusted_down_to_what_is_reserved_and_no_further(shop, now):
    person = add_participant(shop.station, now, points=300)
    reserve(shop, person, now, quantity=4)
    move = {"actor": SYSTEM, "reward_id": shop.reward.id, "kind": MovementKind.ADJUST, "now": now}
    before = read_rows()

    with pytest.raises(StockReservedError) as refusal:
        service.record_movement(**move, quantity=-7)

    assert refusal.value.members == {"on_hand": 10, "reserved": 4}
    assert read_rows() == before
    assert service.record_movement(**move, quantity=-6).available == 0


def test_other_movements_are_refused(shop, manager, now):
    before = read_rows()
    move = {
        "actor": manager,
        "reward_id": shop.reward.id,
        "kind": MovementKind.RECEIVE,
        "quantity": 1,
        "now": now,
    }
    refused = [
        (RewardNotFoundError, {"reward_id": uuid4()}),
        (NotAllowedError, {"actor": shop.clerk}),
        (InvalidMovementError, {"kind": MovementKind.FULFIL}),
        (InvalidMovementError, {"quantity": 0}),
    ]

    for error, change in refused:
        with pytest.raises(error):
            service.record_movement(**move | change)

    assert read_rows() == before


def test_a_space_is_closed_and_opened_again(shop, manager, now):
    closed = service.close_space(actor=manager, space_id=shop.space.id, now=now)
    opened = service.reopen_space(actor=manager, space_id=shop.space.id, now=now)

    assert closed.closed_at == now
    assert opened.closed_at is None
    assert [row.action for row in list_audited()[-2:]] == ["space.closed", "space.reopened"]


def test_a_space_is_closed_by_those_who_manage_it(shop, now):
    before = read_rows()

    with pytest.raises(NotAllowedError):
        service.close_space(actor=shop.clerk, space_id=shop.space.id, now=now)
    with pytest.raises(SpaceNotFoundError):
        service.close_space(actor=SYSTEM, space_id=uuid4(), now=now)

    assert read_rows() == before

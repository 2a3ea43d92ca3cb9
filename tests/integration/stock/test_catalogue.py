"""What is told of reward items, what they cost over time, and their photographs."""

import io
from datetime import timedelta
from itertools import pairwise

import pytest
import sqlalchemy as sa
from PIL import Image
from sqlalchemy.exc import IntegrityError

from rewards.access.errors import NotAllowedError
from rewards.access.models import AuditRecordRow
from rewards.access.types import Role
from rewards.core import pictures
from rewards.core.db import db
from rewards.network.types import Level
from rewards.stock import queries, rules, service
from rewards.stock.errors import (
    InvalidRewardError,
    PictureNotFoundError,
    RewardExistsError,
    RewardKeepsShelfError,
)
from rewards.stock.models import RewardPictureRow
from rewards.stock.types import LimitPeriod, RewardKind
from tests.factories.redemptions import (
    SYSTEM,
    add_giving,
    add_participant,
    add_reward,
    add_shop,
    build_staff,
    read_rows,
    reserve,
)
from tests.factories.world import build_node

CONDITIONS = {
    "description": "洗脸用",
    "limit_count": 2,
    "limit_period": LimitPeriod.QUARTER,
    "counts_in_month": False,
    "min_balance": 40,
    "age_min": 14,
    "age_max": 90,
    "low_at": 6,
}


@pytest.fixture
def shop(app, now):
    return add_shop(now)


@pytest.fixture
def manager(shop):
    return build_staff(Role.STATION_ADMIN, shop.station.path)


def photograph(colour=(200, 30, 30)):
    buffer = io.BytesIO()
    Image.new("RGB", (320, 240), colour).save(buffer, "PNG")
    return pictures.encode_anew(buffer.getvalue())


def told_prices(reward):
    return [price.points for price in queries.list_prices(reward.id)]


def count_photographs():
    return db.session.scalar(sa.select(sa.func.count()).select_from(RewardPictureRow))


def test_an_item_is_made_with_all_that_is_told_of_it(shop, manager, now):
    reward = service.create_reward(
        actor=manager,
        space_id=shop.space.id,
        name="毛巾",
        points=60,
        visible_node_id=shop.station.id,
        **CONDITIONS,
        now=now,
    )

    assert {name: getattr(reward, name) for name in CONDITIONS} == CONDITIONS
    assert (reward.visible_node_id, reward.visible_path) == (shop.station.id, shop.station.path)
    assert queries.get_offer(reward.id).reward == reward


def test_every_value_of_an_item_can_be_changed_and_put_back(shop, manager, now):
    changes = {
        **CONDITIONS,
        "name": "大毛巾",
        "unit": "条",
        "kind": RewardKind.HONOUR,
        "picture": "towel",
        "points": 70,
        "is_listed": False,
        "visible_node_id": shop.station.id,
    }
    before = {name: getattr(shop.reward, name) for name in changes}

    changed = service.update_reward(actor=manager, reward_id=shop.reward.id, **changes, now=now)
    restored = service.update_reward(actor=manager, reward_id=shop.reward.id, **before, now=now)

    assert {name: getattr(changed, name) for name in changes} == changes
    assert restored == shop.reward
    audited = db.session.scalars(
        sa.select(AuditRecordRow.details)
        .where(AuditRecordRow.action == "reward.updated")
        .order_by(AuditRecordRow.id)
    ).all()
    assert [set(details) for details in audited] == [{*changes, "was"}] * 2
    assert [set(details["was"]) for details in audited] == [set(changes)] * 2


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("limit_period", {"limit_count": 2}),
        ("limit_period", {"limit_period": LimitPeriod.MONTH}),
        ("limit_count", {"limit_count": 0, "limit_period": LimitPeriod.MONTH}),
        ("age_max", {"age_min": 60, "age_max": 59}),
        ("age_min", {"age_min": 121}),
        ("min_balance", {"min_balance": -1}),
        ("low_at", {"low_at": -1}),
        ("description", {"description": "字" * 301}),
        ("description", {"description": "一\n二"}),
        ("name", {"name": " 牙膏"}),
        ("picture", {"picture": "no-such-drawing"}),
    ],
)
def test_values_that_do_not_fit_change_nothing(shop, manager, now, field, changes):
    before = read_rows()

    with pytest.raises(InvalidRewardError) as refused:
        service.update_reward(actor=manager, reward_id=shop.reward.id, **changes, now=now)

    assert refused.value.members == {"field": field}
    assert read_rows() == before


def test_giving_is_told_in_tens(shop, manager, now):
    giving = add_giving(shop.space, now)

    with pytest.raises(InvalidRewardError) as refused:
        service.update_reward(actor=manager, reward_id=giving.id, points=15, now=now)

    assert refused.value.members == {"field": "points"}


@pytest.mark.databases("sqlite", "postgresql")
def test_what_stands_on_a_shelf_never_becomes_giving_nor_the_other_way_round(shop, manager, now):
    giving = add_giving(shop.space, now)
    before = read_rows()

    for reward, kind in ((shop.reward, RewardKind.GIVING), (giving, RewardKind.GOODS)):
        with pytest.raises(RewardKeepsShelfError):
            service.update_reward(
                actor=manager, reward_id=reward.id, kind=kind, points=20, is_listed=False, now=now
            )

    assert read_rows() == before
    for kind in (RewardKind.HONOUR, RewardKind.SERVICE):
        assert (
            service.update_reward(actor=manager, reward_id=shop.reward.id, kind=kind, now=now).kind
            is kind
        )


@pytest.mark.databases("sqlite", "postgresql")
def test_without_the_rule_the_database_refuses_it(shop, manager, now, monkeypatch):
    giving = add_giving(shop.space, now)
    monkeypatch.setattr(rules, "check_keeps_shelf", lambda *_: None)

    for reward, kind in ((shop.reward, RewardKind.GIVING), (giving, RewardKind.CULTURE)):
        with pytest.raises(IntegrityError, match="keeps its shelf"):
            service.update_reward(actor=manager, reward_id=reward.id, kind=kind, points=20, now=now)
        db.session.rollback()
        assert queries.get_reward(reward.id).kind is reward.kind


def test_a_value_must_fit_to_those_that_stay(shop, manager, now):
    service.update_reward(actor=manager, reward_id=shop.reward.id, age_min=60, now=now)

    with pytest.raises(InvalidRewardError):
        service.update_reward(actor=manager, reward_id=shop.reward.id, age_max=59, now=now)


def test_an_item_is_not_for_a_branch_of_another_center(shop, manager, now):
    elsewhere = build_node(Level.CENTER)
    with pytest.raises(InvalidRewardError):
        service.update_reward(
            actor=manager, reward_id=shop.reward.id, visible_node_id=elsewhere.id, now=now
        )


def test_two_items_of_a_space_have_two_names(shop, manager, now):
    add_reward(shop.space, now, name="毛巾")

    with pytest.raises(RewardExistsError):
        service.update_reward(actor=manager, reward_id=shop.reward.id, name="毛巾", now=now)


def test_who_is_shown_an_item(shop, manager, now):
    everybody = shop.reward
    local = service.update_reward(
        actor=manager, reward_id=everybody.id, visible_node_id=shop.station.id, now=now
    )

    homes = (shop.station.path, f"{shop.station.path}x/", f"{shop.station.path[:-1]}9/", None)

    assert [rules.is_shown_to(everybody, home) for home in homes] == [True] * 4
    assert [rules.is_shown_to(local, home) for home in homes] == [True, True, False, False]


def test_every_price_is_kept_with_when_and_by_whom(shop, manager, now):
    later = now + timedelta(days=30)
    for points, at in ((80, later), (80, later), (70, later + timedelta(days=1))):
        service.update_reward(actor=manager, reward_id=shop.reward.id, points=points, now=at)

    prices = queries.list_prices(shop.reward.id)

    assert [price.points for price in prices] == [70, 80, 60]
    assert prices[1].valid_from == later
    assert prices[1].changed_by == manager.principal
    assert prices[2].changed_by == SYSTEM.principal


def test_what_was_reserved_keeps_its_price(shop, manager, now):
    participant = add_participant(shop.station, now, points=100)
    redemption = reserve(shop, participant, now=now)

    service.update_reward(actor=manager, reward_id=shop.reward.id, points=90, now=now)

    assert redemption.points == 60
    assert told_prices(shop.reward) == [90, 60]


def test_prices_changed_at_once_are_written_down_in_the_order_in_which_they_hold(
    shop, manager, now, race
):
    def change(number):
        service.update_reward(
            actor=manager, reward_id=shop.reward.id, points=100 + number % 4, now=now
        )

    assert not [each for each in race(8, change) if each is not None]
    prices = told_prices(shop.reward)
    assert prices[0] == queries.get_reward(shop.reward.id).points
    assert all(price != following for price, following in pairwise(prices))


def test_the_usual_items_make_a_shelf_to_start_from(shop, manager, now):
    with pytest.raises(NotAllowedError):
        service.create_usual_rewards(actor=shop.clerk, space_id=shop.space.id, now=now)

    added = service.create_usual_rewards(actor=manager, space_id=shop.space.id, now=now)
    again = service.create_usual_rewards(actor=manager, space_id=shop.space.id, now=now)

    listed = queries.list_rewards(shop.space.id)
    # One of them is the item that the space had.
    assert len(rules.USUAL_ITEMS) == 20 == len(listed)
    assert len(added) == 19
    assert again == ()
    assert {reward.kind for reward in listed} == set(RewardKind)
    assert {reward.available for reward in added} == {0}
    assert queries.get_reward(shop.reward.id) == shop.reward
    assert {reward.picture for reward in added} <= set(rules.DRAWINGS)
    assert [told_prices(reward) for reward in added] == [[reward.points] for reward in added]


def test_an_item_is_nearly_gone_at_its_own_number(shop, manager, now):
    assert not shop.reward.is_low
    for low_at, is_low in ((9, False), (10, True), (0, False)):
        changed = service.update_reward(
            actor=manager, reward_id=shop.reward.id, low_at=low_at, now=now
        )
        assert changed.is_low is is_low
    giving = service.create_reward(
        actor=manager,
        space_id=shop.space.id,
        name="捐给心愿",
        points=10,
        kind=RewardKind.GIVING,
        now=now,
    )
    assert not giving.is_low


def test_an_item_is_shown_by_its_photograph(shop, manager, now):
    picture = photograph()

    reward = service.set_picture(actor=manager, reward_id=shop.reward.id, picture=picture, now=now)

    assert reward.picture_digest == picture.digest
    assert reward.picture == shop.reward.picture
    assert queries.get_picture(picture.digest).content == picture.content
    assert queries.get_picture(picture.digest, is_small=True).content == picture.thumbnail


def test_a_photograph_set_twice_is_kept_and_audited_once(shop, manager, now):
    for _ in range(2):
        service.set_picture(actor=manager, reward_id=shop.reward.id, picture=photograph(), now=now)

    assert count_photographs() == 1
    audited = db.session.scalars(
        sa.select(AuditRecordRow.id).where(AuditRecordRow.action == "reward.pictured")
    ).all()
    assert len(audited) == 1


def test_a_photograph_that_no_item_shows_is_deleted(shop, manager, now):
    first, second = photograph(), photograph((30, 200, 30))
    service.set_picture(actor=manager, reward_id=shop.reward.id, picture=first, now=now)
    service.set_picture(actor=manager, reward_id=shop.reward.id, picture=second, now=now)

    with pytest.raises(PictureNotFoundError):
        queries.get_picture(first.digest)
    bare = service.remove_picture(actor=manager, reward_id=shop.reward.id, now=now)

    assert (bare.picture_id, bare.picture_digest) == (None, "")
    assert count_photographs() == 0


def test_a_photograph_that_another_item_shows_stays(shop, manager, now):
    other = add_reward(shop.space, now, name="毛巾")
    picture = photograph()
    for reward in (shop.reward, other):
        service.set_picture(actor=manager, reward_id=reward.id, picture=picture, now=now)

    service.remove_picture(actor=manager, reward_id=shop.reward.id, now=now)

    assert queries.get_reward(other.id).picture_digest == picture.digest
    assert queries.get_picture(picture.digest).content == picture.content


def test_of_two_items_that_lose_their_photograph_at_once_one_deletes_it(shop, manager, now, race):
    items = [shop.reward, *(add_reward(shop.space, now, name=name) for name in "甲乙丙")]
    picture = photograph()
    for _ in range(4):
        for reward in items:
            service.set_picture(actor=manager, reward_id=reward.id, picture=picture, now=now)

        outcomes = race(
            len(items),
            lambda number: service.remove_picture(
                actor=manager, reward_id=items[number].id, now=now
            ),
        )

        assert [reward.picture_id for reward in outcomes] == [None] * len(items)
        assert count_photographs() == 0


def test_only_who_keeps_the_stock_sets_a_photograph(shop, now):
    before = read_rows()
    for call in (service.remove_picture, service.set_picture):
        picture = {"picture": photograph()} if call is service.set_picture else {}
        with pytest.raises(NotAllowedError):
            call(actor=shop.clerk, reward_id=shop.reward.id, **picture, now=now)

    assert read_rows() == before

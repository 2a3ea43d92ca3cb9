"""Who may have how much of what: what a reservation decides, and what the pages tell before it."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from rewards.access.types import Role
from rewards.core.db import db
from rewards.identity import service as identity
from rewards.ledger.errors import AccountInDebtError
from rewards.participants import queries as participants
from rewards.participants.errors import ParticipantClosedError, ParticipantNotFoundError
from rewards.participants.models import ParticipantRow
from rewards.redemptions import queries, rules, service, store
from rewards.redemptions.errors import (
    FirstBalanceError,
    GivingNeedsWishError,
    MonthPiecesLimitError,
    MonthPointsLimitError,
    RewardAgeError,
    RewardAgeUnknownError,
    RewardBalanceError,
    RewardLimitError,
    RewardNotForHomeError,
    RewardNotListedError,
    RewardSetBySelfError,
    SpaceClosedError,
)
from rewards.stock import queries as stock
from rewards.stock import service as stock_service
from rewards.stock.errors import RewardNotFoundError
from rewards.stock.models import RewardRow, SpaceRow
from rewards.stock.types import LimitPeriod, MovementKind
from tests.factories.people import SYSTEM, make_staff
from tests.factories.redemptions import (
    add_giving,
    add_participant,
    add_reward,
    add_shop,
    build_staff,
    close_account,
    credit,
    limit,
    read_rows,
    reserve,
)

pytestmark = pytest.mark.databases("sqlite")

TERMS = rules.DEFAULT_TERMS


@pytest.fixture(autouse=True)
def _terms(app):
    store.use_terms(TERMS)


@pytest.fixture
def shop(app, now):
    return add_shop(now, points=30, on_hand=100)


@pytest.fixture
def person(shop, now):
    return add_participant(shop.station, now, points=1000)


def update(shop, actor, now, **changes):
    stock_service.update_reward(actor=actor, reward_id=shop.reward.id, now=now, **changes)


def test_points_whose_day_is_over_are_not_among_those_to_be_there(shop, now):
    person = add_participant(shop.station, now - timedelta(days=3 * 366), points=50)
    credit(person, shop.station, 60, now)
    limit(shop.reward, min_balance=100)

    with pytest.raises(RewardBalanceError) as refused:
        reserve(shop, person, now)

    assert refused.value.members["available"] == 60


def tell(person, reward, now):
    me = participants.get_participant(person.participant_id)
    return queries.get_allowance(me, stock.get_reward(reward.id), now)


def is_refused(shop, person, now, error, **asked):
    """Tell that a reservation is refused, changes nothing, and that the pages said so before."""
    told = tell(person, asked.get("reward", shop.reward), now)
    before = read_rows()
    with pytest.raises(error):
        reserve(shop, person, now, **asked)
    assert read_rows() == before
    assert (told.left, told.reason) == (0, error.code)
    return told


@pytest.mark.databases("sqlite", "postgresql")
def test_the_limit_of_an_item_counts_what_is_reserved_and_what_was_handed_over(shop, person, now):
    limit(shop.reward, limit_count=2, limit_period=LimitPeriod.QUARTER)
    first = reserve(shop, person, now)
    service.fulfil(actor=shop.clerk, redemption_id=first.id, code=first.code, now=now)
    assert tell(person, shop.reward, now).left == 1
    reserve(shop, person, now)

    told = is_refused(shop, person, now, RewardLimitError)

    assert told.refusal.members["pieces_taken"] == 2


@pytest.mark.parametrize("end", ["cancelled", "expired"])
def test_what_was_not_collected_counts_no_more(shop, person, now, end):
    limit(shop.reward, limit_count=1, limit_period=LimitPeriod.EVER)
    redemption = reserve(shop, person, now)
    is_refused(shop, person, now, RewardLimitError)

    if end == "cancelled":
        service.cancel(actor=person, redemption_id=redemption.id, now=now)
    else:
        service.expire(redemption_id=redemption.id, now=redemption.expires_at)

    assert tell(person, shop.reward, now).left == 1
    reserve(shop, person, now)


def test_what_others_had_counts_for_nobody_else(shop, person, now):
    limit(shop.reward, limit_count=1, limit_period=LimitPeriod.QUARTER)
    reserve(shop, add_participant(shop.station, now, points=60), now)

    reserve(shop, person, now)


@pytest.mark.databases("sqlite", "postgresql")
def test_a_month_holds_four_pieces_of_all_items_at_all_spaces(shop, person, now):
    other = add_reward(shop.space, now, name="毛巾", points=40)
    reserve(shop, person, now, quantity=3)
    reserve(shop, person, now, reward=other)

    told = is_refused(shop, person, now, MonthPiecesLimitError)
    is_refused(shop, person, now, MonthPiecesLimitError, reward=other)
    assert told.period is LimitPeriod.MONTH

    # The next month is another one.
    again = next_month(now)
    assert tell(person, shop.reward, again).left == 4
    reserve(shop, person, again)


def test_a_month_holds_three_hundred_points(shop, person, now):
    thermos = add_reward(shop.space, now, name="保温杯", points=300)
    umbrella = add_reward(shop.space, now, name="雨伞", points=271)
    reserve(shop, person, now)

    is_refused(shop, person, now, MonthPointsLimitError, reward=umbrella)
    is_refused(shop, person, now, MonthPointsLimitError, reward=thermos)


def test_an_item_may_be_taken_out_of_the_month(shop, person, now):
    rice = add_reward(shop.space, now, name="大米", points=350)
    is_refused(shop, person, now, MonthPointsLimitError, reward=rice)
    limit(rice, counts_in_month=False)

    reserve(shop, person, now, reward=rice)

    assert tell(person, shop.reward, now).left == 4


def test_the_first_redemption_of_all_takes_thirty_points(shop, now):
    badge = add_reward(shop.space, now, name="徽章", points=20)
    poor = add_participant(shop.station, now, points=29)
    able = add_participant(shop.station, now, points=50)

    told = is_refused(shop, poor, now, FirstBalanceError, reward=badge)
    assert told.refusal.members["missing"] == 1

    reserve(shop, able, now, reward=badge)
    limit(badge, limit_count=None, limit_period=None)
    # Thirty are left, and after this ten: it is not the first time any more.
    reserve(shop, able, now, reward=badge)


def test_an_item_may_ask_for_more_points_than_it_takes(shop, person, now):
    limit(shop.reward, min_balance=1001)
    is_refused(shop, person, now, RewardBalanceError)
    limit(shop.reward, min_balance=1000)

    reserve(shop, person, now)


def born(person, year):
    db.session.execute(
        sa.update(ParticipantRow)
        .where(ParticipantRow.id == person.participant_id)
        .values(birth_year=year)
    )
    db.session.commit()


def test_an_item_for_an_age_goes_to_whoever_is_known_to_be_of_it(shop, person, now):
    limit(shop.reward, age_min=60)
    born(person, None)
    is_refused(shop, person, now, RewardAgeUnknownError)
    born(person, now.year - 40)
    is_refused(shop, person, now, RewardAgeError)
    born(person, now.year - 60)

    reserve(shop, person, now)


def show_only(reward, node):
    limit(reward, visible_node_id=node.id, visible_path=node.path)


def test_an_item_of_another_branch_does_not_exist_for_a_resident(shop, person, now):
    elsewhere = add_shop(now).station
    show_only(shop.reward, elsewhere)

    with pytest.raises(RewardNotFoundError):
        reserve(shop, person, now)
    with pytest.raises(RewardNotForHomeError):
        reserve(shop, person, now, actor=build_staff(Role.CLERK, shop.station.path))
    assert tell(person, shop.reward, now).reason == RewardNotForHomeError.code
    show_only(shop.reward, shop.station)
    reserve(shop, person, now)


def test_an_item_of_another_center_does_not_exist_for_a_resident(shop, person, now):
    far = add_shop(now)

    with pytest.raises(RewardNotFoundError):
        reserve(far, person, now)
    with pytest.raises(ParticipantNotFoundError):
        reserve(far, person, now, actor=build_staff(Role.CLERK, far.station.path))


def test_a_closed_account_has_no_allowance(shop, person, now):
    close_account(person, now)

    is_refused(shop, person, now, ParticipantClosedError)


def test_a_closed_space_and_an_item_that_is_offered_no_more_have_none(shop, person, now):
    db.session.execute(sa.update(SpaceRow).values(closed_at=now))
    db.session.commit()
    is_refused(shop, person, now, SpaceClosedError)
    db.session.execute(sa.update(SpaceRow).values(closed_at=None))
    db.session.execute(sa.update(RewardRow).values(is_listed=False))
    db.session.commit()

    is_refused(shop, person, now, RewardNotListedError)


def test_an_item_of_giving_is_not_reserved_without_a_wish(shop, person, now):
    shop = replace(shop, reward=add_giving(shop.space, now))

    is_refused(shop, person, now, GivingNeedsWishError)


def test_a_debt_is_told_before_anything_is_tried(shop, person, now):
    db.session.execute(
        sa.text(
            "UPDATE ledger_accounts SET balance = -20, debt = 20 WHERE participant_id IS NOT NULL"
        )
    )
    db.session.commit()

    is_refused(shop, person, now, AccountInDebtError)


@pytest.mark.databases("sqlite", "postgresql")
def test_the_pages_learn_of_all_items_at_once(shop, person, now):
    limit(shop.reward, limit_count=1, limit_period=LimitPeriod.QUARTER)
    free = add_reward(shop.space, now, name="毛巾", points=40)
    limit(free, counts_in_month=False)
    reserve(shop, person, now)
    me = participants.get_participant(person.participant_id)

    told = queries.list_allowances(me, stock.list_rewards(shop.space.id), now)

    assert told[shop.reward.id].left == 0
    assert told[free.id].left is None
    assert told[free.id].reason == ""


def test_what_came_back_after_the_hand_over_counts_no_more(shop, person, now):
    limit(shop.reward, limit_count=1, limit_period=LimitPeriod.QUARTER)
    first = reserve(shop, person, now)
    service.fulfil(actor=shop.clerk, redemption_id=first.id, code=first.code, now=now)
    db.session.execute(sa.text("UPDATE redemptions SET returned_at = reserved_at"))
    db.session.commit()

    assert tell(person, shop.reward, now).left == 1


def next_month(now):
    return (now.replace(day=1) + timedelta(days=32)).replace(day=2)


@pytest.fixture
def admin(shop, person, now):
    """The administrator of the station, who is *person* as a participant."""
    admin = make_staff("liuyang", now, (Role.STATION_ADMIN, shop.station))
    identity.link_participant(
        actor=SYSTEM, staff_id=admin.staff_id, participant_id=person.participant_id, now=now
    )
    return admin


def test_nobody_has_for_seven_days_what_they_themselves_made_cheaper(shop, person, admin, now):
    update(shop, admin, now, description="牙膏两支装")
    assert service.cancel(actor=person, redemption_id=reserve(shop, person, now).id, now=now)
    update(shop, admin, now, points=1)
    update(shop, shop.manager, now, points=30)

    for moment in (now, now + timedelta(days=7) - timedelta(seconds=1)):
        is_refused(shop, person, moment, RewardSetBySelfError)

    # It is as cheap for everybody else, and for them a week later.
    reserve(shop, add_participant(shop.station, now, points=100), now)
    reserve(shop, person, now + timedelta(days=7))


def test_a_week_in_which_the_item_was_hidden_is_none(shop, person, admin, now):
    update(shop, admin, now, points=1, is_listed=False)
    shown = now + timedelta(days=7)
    # Shown for a minute once: that is a minute.
    update(shop, admin, now + timedelta(days=6), is_listed=True)
    update(shop, admin, now + timedelta(days=6, minutes=1), is_listed=False)
    update(shop, shop.manager, shown, is_listed=True)

    for moment in (shown, shown + timedelta(days=7) - timedelta(seconds=61)):
        is_refused(shop, person, moment, RewardSetBySelfError)
    reserve(shop, person, shown + timedelta(days=7) - timedelta(seconds=60))


@pytest.mark.databases("sqlite", "postgresql")
def test_a_week_in_which_nothing_stood_on_the_shelf_is_none(shop, person, admin, now):
    empty = add_reward(shop.space, now, name="毛巾", points=60, on_hand=0)
    stock_service.update_reward(actor=admin, reward_id=empty.id, points=1, now=now)
    came = now + timedelta(days=7)
    stock_service.record_movement(
        actor=admin, reward_id=empty.id, kind=MovementKind.RECEIVE, quantity=2, now=came
    )

    is_refused(shop, person, came, RewardSetBySelfError, reward=empty)
    reserve(shop, person, came + timedelta(days=7), reward=empty)


@pytest.mark.databases("sqlite", "postgresql")
def test_who_made_nothing_easier_to_have_is_not_refused(shop, person, admin, now):
    add = stock_service.create_usual_rewards
    usual = {each.name: each for each in add(actor=admin, space_id=shop.space.id, now=now)}
    update(shop, admin, now, points=60, limit_count=1, limit_period=LimitPeriod.MONTH)
    # What they only set back is as it was; down and up again at the same price too.
    update(shop, admin, now, points=30, is_listed=False)
    update(shop, admin, now, limit_count=None, limit_period=None, is_listed=True)

    assert tell(person, usual["香皂"], now).refusal is None
    assert tell(person, shop.reward, now).refusal is None
    reserve(shop, person, now)


def test_nobody_has_what_they_put_up_as_they_liked_or_for_whom_they_liked(shop, person, admin, now):
    update(shop, shop.manager, now, limit_count=1, limit_period=LimitPeriod.QUARTER)
    update(shop, admin, now, limit_count=4)
    own = stock_service.create_reward(
        actor=admin, space_id=shop.space.id, name="保温杯", points=300, now=now
    )
    usual = stock_service.create_usual_rewards(actor=admin, space_id=shop.space.id, now=now)
    stock_service.update_reward(
        actor=admin, reward_id=usual[0].id, points=usual[0].points - 1, now=now
    )

    is_refused(shop, person, now, RewardSetBySelfError)
    for reward in (own, usual[0]):
        is_refused(shop, person, now, RewardSetBySelfError, reward=reward)

"""Who collects, by when, and what the owner is told meanwhile."""

from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa

from rewards.access.errors import NotAllowedError
from rewards.access.types import Role
from rewards.core.db import db
from rewards.identity import service as identity
from rewards.ledger import queries as ledger
from rewards.notices import queries as notices
from rewards.notices.types import NoticeKind
from rewards.redemptions import errors, queries, service
from rewards.redemptions.models import RedemptionProxyRow
from rewards.redemptions.types import CollectedBy, Redemption, RedemptionStatus, ReturnKind
from tests.factories.redemptions import (
    SYSTEM,
    add_participant,
    add_reward,
    add_shop,
    build_staff,
    count_inconsistencies,
    hand_over,
    open_slots,
    read_rows,
    reserve,
)

# What decides is the same on both; what both engines are asked is asked of both below.
pytestmark = pytest.mark.databases("sqlite")
both = pytest.mark.databases("sqlite", "postgresql")

DAY = timedelta(days=1)


@pytest.fixture
def person(shop, now):
    return add_participant(shop.station, now, points=300)


@pytest.fixture
def redemption(shop, person, now):
    return reserve(shop, person, now)


def name_proxy(person, redemption, now, **changes):
    arguments = {"actor": person, "name": "李秀兰", "phone_tail": "5678"}
    return service.name_proxy(**arguments | changes, redemption_id=redemption.id, now=now)


def list_kinds(person):
    db.session.rollback()
    page = notices.page_notices(participant_id=person.participant_id)
    return Counter(each.kind for each in page.items)


@both
def test_somebody_the_owner_named_collects_and_the_owner_is_told(shop, person, redemption, now):
    name_proxy(person, redemption, now)
    proxy = queries.find_proxy(redemption.id)
    assert (proxy.name, proxy.masked_name, proxy.phone_tail) == ("李秀兰", "李*兰", "5678")

    done = hand_over(shop, redemption, now, collected_by=CollectedBy.PROXY)

    assert done.collected_by is CollectedBy.PROXY
    assert list_kinds(person) == {NoticeKind.REDEMPTION_COLLECTED: 1}
    assert count_inconsistencies() == {}


def test_without_a_name_a_signed_slip_is_kept_instead(shop, person, redemption, now):
    before = read_rows()
    with pytest.raises(errors.ProxyNotNamedError):
        hand_over(shop, redemption, now, collected_by=CollectedBy.PROXY)
    assert read_rows() == before

    done = hand_over(shop, redemption, now, collected_by=CollectedBy.SLIP)

    assert done.collected_by is CollectedBy.SLIP
    assert list_kinds(person) == {NoticeKind.REDEMPTION_COLLECTED: 1}


def test_who_collects_themselves_is_told_too(shop, person, redemption, now):
    assert hand_over(shop, redemption, now).collected_by is CollectedBy.OWNER
    assert list_kinds(person) == {NoticeKind.REDEMPTION_COLLECTED: 1}


@both
def test_another_name_takes_the_place_of_the_one_before(person, redemption, now):
    name_proxy(person, redemption, now)
    name_proxy(person, redemption, now, name="陈建国", phone_tail="0009")
    assert queries.find_proxy(redemption.id).phone_tail == "0009"

    service.forget_proxy(actor=person, redemption_id=redemption.id, now=now)
    assert queries.find_proxy(redemption.id) is None


def test_names_are_kept_sealed(person, redemption, now):
    name_proxy(person, redemption, now)

    row = db.session.execute(sa.select(RedemptionProxyRow.__table__)).one()
    assert "李秀兰" not in str(row)
    assert "5678" not in row.phone_tail_sealed


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"phone_tail": "567"}, "phone_tail"),
        ({"phone_tail": "56789"}, "phone_tail"),
        ({"phone_tail": "٥٦٧٨"}, "phone_tail"),
        ({"name": ""}, "name"),
        ({"name": "李" * 60}, "name"),
    ],
)
def test_a_name_that_does_not_fit_is_refused(person, redemption, now, changes, field):
    with pytest.raises(errors.InvalidProxyError) as refusal:
        name_proxy(person, redemption, now, **changes)
    assert refusal.value.members["field"] == field


def test_full_width_digits_are_digits(person, redemption, now):
    name_proxy(person, redemption, now, phone_tail=" ５６７８ ")  # noqa: RUF001
    assert queries.find_proxy(redemption.id).phone_tail == "5678"


def test_nobody_else_names_who_collects(shop, redemption, now):
    other = add_participant(shop.station, now)
    for actor in (other, shop.clerk, SYSTEM):
        with pytest.raises(errors.RedemptionNotFoundError):
            name_proxy(actor, redemption, now)


def test_what_came_to_its_end_waits_for_nobody(shop, person, redemption, now):
    hand_over(shop, redemption, now)
    for act in (name_proxy, forget, extend):
        with pytest.raises(errors.RedemptionAlreadyFulfilledError):
            act(person, redemption, now)


def test_the_rest_of_a_part_waits_for_the_same_person(shop, person, now):
    two = reserve(shop, person, now, quantity=2)
    name_proxy(person, two, now)

    hand_over(shop, two, now, quantity=1, collected_by=CollectedBy.PROXY)

    assert queries.find_proxy(queries.find_rest(two.id).id).name == "李秀兰"


@both
def test_names_are_erased_a_month_after_the_end(shop, person, redemption, now):
    waiting = reserve(shop, person, now)
    for each in (redemption, waiting):
        name_proxy(person, each, now)
    hand_over(shop, redemption, now)

    assert service.forget_old_proxies(now=now + timedelta(days=30)) == 0
    assert service.forget_old_proxies(now=now + timedelta(days=30, seconds=1)) == 1
    assert list(queries.list_proxies([redemption.id, waiting.id])) == [waiting.id]


@both
def test_names_and_notes_go_with_the_account(shop, person, redemption, now):
    name_proxy(person, redemption, now)
    given = hand_over(shop, reserve(shop, person, now), now)
    service.take_back(
        actor=shop.manager,
        redemption_id=given.id,
        kind=ReturnKind.REPLACED,
        quantity=1,
        note="王建英说盖子坏了",
        now=now,
    )

    identity.close_participant(actor=SYSTEM, participant_id=person.participant_id, now=now)

    assert queries.find_proxy(redemption.id) is None
    assert queries.find_return(given.id).note == ""


@both
def test_what_waits_is_cancelled_with_the_account(shop, now):
    slot, *_later = open_slots(shop, now)
    person = add_participant(shop.station, now, points=300)
    booked = reserve(shop, person, now, quantity=2, slot_starts_at=slot)
    other = reserve(shop, person, now, reward=add_reward(shop.space, now, name="毛巾"))

    identity.close_participant(actor=person, participant_id=person.participant_id, now=now)

    for redemption in (booked, other):
        with pytest.raises(errors.RedemptionCancelledError):
            hand_over(shop, redemption, now)
    balance = ledger.get_balance(person.participant_id)
    assert (balance.balance, balance.held) == (300, 0)
    assert count_inconsistencies() == {}


def extend(actor, redemption, now):
    return service.extend(actor=actor, redemption_id=redemption.id, now=now)


def forget(actor, redemption, now):
    return service.forget_proxy(actor=actor, redemption_id=redemption.id, now=now)


@both
def test_once_there_are_seven_days_more(shop, person, redemption, now):
    later = extend(person, redemption, now)

    assert later.expires_at == redemption.expires_at + 7 * DAY
    assert later.extended_at == now
    assert service.expire_due(now=redemption.expires_at) == 0
    with pytest.raises(errors.RedemptionAlreadyExtendedError) as refusal:
        extend(person, redemption, now)
    assert refusal.value.members["until"] == later.expires_at.isoformat()
    assert service.expire_due(now=later.expires_at) == 1
    assert count_inconsistencies() == {}


def test_staff_of_the_space_may_ask_for_the_owner_and_others_may_not(shop, redemption, now):
    other = add_participant(shop.station, now)
    with pytest.raises(errors.RedemptionNotFoundError):
        extend(other, redemption, now)
    with pytest.raises(NotAllowedError):
        extend(build_staff(Role.CLERK, "center/institute/other/"), redemption, now)

    assert extend(shop.clerk, redemption, now).extended_at == now


def test_it_is_too_late_when_the_time_is_over(person, redemption, now):
    with pytest.raises(errors.RedemptionExpiredError):
        extend(person, redemption, redemption.expires_at)


@both
def test_of_many_at_once_one_gets_more_time(app, race, now):
    shop = add_shop(now)
    person = add_participant(shop.station, now, points=60)
    redemption = reserve(shop, person, now)

    outcomes = race(8, lambda _number: extend(person, redemption, now))

    assert Counter(map(type, outcomes)) == {
        Redemption: 1,
        errors.RedemptionAlreadyExtendedError: 7,
    }


def test_the_owner_is_reminded_once_two_days_before(person, redemption, now):
    soon = redemption.expires_at - 2 * DAY

    assert service.remind_due(now=soon - timedelta(seconds=1)) == 0
    assert [service.remind_due(now=soon) for _time in range(2)] == [1, 0]
    assert list_kinds(person) == {NoticeKind.REDEMPTION_DUE: 1}


@both
def test_of_the_new_last_day_the_owner_is_reminded_anew(person, redemption, now):
    service.remind_due(now=redemption.expires_at - DAY)
    later = extend(person, redemption, redemption.expires_at - DAY)

    assert service.remind_due(now=redemption.expires_at) == 0
    assert service.remind_due(now=later.expires_at - DAY) == 1
    assert list_kinds(person) == {NoticeKind.REDEMPTION_DUE: 2}


def test_who_got_more_time_meanwhile_is_not_reminded_yet(person, redemption, now):
    soon = redemption.expires_at - DAY
    (found,) = queries.list_to_remind(now=soon, until=soon + 2 * DAY, limit=1)
    later = extend(person, redemption, soon)

    assert not service.remind(redemption_id=found, now=soon)

    assert list_kinds(person) == {}
    assert service.remind(redemption_id=found, now=later.expires_at - DAY)


def test_nobody_is_reminded_of_what_is_over(shop, person, redemption, now):
    hand_over(shop, redemption, now)
    assert service.remind_due(now=redemption.expires_at - DAY) == 0


@both
def test_two_workers_remind_once(app, race, now):
    shop = add_shop(now)
    people = [add_participant(shop.station, now, points=60) for _each in range(4)]
    made = [reserve(shop, person, now) for person in people]

    outcomes = race(4, lambda _number: service.remind_due(now=made[0].expires_at - DAY))

    assert sum(outcomes) == 4
    assert [list_kinds(person) for person in people] == [{NoticeKind.REDEMPTION_DUE: 1}] * 4


def test_whoever_did_not_come_is_told_that_the_points_are_back(person, redemption, now):
    service.expire_due(now=redemption.expires_at)

    assert queries.get_redemption(redemption.id).status is RedemptionStatus.EXPIRED
    assert list_kinds(person) == {NoticeKind.REDEMPTION_EXPIRED: 1}


def test_the_owner_is_told_of_what_staff_change_for_them_and_not_of_what_they_do(
    shop, person, redemption, now
):
    starts_at = open_slots(shop, now)
    own = reserve(shop, person, now)
    for actor, each in ((person, own), (shop.clerk, redemption)):
        extend(actor, each, now)
        for moment in starts_at[:2]:
            service.choose_slot(actor=actor, redemption_id=each.id, starts_at=moment, now=now)
        service.cancel(actor=actor, redemption_id=each.id, now=now)

    page = notices.page_notices(participant_id=person.participant_id)
    told = [(each.kind, each.details.get("starts_at")) for each in page.items]
    assert {each.details["redemption"] for each in page.items} == {redemption.id.hex}
    assert told == [
        (NoticeKind.REDEMPTION_CANCELLED, None),
        (NoticeKind.REDEMPTION_CHANGED, starts_at[1].isoformat()),
        (NoticeKind.REDEMPTION_CHANGED, starts_at[0].isoformat()),
        (NoticeKind.REDEMPTION_CHANGED, None),
    ]

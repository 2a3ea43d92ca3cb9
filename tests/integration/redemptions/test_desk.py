"""One basket at the desk: all of it or nothing, and only for who stands there."""

from collections import Counter
from datetime import timedelta

import pytest

from rewards.access.errors import NotAllowedError
from rewards.access.types import Role
from rewards.core.unit import use_case
from rewards.ledger import queries as ledger
from rewards.ledger.errors import InsufficientPointsError
from rewards.notices import queries as notices
from rewards.notices.types import NoticeKind
from rewards.participants.errors import ParticipantNotFoundError
from rewards.redemptions import queries, rules
from rewards.redemptions.errors import (
    EmptyBasketError,
    PriceChangedError,
    QuantityOutOfRangeError,
    RedemptionAlreadyFulfilledError,
    RedemptionNotFoundError,
    RedemptionOtherSpaceError,
)
from rewards.redemptions.service import cancel, hand_over
from rewards.redemptions.types import Item, Pick, RedemptionStatus
from rewards.stock import queries as stock
from rewards.stock.errors import OutOfStockError
from rewards.visits import operations as visit_operations
from rewards.visits import rules as visit_rules
from rewards.visits.errors import (
    PresenceCodeUsedError,
    PresenceRequiredError,
    SpokenConsentRequiredError,
)
from rewards.visits.service import open_visit
from rewards.visits.types import Proof
from tests.factories.redemptions import (
    add_participant,
    add_reward,
    add_shop,
    build_staff,
    count_inconsistencies,
    reserve,
)

STEP = 58_000_000


@pytest.fixture
def person(shop, now):
    return add_participant(shop.station, now, points=200)


def visit(shop, person, now, *, step=STEP, actor=None):
    return open_visit(
        actor=actor or shop.clerk,
        participant_id=person.participant_id,
        space_id=shop.space.id,
        proof=Proof.CARD if step is None else Proof.MEMBER_CODE,
        step=step,
        now=now,
    )


def give(shop, person, now, *, actor=None, **basket):
    return hand_over(
        actor=actor or shop.clerk,
        participant_id=person.participant_id,
        space_id=shop.space.id,
        now=now,
        **basket,
    )


def list_told(person):
    page = notices.page_notices(participant_id=person.participant_id)
    return [(each.kind, each.details.get("is_shown")) for each in page.items]


def item(reward, quantity=1, **values):
    return Item(reward_id=reward.id, quantity=quantity, **values)


def test_what_waits_and_what_is_new_leaves_the_desk_together(shop, person, now):
    soap = add_reward(shop.space, now, name="香皂", points=30)
    waiting = reserve(shop, person, now)
    stands = visit(shop, person, now)

    done = give(
        shop,
        person,
        now,
        picks=[Pick(redemption_id=waiting.id)],
        items=[item(soap, 3, seen_points=90)],
        visit_id=stands.id,
    )

    assert [each.status for each in done] == [RedemptionStatus.FULFILLED] * 2
    assert [(each.reward_name, each.quantity, each.points) for each in done] == [
        ("牙膏", 1, 60),
        ("香皂", 3, 90),
    ]
    assert {each.closed_by for each in done} == {shop.clerk.principal}
    balance = ledger.get_balance(person.participant_id)
    assert (balance.balance, balance.held) == (50, 0)
    assert stock.get_reward(soap.id).on_hand == 7
    assert count_inconsistencies() == {}


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"quantity": 0}, QuantityOutOfRangeError),
        ({"quantity": 1_000}, QuantityOutOfRangeError),
        ({"quantity": 3}, OutOfStockError),
        ({"quantity": 4}, InsufficientPointsError),
        ({"quantity": 1, "seen_points": 44}, PriceChangedError),
    ],
)
def test_what_cannot_all_be_had_is_not_had_at_all(shop, person, now, change, refusal):
    rice = add_reward(shop.space, now, name="大米", points=45, on_hand=2)
    waiting = reserve(shop, person, now)
    stands = visit(shop, person, now)

    with pytest.raises(refusal):
        give(
            shop,
            person,
            now,
            picks=[Pick(redemption_id=waiting.id)],
            items=[Item(**{"reward_id": rice.id, **change})],
            visit_id=stands.id,
        )

    assert queries.get_redemption(waiting.id).status is RedemptionStatus.RESERVED
    assert ledger.get_balance(person.participant_id).held == 60
    assert stock.get_reward(rice.id).available == 2
    assert len(queries.list_open(person.participant_id)) == 1
    assert count_inconsistencies() == {}


def test_points_are_spent_only_by_who_stands_there(shop, person, now):
    other = add_participant(shop.station, now, points=200)
    colleague = build_staff(Role.CLERK, shop.station.path)
    stands = visit(shop, person, now)
    basket = {"items": [item(shop.reward)]}

    for refused in (
        lambda: give(shop, person, now, **basket),
        lambda: give(shop, other, now, **basket, visit_id=stands.id),
        lambda: give(shop, person, now, **basket, visit_id=stands.id, actor=colleague),
        lambda: give(shop, person, stands.ends_at, **basket, visit_id=stands.id),
    ):
        with pytest.raises(PresenceRequiredError):
            refused()

    last = stands.ends_at - timedelta(microseconds=1)
    assert len(give(shop, person, last, **basket, visit_id=stands.id)) == 1


def test_what_was_reserved_is_collected_without_a_code_of_the_phone(shop, person, now):
    waiting = reserve(shop, person, now)

    (done,) = give(shop, person, now, picks=[Pick(redemption_id=waiting.id)])

    assert done.status is RedemptionStatus.FULFILLED
    # Nothing showed that they came: who did not reads that too.
    assert list_told(person) == [(NoticeKind.REDEMPTION_COLLECTED, False)]


def test_the_owner_hears_of_what_a_code_or_a_card_took_too(shop, person, now):
    by_code, by_visit = (reserve(shop, person, now) for _each in range(2))
    stands = visit(shop, person, now, step=None)

    give(shop, person, now, picks=[Pick(redemption_id=by_code.id)], code=by_code.code)
    give(shop, person, now, picks=[Pick(redemption_id=by_visit.id)], visit_id=stands.id)
    # Who copied the number of a card stands there with it.
    copied = visit(shop, person, now, step=None)
    give(shop, person, now, items=[item(shop.reward)], visit_id=copied.id, has_consent=True)

    assert list_told(person) == [(NoticeKind.REDEMPTION_COLLECTED, True)] * 3


def test_what_staff_reserved_is_collected_by_its_code_or_by_who_stands_there(shop, person, now):
    theirs, other = (reserve(shop, person, now, actor=shop.clerk) for _each in range(2))
    assert list_told(person) == [(NoticeKind.REDEMPTION_RESERVED, None)] * 2
    basket = {"picks": [Pick(redemption_id=theirs.id)]}

    for code in ("", other.code):
        with pytest.raises(PresenceRequiredError):
            give(shop, person, now, **basket, code=code)
    stands = visit(shop, person, now, step=None)
    with pytest.raises(SpokenConsentRequiredError):
        give(shop, person, now, **basket, visit_id=stands.id)

    assert len(give(shop, person, now, **basket, visit_id=stands.id, has_consent=True)) == 1
    give(shop, person, now, picks=[Pick(redemption_id=other.id)], code=other.code)
    assert list_told(person)[:2] == [(NoticeKind.REDEMPTION_COLLECTED, True)] * 2


def test_what_is_left_of_what_staff_reserved_was_reserved_by_them_too(shop, person, now):
    theirs = reserve(shop, person, now, quantity=2, actor=shop.clerk)

    pick = Pick(redemption_id=theirs.id, quantity=1)
    give(shop, person, now, picks=[pick], code=theirs.code)

    assert queries.find_rest(theirs.id).reserved_by == shop.clerk.principal


def test_a_card_needs_the_spoken_yes(shop, person, now):
    stands = visit(shop, person, now, step=None)
    basket = {"items": [item(shop.reward)], "visit_id": stands.id}

    assert stands.proof is Proof.CARD
    with pytest.raises(SpokenConsentRequiredError):
        give(shop, person, now, **basket)
    assert len(give(shop, person, now, **basket, has_consent=True)) == 1
    # A card is no one-time code: it is scanned again tomorrow.
    assert visit(shop, person, now, step=None).id != stands.id


def test_a_code_opens_one_visit_and_a_nervous_finger_finds_it_again(shop, person, now):
    stands = visit(shop, person, now)

    assert visit(shop, person, now + timedelta(seconds=20)).id == stands.id
    with pytest.raises(PresenceCodeUsedError):
        visit(shop, person, now, actor=build_staff(Role.CLERK, shop.station.path))
    with pytest.raises(PresenceCodeUsedError):
        visit(shop, person, stands.ends_at)
    assert visit(shop, person, now, step=STEP + 1).id != stands.id
    # Forgotten long after no clock accepts the code.
    visit(shop, person, stands.ends_at + visit_rules.VISITS_KEPT, step=STEP + 9)
    assert visit(shop, person, now).id != stands.id


def test_of_many_desks_that_show_one_code_one_opens_a_visit(shop, person, now, race):
    clerks = [build_staff(Role.CLERK, shop.station.path) for _each in range(8)]

    outcomes = race(8, lambda number: open_or_refusal(shop, person, now, clerks[number]))

    assert Counter(outcomes) == {"opened": 1, PresenceCodeUsedError.code: 7}


def test_without_the_guard_many_desks_open_a_visit_with_one_code(
    shop, person, now, race, monkeypatch
):
    # The control: the same code, told from itself, as if nothing kept that it was used.
    numbers = iter(range(8))
    kept = visit_operations.keep_visit

    def keep(asked, *, step, now):
        return kept(asked, step=step + next(numbers), now=now)

    monkeypatch.setattr(visit_operations, "keep_visit", keep)
    clerks = [build_staff(Role.CLERK, shop.station.path) for _each in range(8)]

    outcomes = race(8, lambda number: open_or_refusal(shop, person, now, clerks[number]))

    assert Counter(outcomes)["opened"] > 1


def test_of_two_hand_overs_at_once_by_one_visit_one_counts(shop, person, now, race):
    stands = visit(shop, person, now)

    outcomes = race(4, lambda _number: give_or_refusal(shop, person, now, stands))

    assert Counter(outcomes) == {"given": 1, PresenceRequiredError.code: 3}
    assert ledger.get_balance(person.participant_id).balance == 140


def test_without_the_end_of_a_visit_each_hand_over_counts(shop, person, now, race, monkeypatch):
    # The control: as if nobody wrote down that they left.
    monkeypatch.setattr(visit_operations, "end_visit", lambda *_args, **_values: None)
    stands = visit(shop, person, now)

    outcomes = race(2, lambda _number: give_or_refusal(shop, person, now, stands))

    assert Counter(outcomes) == {"given": 2}


def give_or_refusal(shop, person, now, stands):
    try:
        give(shop, person, now, items=[item(shop.reward)], visit_id=stands.id)
    except PresenceRequiredError as error:
        return error.code
    return "given"


def open_or_refusal(shop, person, now, clerk):
    try:
        visit(shop, person, now, actor=clerk)
    except PresenceCodeUsedError as error:
        return error.code
    return "opened"


def test_nobody_is_charged_for_what_is_not_theirs_here(shop, person, now):
    other = add_participant(shop.station, now, points=100)
    elsewhere = add_shop(now)
    theirs = reserve(shop, other, now)
    far = reserve(elsewhere, add_participant(elsewhere.station, now, points=60), now)
    neighbour = add_participant(elsewhere.station, now, points=60)
    far_own = reserve(elsewhere, neighbour, now)

    with pytest.raises(RedemptionNotFoundError):
        give(shop, person, now, picks=[Pick(redemption_id=theirs.id)])
    with pytest.raises(RedemptionNotFoundError):
        give(shop, person, now, picks=[Pick(redemption_id=far.id)])
    with pytest.raises(RedemptionOtherSpaceError):
        give(shop, neighbour, now, picks=[Pick(redemption_id=far_own.id)])
    with pytest.raises(NotAllowedError):
        give(shop, other, now, actor=elsewhere.clerk, picks=[Pick(redemption_id=theirs.id)])
    with pytest.raises(NotAllowedError):
        visit(shop, other, now, actor=elsewhere.clerk)
    with pytest.raises(ParticipantNotFoundError):
        visit(elsewhere, person, now, actor=elsewhere.clerk)
    with pytest.raises(NotAllowedError):
        give(shop, person, now, actor=person, items=[item(shop.reward)])


def test_a_basket_that_is_empty_doubled_or_endless_is_refused(shop, person, now):
    waiting = reserve(shop, person, now)
    twice = [Pick(redemption_id=waiting.id)] * 2
    endless = [item(add_reward(shop.space, now, name=f"东西{n}")) for n in range(rules.THINGS_MAX)]

    for basket in (
        {},
        {"picks": twice},
        {"items": [item(shop.reward), item(shop.reward, 2)]},
        {"picks": twice[:1], "items": endless},
    ):
        with pytest.raises(EmptyBasketError):
            give(shop, person, now, **basket)


def test_one_basket_at_many_desks_is_handed_over_once(shop, person, now, race):
    soap = add_reward(shop.space, now, name="香皂", points=30)
    waiting = [reserve(shop, person, now), reserve(shop, person, now, reward=soap)]
    orders = [waiting, waiting[::-1]]

    def try_to_give(number):
        picks = [Pick(redemption_id=each.id) for each in orders[number % 2]]
        try:
            return len(give(shop, person, now, picks=picks))
        except RedemptionAlreadyFulfilledError:
            return 0

    outcomes = race(8, try_to_give)

    assert sorted(outcomes) == [0] * 7 + [2]
    assert ledger.get_balance(person.participant_id).balance == 110
    assert count_inconsistencies() == {}


def test_baskets_of_many_people_over_the_same_shelf_wait_and_never_deadlock(shop, now, race):
    soap = add_reward(shop.space, now, name="香皂", points=30, on_hand=4)
    people = [add_participant(shop.station, now, points=100) for _each in range(8)]
    visits = [visit(shop, each, now) for each in people]

    def try_to_give(number):
        items = [item(shop.reward), item(soap)][:: -1 if number % 2 else 1]
        try:
            give(shop, people[number], now, items=items, visit_id=visits[number].id)
        except OutOfStockError:
            return False
        return True

    outcomes = race(8, try_to_give)

    assert Counter(outcomes) == {True: 4, False: 4}
    assert stock.get_reward(soap.id).on_hand == 0
    # Whoever got no soap got no toothpaste either.
    assert stock.get_reward(shop.reward.id).on_hand == 6
    assert count_inconsistencies() == {}


def test_what_is_cancelled_at_the_same_moment_keeps_the_basket_whole(shop, person, now, race):
    soap = add_reward(shop.space, now, name="香皂", points=30)
    waiting = [reserve(shop, person, now), reserve(shop, person, now, reward=soap)]
    picks = [Pick(redemption_id=each.id) for each in waiting]

    def act(number):
        try:
            if number:
                cancel(actor=person, redemption_id=waiting[1].id, now=now)
                return "cancelled"
            give(shop, person, now, picks=picks)
        except Exception as error:  # noqa: BLE001 -- who came too late is told so
            return type(error).__name__
        return "given"

    outcomes = set(race(2, act))

    first = queries.get_redemption(waiting[0].id).status
    if "given" in outcomes:
        assert first is RedemptionStatus.FULFILLED
    else:
        assert outcomes == {"cancelled", "RedemptionCancelledError"}
        assert first is RedemptionStatus.RESERVED
    assert count_inconsistencies() == {}


def test_a_use_case_within_a_use_case_is_still_refused(shop, person, now):
    with pytest.raises(RuntimeError):
        use_case(lambda: give(shop, person, now, items=[item(shop.reward)]))()

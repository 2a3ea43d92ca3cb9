"""An entry is taken back once; what was spent of it is owed."""

import pytest

from rewards.access.errors import NotAllowedError
from rewards.access.types import Role
from rewards.core.checks import Scope
from rewards.core.db import snapshot
from rewards.corrections import queries
from rewards.corrections.errors import (
    DailyLimitError,
    NoteRequiredError,
    OwnAccountError,
    SecondPersonRequiredError,
    SpendingNotReversibleError,
)
from rewards.corrections.types import CorrectionKind, CorrectionStatus
from rewards.ledger import queries as ledger
from rewards.ledger.errors import AccountInDebtError, EntryNotFoundError, NotReversibleError
from rewards.ledger.types import Reason
from rewards.notices import queries as notices
from rewards.notices.types import NoticeKind
from rewards.redemptions import service as redemptions
from tests.factories.corrections import adjust, build_admin, decide, give, last_entry, reverse
from tests.factories.redemptions import (
    add_participant,
    add_shop,
    read_rows,
    reserve,
)
from tests.factories.world import build_staff_actor, build_station


def spend(shop, person, now):
    redemption = reserve(shop, person, now)
    return redemptions.fulfil(
        actor=shop.clerk, redemption_id=redemption.id, code=redemption.code, now=now
    )


def test_a_reversal_takes_the_points_and_says_who_and_why(admin, station, person, now):
    entry = give(person, station, 20, now)

    done = reverse(admin, entry, now, note="  现场没有\u3000这个人 ")

    assert (done.kind, done.status) == (CorrectionKind.REVERSAL, CorrectionStatus.APPLIED)
    assert (done.amount, done.note, done.requested_by) == (
        -20,
        "现场没有 这个人",
        admin.principal,
    )
    balance = ledger.get_balance(person.participant_id)
    assert (balance.balance, balance.earned, balance.debt) == (0, 0, 0)
    undone = last_entry(person)
    assert (undone.id, undone.reverses_id) == (done.applied_entry_id, entry.id)
    assert (undone.source_id, undone.actor) == (done.id, admin.principal)
    assert undone.details == {}


def test_asking_again_answers_with_the_first(admin, second, station, person, now):
    entry = give(person, station, 20, now)
    first = reverse(admin, entry, now)
    rows = read_rows()

    assert reverse(admin, entry, now) == first
    assert reverse(second, entry, now, note="另一位也来撤回") == first
    assert read_rows() == rows


def test_what_was_spent_is_owed_and_nothing_is_redeemed_until_it_is_repaid(now, app):
    # Vector 14: reverse a 20-point entry after spending all.
    shop = add_shop(now, points=20)
    admin = build_admin(shop.station)
    person = add_participant(shop.station, now)
    entry = give(person, shop.station, 20, now)
    spend(shop, person, now)

    reverse(admin, entry, now)

    balance = ledger.get_balance(person.participant_id)
    assert (balance.balance, balance.debt, balance.earned) == (-20, 20, 0)
    give(person, shop.station, 15, now)
    with pytest.raises(AccountInDebtError) as refused:
        reserve(shop, person, now)
    assert refused.value.members == {"debt": 5}
    give(person, shop.station, 25, now)
    assert ledger.get_balance(person.participant_id).debt == 0
    assert reserve(shop, person, now).points == 20


def test_the_participant_is_told_with_what_they_owe(now, app):
    shop = add_shop(now, points=20)
    person = add_participant(shop.station, now)
    entry = give(person, shop.station, 20, now)
    spend(shop, person, now)

    done = reverse(build_admin(shop.station), entry, now)

    told = notices.page_notices(participant_id=person.participant_id).items
    kinds = {notice.kind: notice for notice in told}
    assert kinds.keys() == {NoticeKind.ENTRY_REVERSED, NoticeKind.REDEMPTION_COLLECTED}
    assert kinds[NoticeKind.ENTRY_REVERSED].details == {
        "points": 20,
        "day": "2026-11-21",
        "debt": 20,
        "entry": str(done.applied_entry_id),
    }


def test_only_who_may_correct_where_it_was_earned_reverses(station, person, now):
    entry = give(person, station, 20, now)
    actors = [
        build_admin(build_station()),
        *(build_staff_actor(station, role) for role in (Role.CLERK, Role.HOST, Role.AUDITOR)),
        person,
    ]

    for actor in actors:
        with pytest.raises(NotAllowedError):
            reverse(actor, entry, now)
    assert ledger.get_balance(person.participant_id).balance == 20


def test_nobody_reverses_an_entry_of_their_own(station, person, now):
    entry = give(person, station, 20, now)
    own = build_admin(station)
    object.__setattr__(own, "participant_id", person.participant_id)

    with pytest.raises(OwnAccountError):
        reverse(own, entry, now)


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("note", ["", "   ", "错了", "。。。。。。", "很长" * 101, "换行\0符"])
def test_a_reversal_without_a_reason_is_refused(admin, station, person, now, note):
    entry = give(person, station, 20, now)
    rows = read_rows()

    with pytest.raises(NoteRequiredError):
        reverse(admin, entry, now, note=note)
    assert read_rows() == rows


def test_a_reversal_is_not_reversed(admin, station, person, now):
    entry = give(person, station, 20, now)
    reverse(admin, entry, now)

    with pytest.raises(NotReversibleError):
        reverse(admin, last_entry(person), now)


def take(admin, second, person, station, points, now):
    """Take points as two people do, and return the entry."""
    give(person, station, 200, now)
    done = decide(second, adjust(admin, person, station, -points, now), now)
    return ledger.get_entry(done.applied_entry_id)


def balance_of(person):
    return ledger.get_balance(person.participant_id).balance


def test_to_give_back_much_that_two_took_needs_two(admin, second, station, person, now):
    entry = take(admin, second, person, station, 180, now)

    asked = reverse(admin, entry, now)

    assert (asked.kind, asked.status, asked.amount) == (
        CorrectionKind.REVERSAL,
        CorrectionStatus.PENDING,
        180,
    )
    assert (balance_of(person), reverse(second, entry, now)) == (20, asked)
    assert queries.sum_given(principal=admin.principal, day=now.date()) == 180
    with pytest.raises(SecondPersonRequiredError):
        decide(admin, asked, now)

    done = decide(second, asked, now)

    assert (done.status, balance_of(person)) == (CorrectionStatus.APPLIED, 200)
    undone = last_entry(person)
    assert (undone.reverses_id, undone.source_id) == (entry.id, asked.id)
    assert undone.actor == admin.principal
    [told, _] = notices.page_notices(participant_id=person.participant_id).items
    assert (told.kind, told.details["points"]) == (NoticeKind.ENTRY_REVERSED, -180)
    with snapshot() as connection:
        scope = Scope(after=0, through=0, now=now, is_whole=True)
        assert queries.list_self_approved(connection, scope) == ()
        assert queries.list_unmatched(connection, scope) == ()
        assert queries.list_unaudited(connection, scope) == ()


def test_a_refusal_leaves_the_entry_to_be_asked_for_again(admin, second, station, person, now):
    entry = take(admin, second, person, station, 100, now)
    asked = reverse(admin, entry, now)
    decide(second, asked, now, approve=False, note="签到表上对不上")

    assert queries.find_reversal(entry.id) is None
    again = reverse(second, entry, now)

    assert (again.id != asked.id, again.status) == (True, CorrectionStatus.PENDING)
    decide(admin, again, now)
    assert balance_of(person) == 200


def test_points_given_back_count_for_the_limit_of_a_day(admin, second, station, person, now):
    entry = take(admin, second, person, station, 40, now)
    adjust(admin, add_participant(station, now), station, 170, now)

    with pytest.raises(DailyLimitError):
        reverse(admin, entry, now)

    assert balance_of(person) == 160
    assert reverse(second, entry, now).status is CorrectionStatus.APPLIED


def test_points_given_back_add_up_with_what_was_given(admin, second, station, person, now):
    entry = take(second, admin, person, station, 30, now)
    adjust(admin, person, station, 30, now)

    assert reverse(admin, entry, now).status is CorrectionStatus.PENDING


def test_what_was_spent_comes_back_by_its_redemption_alone(now, app):
    shop = add_shop(now, points=20)
    person = add_participant(shop.station, now, points=20)
    spend(shop, person, now)
    spent = last_entry(person)
    assert spent.reason is Reason.REDEMPTION

    with pytest.raises(SpendingNotReversibleError):
        reverse(build_admin(shop.station), spent, now)


def test_an_entry_that_there_is_not_is_not_found(admin, station, person, now):
    entry = give(person, station, 20, now)
    object.__setattr__(entry, "id", station.id)

    with pytest.raises(EntryNotFoundError):
        reverse(admin, entry, now)


def test_a_reversal_is_found_by_its_entry_and_by_what_came_of_it(admin, station, person, now):
    entry = give(person, station, 20, now)
    assert queries.find_reversal(entry.id) is None

    done = reverse(admin, entry, now)

    assert queries.find_reversal(entry.id) == done
    assert queries.list_by_entries([entry.id, done.applied_entry_id]) == {
        done.applied_entry_id: done
    }
    assert queries.list_by_entries([]) == {}
    assert done.masked_name == "王*英"

"""Acts that staff saw: valued by a rule, under its caps, by two people where it wants two."""

from datetime import date, timedelta

import pytest

from rewards.access.errors import NotAllowedError
from rewards.access.types import Role
from rewards.core.checks import Scope
from rewards.core.db import snapshot
from rewards.corrections import queries, service
from rewards.corrections.errors import (
    DailyLimitError,
    InvalidDayError,
    NotEnteredError,
    NoteRequiredError,
    NothingAwardedError,
    OwnAccountError,
    SecondPersonRequiredError,
)
from rewards.corrections.types import CorrectionKind, CorrectionStatus
from rewards.earning.errors import AmountOutOfRangeError
from rewards.ledger import queries as ledger
from rewards.ledger.types import BoardKind, Reason
from rewards.notices import queries as notices
from rewards.notices.types import NoticeKind
from tests.factories.corrections import NOTE, adjust, build_admin, decide, last_entry, reverse
from tests.factories.redemptions import add_participant, read_rows
from tests.factories.world import build_staff_actor


def award(actor, person, node, code, now, *, note=NOTE, **act):
    return service.award(
        actor=actor,
        participant_id=person.participant_id,
        node_id=node.id,
        rule_code=code,
        note=note,
        now=now,
        **act,
    )


def balance_of(person):
    return ledger.get_balance(person.participant_id).balance


def test_a_rule_values_what_staff_saw(admin, station, person, now):
    done = award(admin, person, station, "BOOK_BACK", now, quantity=2, note="按期还了两本书")

    assert (done.kind, done.status) == (CorrectionKind.AWARD, CorrectionStatus.APPLIED)
    assert (done.amount, done.rule_code) == (4, "BOOK_BACK")
    entry = last_entry(person)
    assert (entry.id, entry.source_id) == (done.applied_entry_id, done.id)
    assert (entry.reason, entry.rule_code, entry.board) == (
        Reason.AWARD,
        "BOOK_BACK",
        BoardKind.STUDY,
    )
    assert entry.actor == admin.principal
    [notice] = notices.page_notices(participant_id=person.participant_id).items
    assert (notice.kind, notice.details) == (
        NoticeKind.POINTS_AWARDED,
        {"rule": "BOOK_BACK", "points": 4, "entry": str(entry.id)},
    )


def test_caps_hold_for_what_is_entered(admin, second, station, person, now):
    award(admin, person, station, "BOOK_BACK", now, quantity=1)

    part = award(second, person, station, "BOOK_BACK", now, quantity=2)

    assert (part.amount, balance_of(person)) == (2, 4)
    rows = read_rows()
    with pytest.raises(NothingAwardedError) as refused:
        award(admin, person, station, "BOOK_BACK", now)
    assert refused.value.members == {"rule": "BOOK_BACK", "cap": "rule_week", "why": ""}
    assert read_rows() == rows


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    ("code", "act", "points"),
    [
        ("SVC_LEAD", {}, 5),
        ("WISH_DONE", {}, 10),
        ("STUDY_SHARE", {}, 5),
        ("AUDIO", {"minutes": 20}, 1),
        ("QUIZ", {"score": 60}, 2),
        ("QUIZ", {"score": 100}, 4),
        ("BOOK_NOTE", {}, 5),
        ("BOOK_GIVE", {"quantity": 2}, 6),
        ("REFER", {}, 5),
        ("WELCOME", {}, 10),
        ("TRAIN_PASS", {"quantity": 2}, 20),
        ("AWARD", {"points": 50}, 50),
    ],
)
def test_each_rule_that_is_entered_gives_its_points(admin, station, person, now, code, act, points):
    assert award(admin, person, station, code, now, **act).amount == points
    assert balance_of(person) == points


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    ("code", "act"),
    [("XXQG_TIER", {"score": 900}), ("QUIZ", {"score": 59}), ("AUDIO", {"minutes": 14})],
)
def test_a_rule_that_is_off_or_not_met_gives_nothing(admin, station, person, now, code, act):
    with pytest.raises(NothingAwardedError):
        award(admin, person, station, code, now, **act)


def test_vector_10_a_quiz_that_failed_first_gives_nothing_that_day(admin, station, person, now):
    yesterday = now.date() - timedelta(days=1)
    with pytest.raises(NothingAwardedError) as failed:
        award(admin, person, station, "QUIZ", now, score=40)
    assert failed.value.members["why"] == "score_too_low"

    with pytest.raises(NothingAwardedError) as again:
        award(admin, person, station, "QUIZ", now, score=100)

    assert again.value.members["why"] == "not_first"
    assert balance_of(person) == 0
    assert award(admin, person, station, "QUIZ", now, score=100, day=yesterday).amount == 4
    assert award(admin, add_participant(station, now), station, "QUIZ", now, score=100).amount == 4


def test_vector_10_a_quiz_that_passed_first_counts_once(admin, station, person, now):
    award(admin, person, station, "QUIZ", now, score=60)

    with pytest.raises(NothingAwardedError) as again:
        award(admin, person, station, "QUIZ", now, score=100)

    assert again.value.members["why"] == "not_first"
    assert balance_of(person) == 2


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("code", ["ACT_JOIN", "SVC_TIME", "CURTAIN", "GUARD", "NO_SUCH"])
def test_attendance_is_not_entered_by_hand(admin, station, person, now, code):
    with pytest.raises(NotEnteredError):
        award(admin, person, station, code, now)


def test_two_people_stand_behind_a_large_award(admin, second, station, person, now):
    asked = award(admin, person, station, "AWARD", now, points=80)
    assert (asked.status, balance_of(person)) == (CorrectionStatus.PENDING, 0)
    with pytest.raises(SecondPersonRequiredError):
        decide(admin, asked, now)

    # It counts for the day on which it was asked for.
    done = decide(second, asked, now + timedelta(days=1))

    assert (done.status, balance_of(person)) == (CorrectionStatus.APPLIED, 80)
    entry = last_entry(person)
    assert (entry.actor, entry.business_date) == (admin.principal, date(2026, 11, 21))
    assert notices.count_unread(person.participant_id) == 1


def test_many_awards_of_one_day_need_the_second_person_of_a_large_one(
    admin, second, station, person, now
):
    award(admin, person, station, "AWARD", now, points=30)
    adjust(admin, person, station, 10, now)

    asked = award(admin, person, station, "AWARD", now, points=20)

    assert (asked.status, balance_of(person)) == (CorrectionStatus.PENDING, 40)
    decide(second, asked, now)
    assert balance_of(person) == 60
    # What a rule alone decides on is bounded by its caps.
    assert award(admin, person, station, "WISH_DONE", now).status is CorrectionStatus.APPLIED


def test_what_caps_left_of_a_large_award_is_given(admin, second, station, person, now):
    asked = award(admin, person, station, "AWARD", now, points=80)
    award(second, person, station, "AWARD", now, points=50)

    decide(second, asked, now)

    # 100 in a quarter, and 100 in a day from all rules.
    assert balance_of(person) == 100
    assert last_entry(person).amount == 50
    with snapshot() as connection:
        scope = Scope(after=0, through=0, now=now, is_whole=True)
        assert queries.list_unmatched(connection, scope) == ()
        assert queries.list_self_approved(connection, scope) == ()
        assert queries.list_unaudited(connection, scope) == ()


def test_a_large_award_of_which_nothing_is_left_stays_to_be_refused(
    admin, second, station, person, now
):
    asked = award(admin, person, station, "AWARD", now, points=80)
    decide(second, award(admin, person, station, "AWARD", now, points=100), now)

    with pytest.raises(NothingAwardedError):
        decide(second, asked, now)
    assert decide(second, asked, now, approve=False, note=NOTE).status is CorrectionStatus.REFUSED


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("points", [0, 19, 101])
def test_an_award_out_of_its_range_is_refused(admin, station, person, now, points):
    with pytest.raises(AmountOutOfRangeError):
        award(admin, person, station, "AWARD", now, points=points)


def test_chosen_amounts_count_for_the_limit_of_a_day_and_others_do_not(admin, station, now):
    people = [add_participant(station, now) for _ in range(4)]
    for each in people:
        award(admin, each, station, "WISH_DONE", now)
    assert queries.sum_given(principal=admin.principal, day=now.date()) == 0
    for each in people[:3]:
        award(admin, each, station, "AWARD", now, points=50)
    adjust(admin, people[0], station, 40, now)

    with pytest.raises(DailyLimitError):
        award(admin, people[3], station, "AWARD", now, points=20)


def test_the_day_of_an_act_decides_on_its_caps(admin, station, person, now):
    today = date(2026, 11, 21)
    award(admin, person, station, "AUDIO", now, minutes=20)
    done = award(admin, person, station, "AUDIO", now, minutes=20, day=today - timedelta(days=1))

    assert done.amount == 1
    assert last_entry(person).business_date == today - timedelta(days=1)
    for day in (today + timedelta(days=1), today - timedelta(days=32)):
        with pytest.raises(InvalidDayError):
            award(admin, person, station, "AUDIO", now, minutes=20, day=day)


def test_an_award_can_be_taken_back_and_given_again(admin, station, person, now):
    award(admin, person, station, "WELCOME", now)
    with pytest.raises(NothingAwardedError):
        award(admin, person, station, "WELCOME", now)

    reverse(admin, last_entry(person), now)

    assert award(admin, person, station, "WELCOME", now).amount == 10


def test_who_may_not_correct_awards_nothing(station, person, now):
    own = build_admin(station)
    object.__setattr__(own, "participant_id", person.participant_id)

    with pytest.raises(NotAllowedError):
        award(build_staff_actor(station, Role.CLERK), person, station, "WISH_DONE", now)
    with pytest.raises(OwnAccountError):
        award(own, person, station, "WISH_DONE", now)
    with pytest.raises(NoteRequiredError):
        award(build_admin(station), person, station, "WISH_DONE", now, note="好")

"""Appeals through the use cases, on both databases."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from rewards.access.errors import NotAllowedError
from rewards.access.models import AuditRecordRow
from rewards.access.types import Role, SystemActor
from rewards.activities.types import OccasionKind
from rewards.appeals import queries, service
from rewards.appeals.errors import (
    AppealAlreadyOpenError,
    AppealClosedError,
    AppealCorrectionError,
    AppealNotFoundError,
    AppealSubjectError,
    AppealSubjectNotFoundError,
    AppealTextError,
    AppealTooLateError,
    OwnAppealError,
)
from rewards.appeals.models import AppealRow
from rewards.appeals.types import AppealState
from rewards.checkins import service as checkins
from rewards.core import clock
from rewards.core.db import constraint_of, db
from rewards.identity import service as identity
from rewards.ledger import queries as ledger
from rewards.network import queries as network
from rewards.notices import queries as notices
from rewards.notices.types import NoticeKind
from tests.factories.world import (
    act_as,
    build_occasion,
    build_participant,
    build_staff_actor,
    build_station,
)

WORDS = "我那天来了两个小时，积分只有一半。"
ANSWER = "查过签到表，确实少记了一小时，已经补上。"


@pytest.fixture
def station(app):
    return build_station()


@pytest.fixture
def wang(station, now):
    return build_participant(station, now=now)


@pytest.fixture
def host(station):
    """Enters who came, and so the entries that are contested."""
    return build_staff_actor(station, Role.HOST)


@pytest.fixture
def admin(station):
    return build_staff_actor(station)


@pytest.fixture
def entry(station, wang, host, now):
    """Five points for an activity, entered by staff."""
    return come(station, wang, host, now)


@pytest.fixture
def unrewarded(station, wang, host, now):
    """The check-in to a shift that was left too soon for points."""
    shift = build_occasion(station, kind=OccasionKind.SERVICE_SHIFT, starts_in=-20, now=now)
    values = {"actor": host, "occasion_id": shift.id, "participant_id": wang.id}
    checkins.check_in_by_staff(**values, now=now - timedelta(minutes=20))
    return checkins.check_out_by_staff(**values, now=now).check_in_id


def come(station, person, host, now):
    occasion = build_occasion(station, now=now)
    checkins.check_in_by_staff(
        actor=host, occasion_id=occasion.id, participant_id=person.id, now=now
    )
    return ledger.page_entries(participant_id=person.id).items[0]


def appeal(person, now, *, actor=None, text=WORDS, **subject):
    return service.make_appeal(
        actor=actor or act_as(person), participant_id=person.id, text=text, now=now, **subject
    )


def answer(made, admin, now, *, is_upheld=True, text=ANSWER, **details):
    return service.answer_appeal(
        actor=admin, appeal_id=made.id, is_upheld=is_upheld, answer=text, now=now, **details
    )


def list_audited():
    return db.session.scalars(
        sa.select(AuditRecordRow.action)
        .where(AuditRecordRow.action.startswith("appeal."))
        .order_by(AuditRecordRow.id)
    ).all()


def test_a_participant_contests_an_entry_and_knows_when_the_answer_comes(wang, entry, now):
    made = appeal(wang, now, entry_id=entry.id)

    assert (made.state, made.text, made.entry_id) == (AppealState.OPEN, WORDS, entry.id)
    # Saturday; five working days later is Friday, to its end.
    assert made.due_at == datetime.fromisoformat("2026-11-28T00:00+08:00")
    assert list_audited() == []


def test_staff_who_appeal_for_somebody_are_audited(wang, entry, station, now):
    clerk = build_staff_actor(station, Role.CLERK)

    made = appeal(wang, now, actor=clerk, entry_id=entry.id)

    assert made.made_by == clerk.principal
    assert list_audited() == ["appeal.made"]


def test_staff_of_another_station_appeal_for_nobody_here(wang, entry, now):
    with pytest.raises(NotAllowedError):
        appeal(wang, now, actor=build_staff_actor(build_station()), entry_id=entry.id)


def test_attendance_that_earned_nothing_can_be_contested(wang, unrewarded, now):
    made = appeal(wang, now, check_in_id=unrewarded)

    assert (made.check_in_id, made.entry_id) == (unrewarded, None)
    assert made.day == clock.local_date(now, clock.zone())


def test_attendance_that_earned_points_is_contested_by_its_entry(wang, entry, now):
    with pytest.raises(AppealSubjectError):
        appeal(wang, now, check_in_id=entry.source_id)


def test_nobody_contests_what_is_somebody_elses(station, entry, unrewarded, now):
    other = build_participant(station, name="李强", now=now)

    for subject in ({"entry_id": entry.id}, {"check_in_id": unrewarded}):
        with pytest.raises(AppealSubjectNotFoundError):
            appeal(other, now, **subject)


def test_an_appeal_is_about_one_thing(wang, entry, unrewarded, now):
    with pytest.raises(AppealSubjectError):
        appeal(wang, now)
    with pytest.raises(AppealSubjectError):
        appeal(wang, now, entry_id=entry.id, check_in_id=unrewarded)


def test_after_fifteen_days_it_is_too_late(wang, entry, now):
    appeal(wang, now + timedelta(days=15), entry_id=entry.id)

    with pytest.raises(AppealTooLateError):
        appeal(wang, now + timedelta(days=16), entry_id=entry.id)


def test_a_word_is_no_appeal(wang, entry, now):
    with pytest.raises(AppealTextError):
        appeal(wang, now, text="少了", entry_id=entry.id)

    assert queries.page_mine(participant_id=wang.id).items == ()


@pytest.mark.parametrize("kind", ["entry", "attendance"])
def test_one_appeal_about_a_thing_waits_at_a_time(wang, entry, unrewarded, admin, now, kind):
    subject = {"entry_id": entry.id} if kind == "entry" else {"check_in_id": unrewarded}
    first = appeal(wang, now, **subject)

    with pytest.raises(AppealAlreadyOpenError):
        appeal(wang, now, **subject)

    answer(first, admin, now, is_upheld=False)
    assert appeal(wang, now, **subject).is_open


def test_two_at_once_make_one_appeal(race, wang, entry, now):
    outcomes = race(4, lambda _number: appeal(wang, now, entry_id=entry.id))

    assert [type(each) for each in outcomes].count(AppealAlreadyOpenError) == 3
    assert len(queries.page_mine(participant_id=wang.id).items) == 1


def test_an_answer_is_told_to_the_participant(wang, entry, admin, now):
    made = appeal(wang, now, entry_id=entry.id)

    answered = answer(made, admin, now)

    assert (answered.state, answered.answer) == (AppealState.UPHELD, ANSWER)
    assert (answered.answered_by, answered.closed_at) == (admin.principal, now)
    (notice,) = notices.page_notices(participant_id=wang.id).items
    assert notice.kind is NoticeKind.APPEAL_ANSWERED
    assert notice.details == {"day": entry.business_date.isoformat(), "is_granted": True}
    assert list_audited() == ["appeal.answered"]


def test_an_upheld_appeal_points_to_its_correction(station, wang, entry, host, admin, now):
    made = appeal(wang, now, entry_id=entry.id)
    correction = come(station, wang, host, now)

    answered = answer(made, admin, now, correction_id=correction.id)

    assert answered.correction_id == correction.id
    (notice,) = notices.page_notices(participant_id=wang.id).items
    assert notice.details["points"] == correction.amount


def test_a_correction_must_be_theirs_and_another_entry(station, wang, entry, host, admin, now):
    made = appeal(wang, now, entry_id=entry.id)
    strange = come(station, build_participant(station, name="李强", now=now), host, now)

    for correction_id in (strange.id, entry.id, entry.source_id):
        with pytest.raises(AppealCorrectionError):
            answer(made, admin, now, correction_id=correction_id)


def test_a_rejected_appeal_corrects_nothing(station, wang, entry, host, admin, now):
    made = appeal(wang, now, entry_id=entry.id)
    correction = come(station, wang, host, now)

    with pytest.raises(AppealCorrectionError):
        answer(made, admin, now, is_upheld=False, correction_id=correction.id)


def test_who_may_not_correct_may_not_answer(station, wang, entry, now):
    made = appeal(wang, now, entry_id=entry.id)

    for strange in (build_staff_actor(station, Role.CLERK), build_staff_actor(build_station())):
        with pytest.raises(NotAllowedError):
            answer(made, strange, now)


def test_who_entered_it_does_not_answer(station, wang, admin, now):
    contested = come(station, wang, admin, now)
    made = appeal(wang, now, entry_id=contested.id)

    with pytest.raises(OwnAppealError):
        answer(made, admin, now)

    assert queries.get_appeal(made.id).is_open


def test_who_made_it_for_somebody_does_not_answer(wang, entry, admin, now):
    made = appeal(wang, now, actor=admin, entry_id=entry.id)

    with pytest.raises(OwnAppealError):
        answer(made, admin, now)


def test_who_it_is_about_does_not_answer(station, wang, entry, admin, now):
    made = appeal(wang, now, entry_id=entry.id)

    with pytest.raises(OwnAppealError):
        answer(made, replace(admin, participant_id=wang.id), now)


def test_an_answer_is_a_sentence(wang, entry, admin, now):
    made = appeal(wang, now, entry_id=entry.id)

    with pytest.raises(AppealTextError):
        answer(made, admin, now, text="好")


def test_it_is_answered_once(race, wang, entry, admin, now):
    made = appeal(wang, now, entry_id=entry.id)

    outcomes = race(4, lambda number: answer(made, admin, now, is_upheld=number % 2 == 0))

    assert [type(each) for each in outcomes].count(AppealClosedError) == 3
    assert len(list_audited()) == 1
    assert len(notices.page_notices(participant_id=wang.id).items) == 1


def test_a_participant_takes_an_appeal_back(wang, entry, admin, now):
    made = appeal(wang, now, entry_id=entry.id)

    withdrawn = service.withdraw_appeal(actor=act_as(wang), appeal_id=made.id, now=now)

    assert withdrawn.state is AppealState.WITHDRAWN
    with pytest.raises(AppealClosedError) as refused:
        answer(made, admin, now)
    assert refused.value.members == {"state": "withdrawn"}


def test_nobody_takes_back_what_another_wrote(station, wang, entry, now):
    made = appeal(wang, now, entry_id=entry.id)
    other = build_participant(station, name="李强", now=now)

    with pytest.raises(AppealNotFoundError):
        service.withdraw_appeal(actor=act_as(other), appeal_id=made.id, now=now)


@pytest.mark.usefixtures("noise")
def test_what_waits_is_listed_by_when_it_is_due(station, wang, host, now):
    made = [
        appeal(
            wang,
            now + timedelta(days=days),
            entry_id=come(station, wang, host, now + timedelta(days=days)).id,
        )
        for days in (3, 0, 10)
    ]
    elsewhere = build_station()
    other = build_participant(elsewhere, now=now)
    appeal(other, now, entry_id=come(elsewhere, other, build_staff_actor(elsewhere), now).id)

    def page(cursor=None):
        return queries.page_open(node_path=station.path, cursor=cursor, limit=2)

    first = page()
    second = page(first.next)
    listed = [each.id for each in (*first.items, *second.items)]
    assert listed == [made[1].id, made[0].id, made[2].id]
    assert second.next is None
    assert queries.count_open(station.path) == 3
    late = now + timedelta(days=8)
    assert queries.count_open(station.path, due_before=late) == 1
    center = network.list_ancestors(station.path)[0]
    assert queries.count_open(center.path, due_before=late) == 1


def test_words_are_forgotten_with_the_account_and_the_outcome_stays(wang, entry, admin, now):
    answer(appeal(wang, now, entry_id=entry.id), admin, now)
    assert service.forget_texts(now=now) == 0

    identity.close_participant(actor=SystemActor(), participant_id=wang.id, now=now)

    assert service.forget_texts(now=now) == 1
    assert service.forget_texts(now=now) == 0
    (kept,) = queries.page_mine(participant_id=wang.id).items
    assert (kept.text, kept.answer, kept.state) == ("", "", AppealState.UPHELD)


def test_words_are_forgotten_a_year_after_the_answer(wang, entry, unrewarded, admin, now):
    answer(appeal(wang, now, entry_id=entry.id), admin, now)
    waiting = appeal(wang, now, check_in_id=unrewarded)
    later = now + timedelta(days=365)

    assert service.forget_texts(now=later) == 0
    assert service.forget_texts(now=later + timedelta(seconds=1)) == 1
    assert queries.get_appeal(waiting.id).text == WORDS


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"check_in_id": None, "entry_id": None}, "ck_appeals__one_subject"),
        ({"state": "withdrawn"}, "ck_appeals__closed_when_not_open"),
        ({"answered_by": "staff:x"}, "ck_appeals__answered_by_somebody"),
        ({"answer": "没有人"}, "ck_appeals__answer_has_author"),
    ],
)
def test_the_database_keeps_states_apart(wang, entry, now, values, constraint):
    made = appeal(wang, now, entry_id=entry.id)

    with pytest.raises(IntegrityError) as refused:
        db.session.execute(sa.update(AppealRow).where(AppealRow.id == made.id).values(**values))

    assert constraint_of(refused.value) == constraint
    db.session.rollback()

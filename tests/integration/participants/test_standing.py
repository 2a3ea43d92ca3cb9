"""The register of qualifications, guardians' consents, and what both decide at the door."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from rewards.access.errors import NotAllowedError
from rewards.access.models import AuditRecordRow
from rewards.access.types import Role, SystemActor
from rewards.activities import service as planning
from rewards.activities.errors import (
    AgeLimitError,
    AgeUnknownError,
    GuardianConsentRequiredError,
    QualificationRequiredError,
)
from rewards.activities.types import OccasionKind
from rewards.checkins import service as checkins
from rewards.core.db import db, table_of
from rewards.core.ids import new_id
from rewards.core.unit import use_case
from rewards.identity import service
from rewards.ledger import queries as ledger
from rewards.participants import queries
from rewards.participants.errors import (
    InvalidNameError,
    InvalidQualificationError,
    NoGuardianConsentError,
    NotAMinorError,
    OwnQualificationError,
    ParticipantNotFoundError,
    QualificationNotFoundError,
)
from rewards.participants.models import GuardianConsentRow, QualificationRow
from rewards.participants.types import Profession, Training
from tests.factories.world import (
    act_as,
    build_occasion,
    build_own_actor,
    build_participant,
    build_staff_actor,
    build_station,
)

SYSTEM = SystemActor()
DAY = timedelta(days=1)


@pytest.fixture
def station(app):
    return build_station()


@pytest.fixture
def admin(station):
    return build_staff_actor(station)


@pytest.fixture
def person(station, now):
    return build_participant(station, birth_year=1980, now=now)


@pytest.fixture
def child(station, now):
    return build_participant(station, name="陈一一", birth_year=now.year - 13, now=now)


def record(person, code, *, now, actor=SYSTEM, valid_until=None):
    service.record_qualification(
        actor=actor, participant_id=person.id, code=code, valid_until=valid_until, now=now
    )


def agree(child, *, now, actor=SYSTEM, name="陈海"):
    service.give_guardian_consent(actor=actor, participant_id=child.id, guardian_name=name, now=now)


def come(occasion, person, *, now):
    return checkins.check_in_by_staff(
        actor=SYSTEM, occasion_id=occasion.id, participant_id=person.id, now=now
    )


def test_a_guardian_agrees_for_minors_and_is_forgotten_when_it_ends(person, child, station, now):
    ageless = build_participant(station, name="李一", now=now)
    for each in (person, ageless):
        with pytest.raises(NotAMinorError):
            agree(each, now=now)
    agree(child, name="陈海", now=now)
    agree(child, name="陈山", now=now + DAY)
    service.withdraw_guardian_consent(actor=SYSTEM, participant_id=child.id, now=now + 2 * DAY)

    rows = db.session.execute(sa.select(table_of(GuardianConsentRow))).all()

    assert [row.guardian_name_sealed for row in rows] == ["", ""]
    assert {row.withdrawn_at for row in rows} == {now + DAY, now + 2 * DAY}


def test_a_line_counts_to_its_last_day_and_is_renewed_by_a_new_one(person, admin, now):
    record(person, "medical", actor=admin, valid_until=now.date() + DAY, now=now)
    record(person, "first_aid", actor=admin, now=now)

    good = queries.get_standing(person.id, now.date() + DAY)
    run_out = queries.get_standing(person.id, now.date() + 2 * DAY)
    record(person, "medical", actor=admin, valid_until=now.date() + 9 * DAY, now=now + DAY)

    assert (good.professions, good.trainings) == ({Profession.MEDICAL}, {Training.FIRST_AID})
    assert (run_out.professions, run_out.trainings) == (set(), {Training.FIRST_AID})
    assert (good.age_least, good.age_most) == (now.year - 1981, now.year - 1980)
    assert queries.get_standing(person.id, now.date() + 9 * DAY).professions
    assert [line.code for line in queries.list_qualifications(person.id)] == [
        Training.FIRST_AID,
        Profession.MEDICAL,
    ]


def test_a_line_that_was_ended_counts_no_more(person, admin, now):
    record(person, "legal", now=now)
    [line] = queries.list_qualifications(person.id)
    end = {"actor": admin, "participant_id": person.id, "qualification_id": line.id, "now": now}

    service.end_qualification(**end)

    assert queries.get_standing(person.id, now.date()).professions == set()
    with pytest.raises(QualificationNotFoundError):
        service.end_qualification(**end)


@pytest.mark.parametrize(("code", "days"), [("wizardry", None), ("medical", -1)])
def test_what_the_register_does_not_know_or_has_run_out_is_not_entered(person, now, code, days):
    until = None if days is None else now.date() + days * DAY

    with pytest.raises(InvalidQualificationError):
        record(person, code, valid_until=until, now=now)

    assert queries.list_qualifications(person.id) == ()


def test_nobody_vouches_for_themselves_or_for_other_centers(station, person, now):
    with pytest.raises(OwnQualificationError):
        record(person, "medical", actor=build_own_actor(station, person), now=now)
    for stranger in (
        build_staff_actor(build_station()),
        build_staff_actor(station, Role.CLERK),
        act_as(person),
    ):
        with pytest.raises(NotAllowedError):
            record(person, "medical", actor=stranger, now=now)
        with pytest.raises(NotAllowedError):
            agree(person, actor=stranger, now=now)


def test_the_database_keeps_one_line_and_one_consent_in_force(child, now):
    values = {"id": new_id(), "participant_id": child.id}
    line = values | {"code": "legal", "verified_by": "x", "verified_at": now}
    consent = values | {
        "guardian_name_sealed": "x",
        "text_version": "x",
        "recorded_by": "x",
        "given_at": now,
    }
    record(child, "legal", now=now)
    agree(child, now=now)

    @use_case
    def force(row, twice):
        db.session.execute(sa.insert(row).values(twice))

    for row, twice in ((QualificationRow, line), (GuardianConsentRow, consent)):
        with pytest.raises(IntegrityError):
            force(row, twice)


def test_a_child_comes_once_a_guardian_agrees_and_not_after_it_is_withdrawn(
    station, admin, child, now
):
    occasion = build_occasion(station, now=now)
    with pytest.raises(GuardianConsentRequiredError):
        come(occasion, child, now=now)

    agree(child, actor=admin, now=now)
    come(occasion, child, now=now)
    service.withdraw_guardian_consent(actor=admin, participant_id=child.id, now=now)

    other = build_occasion(station, now=now)
    with pytest.raises(GuardianConsentRequiredError):
        come(other, child, now=now)
    with pytest.raises(NoGuardianConsentError):
        service.withdraw_guardian_consent(actor=admin, participant_id=child.id, now=now)


def test_a_guardians_name_is_sealed_and_named_in_no_record(child, admin, now):
    agree(child, actor=admin, now=now)

    sealed = db.session.scalar(sa.select(GuardianConsentRow.guardian_name_sealed))
    details = db.session.scalars(sa.select(AuditRecordRow.details)).all()
    assert queries.find_guardian_consent(child.id).guardian_name == "陈海"
    assert "陈海" not in sealed
    assert "陈海" not in str(details)
    with pytest.raises(InvalidNameError):
        agree(child, actor=admin, name=" ", now=now)


def test_closing_an_account_forgets_what_was_vouched_for(child, now):
    record(child, "first_aid", now=now)
    agree(child, now=now)

    service.close_participant(actor=SYSTEM, participant_id=child.id, now=now)

    for row in (QualificationRow, GuardianConsentRow):
        assert db.session.scalar(sa.select(sa.func.count()).select_from(row)) == 0


def test_an_occasion_asks_for_what_was_planned(station, person, now):
    shift = build_occasion(
        station,
        kind=OccasionKind.SERVICE_SHIFT,
        now=now,
        age_min=18,
        qualification="medical",
    )
    stranger = build_participant(station, name="刘洋", now=now)

    with pytest.raises(AgeUnknownError):
        come(shift, stranger, now=now)
    with pytest.raises(QualificationRequiredError):
        come(shift, person, now=now)
    record(person, "medical", now=now)
    assert come(shift, person, now=now).is_new


def test_a_limit_can_be_put_right_while_people_stand_at_the_door(station, admin, person, now):
    occasion = build_occasion(station, now=now, age_min=60)
    with pytest.raises(AgeLimitError):
        come(occasion, person, now=now)

    planning.update_occasion(
        actor=admin, occasion_id=occasion.id, changes={"age_min": None}, now=now
    )

    assert come(occasion, person, now=now).is_new


def test_whoever_is_in_stays_in_when_a_certificate_is_ended(station, person, now):
    occasion = build_occasion(station, now=now, qualification="legal")
    record(person, "legal", now=now)
    first = come(occasion, person, now=now)
    [line] = queries.list_qualifications(person.id)
    service.end_qualification(
        actor=SYSTEM, participant_id=person.id, qualification_id=line.id, now=now
    )

    assert come(occasion, person, now=now).check_in_id == first.check_in_id


@pytest.mark.parametrize(
    ("held", "asked", "points"),
    [
        ("medical", "", 24),
        ("medical", "medical", 24),
        ("driving", "", 20),
        (None, "", 20),
    ],
)
def test_the_register_pays_for_a_profession(station, person, now, held, asked, points):
    start = now - timedelta(hours=2)
    if held:
        record(person, held, now=start)
    shift = build_occasion(
        station,
        kind=OccasionKind.SERVICE_SHIFT,
        rule_code="SVC_PRO",
        qualification=asked,
        now=start,
    )
    come(shift, person, now=start)

    checkins.check_out_by_staff(
        actor=SYSTEM, occasion_id=shift.id, participant_id=person.id, now=now
    )

    assert ledger.get_balance(person.id).balance == points


def test_nobody_stands_anywhere_who_does_not_exist(app):
    with pytest.raises(ParticipantNotFoundError):
        queries.get_standing(new_id(), date(2026, 11, 22))

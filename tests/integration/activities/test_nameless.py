"""Occasions that count heads, and ends that are put off."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from rewards.access.errors import NotAllowedError
from rewards.access.models import AuditRecordRow
from rewards.access.types import Role, SystemActor
from rewards.activities import service
from rewards.activities.errors import (
    FailureNoteError,
    HeadCountError,
    NamelessOccasionError,
    OccasionInUseError,
    OccasionTimesError,
)
from rewards.activities.types import NO_POINTS, OccasionKind
from rewards.checkins import queries as checkins
from rewards.checkins import service as checkins_service
from rewards.checkins.errors import OnlyHeadsCountedError
from rewards.core.db import db
from rewards.ledger import queries as ledger
from rewards.ledger.types import Asset
from tests.factories.world import (
    act_as,
    build_occasion,
    build_participant,
    build_staff_actor,
    build_station,
)

SYSTEM = SystemActor()
MINUTE = timedelta(minutes=1)


@pytest.fixture
def station(app):
    with app.app_context():
        return build_station()


@pytest.fixture
def drama(station, now):
    return build_occasion(station, title="红色情景剧", counts_heads=True, now=now)


def change(occasion, now, *, actor=SYSTEM, **changes):
    return service.update_occasion(actor=actor, occasion_id=occasion.id, changes=changes, now=now)


def details(action):
    return db.session.scalars(
        sa.select(AuditRecordRow.details)
        .where(AuditRecordRow.action == action)
        .order_by(AuditRecordRow.id)
    ).all()


def test_heads_are_counted_put_right_and_remembered(drama, now):
    assert (drama.rule_code, drama.head_count) == (NO_POINTS, None)

    change(drama, now + MINUTE, head_count=130)
    counted = change(drama, now + MINUTE, head_count=127)

    assert counted.head_count == 127
    assert [each["head_count"] for each in details("occasion.updated")] == [
        [None, 130],
        [130, 127],
    ]


def test_heads_are_counted_from_the_start_on_and_where_that_was_planned(station, drama, now):
    named = build_occasion(station, now=now)

    for occasion, at in ((drama, now - MINUTE), (named, now + MINUTE)):
        with pytest.raises(HeadCountError):
            change(occasion, at, head_count=1)


def test_nobody_checks_in_by_name_where_heads_are_counted(station, drama, now):
    person = build_participant(station, now=now)
    code = checkins.get_display_code(drama, now=now).token

    with pytest.raises(OnlyHeadsCountedError):
        checkins_service.check_in_by_code(actor=act_as(person), code=code, now=now)

    assert checkins.count_attendance([drama.id]) == {drama.id: 0}


@pytest.mark.parametrize(
    "more", [{"capacity": 5}, {"requires_check_out": True}, {"rule_code": "ACT_JOIN"}]
)
def test_what_takes_names_does_not_go_with_counting_heads(station, now, more):
    with pytest.raises(NamelessOccasionError):
        build_occasion(station, counts_heads=True, now=now, **more)


@pytest.mark.parametrize("more", [{"capacity": 5}, {"takes_sign_ups": True}, {"age_min": 60}])
def test_nor_can_it_be_asked_later(drama, now, more):
    with pytest.raises(NamelessOccasionError):
        change(drama, now, **more)


@pytest.fixture
def shift(station, now):
    return build_occasion(station, kind=OccasionKind.SERVICE_SHIFT, now=now)


def test_the_end_is_put_off_while_it_runs_and_minutes_go_on(station, shift, now):
    person = build_participant(station, now=now)
    code = checkins.get_display_code(shift, now=now).token
    checkins_service.check_in_by_code(actor=act_as(person), code=code, now=now)
    late = shift.ends_at + 30 * MINUTE

    longer = change(shift, shift.ends_at + MINUTE, ends_at=late)
    receipt = checkins_service.check_out_by_code(
        actor=act_as(person), code=checkins.get_display_code(longer, now=late).token, now=late
    )

    assert (longer.ends_at, longer.closes_at) == (late, shift.closes_at)
    assert (receipt.minutes, receipt.points) == (150, 25)
    assert ledger.get_balance(person.id, asset=Asset.SERVICE_MINUTES).balance == 150
    assert details("occasion.updated")[0]["ends_at"] == [
        shift.ends_at.isoformat(),
        late.isoformat(),
    ]


@pytest.mark.parametrize(
    ("after_end", "longer", "earlier_start"), [(61, 30, 0), (-30, -10, 0), (-30, 30, 10)]
)
def test_anything_else_of_the_times_stays_fixed(shift, after_end, longer, earlier_start):
    with pytest.raises(OccasionInUseError):
        change(
            shift,
            shift.ends_at + after_end * MINUTE,
            starts_at=shift.starts_at - earlier_start * MINUTE,
            ends_at=shift.ends_at + longer * MINUTE,
        )


def test_no_occasion_gets_longer_than_a_day(shift, now):
    with pytest.raises(OccasionTimesError):
        change(shift, now, ends_at=shift.starts_at + timedelta(hours=24, minutes=1))


def test_an_administrator_flags_a_failure_and_says_what_it_was(station, shift, now):
    admin = build_staff_actor(station)

    flagged = service.flag_failure(
        actor=admin, occasion_id=shift.id, note=" 网络断了\n两小时 ", now=now
    )

    assert flagged.failure_note == "网络断了 两小时"
    assert len(details("occasion.failure-flagged")) == 1


def test_a_failure_is_flagged_by_administrators_with_words_after_the_start(station, shift, now):
    host = build_staff_actor(station, Role.HOST)

    with pytest.raises(NotAllowedError):
        service.flag_failure(actor=host, occasion_id=shift.id, note="网络断了", now=now)
    for note, at in (("坏", now), ("网络断了", now - MINUTE)):
        with pytest.raises(FailureNoteError):
            service.flag_failure(actor=SYSTEM, occasion_id=shift.id, note=note, now=at)

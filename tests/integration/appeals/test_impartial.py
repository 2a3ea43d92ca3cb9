"""Nobody answers about a part of something that they entered, asked for or decided."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from rewards.access.types import Role
from rewards.activities.types import OccasionKind
from rewards.appeals import queries, service
from rewards.appeals.errors import AppealCorrectionError, OwnAppealError
from rewards.appeals.models import AppealRow
from rewards.appeals.types import AppealState
from rewards.checkins import service as checkins
from rewards.core.checks import Scope
from rewards.core.db import db
from rewards.corrections import service as corrections
from rewards.ledger import queries as ledger
from tests.factories.world import (
    act_as,
    build_occasion,
    build_participant,
    build_staff_actor,
    build_station,
)

pytestmark = pytest.mark.databases("sqlite")

HOUR = timedelta(hours=1)
ANSWER = "查过签到表，记得没有错。"


@pytest.fixture
def station(app):
    return build_station()


@pytest.fixture
def wang(station, now):
    return build_participant(station, now=now)


@pytest.fixture
def staff(station):
    """Three who may answer."""
    return [build_staff_actor(station) for _ in range(3)]


def last_entry(person):
    return ledger.page_entries(participant_id=person.id).items[0]


def shift(station, person, first, second, now):
    """Let *first* enter the coming and *second* the leaving."""
    occasion = build_occasion(
        station, kind=OccasionKind.SERVICE_SHIFT, starts_in=-120, minutes=60, now=now
    )
    values = {"occasion_id": occasion.id, "participant_id": person.id}
    checkins.check_in_by_staff(actor=first, **values, now=occasion.starts_at)
    checkins.check_out_by_staff(actor=second, **values, now=occasion.ends_at)
    return last_entry(person)


def back_fill(station, person, first, second, now):
    asked = checkins.request_back_fill(
        actor=first,
        participant_id=person.id,
        node_id=station.id,
        title="扫雪",
        started_at=now - 3 * HOUR,
        ended_at=now - 2 * HOUR,
        evidence="签到纸在站里的文件夹第三页",
        now=now,
    )
    checkins.decide_back_fill(actor=second, back_fill_id=asked.id, is_approved=True, now=now)
    (entry,) = ledger.page_entries(participant_id=person.id, asset="service_minutes").items
    return entry


def by_hand(station, person, first, second, now):
    asked = corrections.adjust(
        actor=first,
        participant_id=person.id,
        node_id=station.id,
        points=150,
        note="去年的积分没有转过来",
        now=now,
    )
    corrections.decide(actor=second, correction_id=asked.id, approve=True, now=now)
    return last_entry(person)


def contest(person, now, **subject):
    return service.make_appeal(
        actor=act_as(person),
        participant_id=person.id,
        text="我明明干了三个小时，只记了一个。",
        now=now,
        **subject,
    )


def answer(made, actor, now, **details):
    values = {"is_upheld": False, "answer": ANSWER} | details
    return service.answer_appeal(actor=actor, appeal_id=made.id, now=now, **values)


def find_partial(now):
    scope = Scope(after=0, through=0, now=now, is_whole=True)
    with db.engine.connect() as connection:
        return [each.subject for each in queries.list_partial(connection, scope)]


@pytest.mark.parametrize("enter", [shift, back_fill, by_hand])
def test_who_had_a_part_in_it_does_not_answer(station, wang, staff, now, enter):
    first, second, third = staff
    entry = enter(station, wang, first, second, now)
    made = contest(wang, now, entry_id=entry.id)

    for each in (first, second):
        with pytest.raises(OwnAppealError):
            answer(made, each, now)
    answer(made, third, now)
    assert find_partial(now) == []

    for each in (first, second):
        db.session.execute(sa.update(AppealRow).values(answered_by=each.principal))
        db.session.commit()
        assert find_partial(now) == [f"appeal:{made.id.hex}"]


def test_who_put_it_right_answers(station, wang, staff, now):
    first, second, third = staff
    entry = shift(station, wang, first, second, now)
    made = contest(wang, now, entry_id=entry.id)
    checkins.correct_hours(
        actor=third,
        check_in_id=entry.source_id,
        came_at=now - timedelta(minutes=110),
        reason="签到表上是这样",
        now=now,
    )

    answered = answer(made, third, now, is_upheld=True, correction_id=last_entry(wang).id)

    assert answered.state is AppealState.UPHELD
    assert find_partial(now) == []


def test_a_correction_is_made_by_staff_after_the_appeal(station, wang, staff, now):
    first, second, third = staff
    entry = shift(station, wang, first, second, now - 3 * HOUR)
    host = build_staff_actor(station, Role.HOST)
    today = build_occasion(station, now=now)
    values = {"occasion_id": today.id, "participant_id": wang.id}
    checkins.check_in_by_staff(actor=host, **values, now=now)
    before = last_entry(wang)
    made = contest(wang, now + HOUR, entry_id=entry.id)

    with pytest.raises(AppealCorrectionError):
        answer(made, third, now + HOUR, is_upheld=True, correction_id=before.id)

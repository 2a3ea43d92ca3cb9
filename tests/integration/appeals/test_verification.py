"""What the checks of the books see in appeals."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from rewards.access.types import Role
from rewards.appeals import queries, service
from rewards.appeals.models import AppealRow
from rewards.checkins import service as checkins
from rewards.core import clock
from rewards.core.checks import Scope
from rewards.core.db import db
from rewards.core.ids import new_id
from rewards.ledger import queries as ledger
from tests.factories.world import (
    act_as,
    build_occasion,
    build_participant,
    build_staff_actor,
    build_station,
)


@pytest.fixture
def answered(app, now):
    station = build_station()
    person = build_participant(station, now=now)
    occasion = build_occasion(station, now=now)
    checkins.check_in_by_staff(
        actor=build_staff_actor(station, Role.HOST),
        occasion_id=occasion.id,
        participant_id=person.id,
        now=now,
    )
    entry = ledger.page_entries(participant_id=person.id).items[0]
    made = service.make_appeal(
        actor=act_as(person),
        participant_id=person.id,
        entry_id=entry.id,
        text="我来了两个小时。",
        now=now,
    )
    return service.answer_appeal(
        actor=build_staff_actor(station),
        appeal_id=made.id,
        is_upheld=False,
        answer="核对过签到表，没有错。",
        now=now,
    )


def check(now, *, is_whole=True):
    scope = Scope(after=0, through=0, now=now, is_whole=is_whole)
    with db.engine.connect() as connection:
        found = (
            *queries.list_partial(connection, scope),
            *queries.list_unaudited(connection, scope),
        )
    return [(each.invariant, each.subject) for each in found]


def tamper(statement):
    db.session.execute(statement)
    db.session.commit()


@pytest.mark.parametrize("is_whole", [True, False])
def test_an_answer_as_it_should_be_is_not_found(answered, now, is_whole):
    assert check(now, is_whole=is_whole) == []


def test_an_answer_to_oneself_is_found(answered, now):
    tamper(sa.update(AppealRow).values(answered_by=AppealRow.made_by))

    assert check(now) == [("I18", f"appeal:{answered.id.hex}")]


def test_an_answer_off_the_record_is_found(answered, now):
    # The audit cannot be changed, so the appeal becomes one that it does not know.
    other = new_id()
    tamper(sa.update(AppealRow).values(id=other))

    assert check(now) == [("I19", f"appeal:{other.hex}")]


def test_a_fast_check_looks_back_only_so_far(answered, now):
    tamper(sa.update(AppealRow).values(answered_by=AppealRow.made_by))

    # Identifiers are made by the clock of the machine.
    later = clock.now() + timedelta(days=21)
    assert check(later, is_whole=False) == []
    assert check(later) != []

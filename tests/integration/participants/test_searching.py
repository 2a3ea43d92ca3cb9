"""Staff find people by pinyin in an index that tells nothing, and each search leaves a mark."""

import pytest
import sqlalchemy as sa

from rewards.access.errors import NotAllowedError
from rewards.access.models import AuditRecordRow
from rewards.access.types import Role, SystemActor
from rewards.core.db import db
from rewards.core.unit import use_case
from rewards.identity import service
from rewards.participants import queries
from rewards.participants.errors import SearchTooShortError, SearchTooWideError
from rewards.participants.models import NameKeyRow
from rewards.participants.queries import searching
from tests.factories.world import act_as, build_participant, build_staff_actor, build_station


@pytest.fixture
def station(app):
    return build_station()


@pytest.fixture
def person(station, now):
    return build_participant(station, name="单建英", phone="13803511234", now=now)


def look(station, text, *, actor, now):
    return service.search_participants(
        actor=actor, node=station, branch=station.path, text=text, limit=12, now=now
    )


@pytest.mark.parametrize("role", [Role.STATION_ADMIN, Role.CLERK, Role.HOST, Role.TEAM_LEADER])
@pytest.mark.parametrize("text", ["单建", "shanj", "danjian", "sjy", "jianying"])
def test_whoever_stands_at_a_door_finds_people_by_name(station, person, now, role, text):
    build_participant(station, name="刘洋", now=now)

    assert look(station, text, actor=build_staff_actor(station, role), now=now) == (person,)


def test_nobody_else_may_look(station, person, now):
    for actor in (
        act_as(person),
        build_staff_actor(station, Role.AUDITOR),
        build_staff_actor(build_station()),
    ):
        with pytest.raises(NotAllowedError):
            look(station, "单建", actor=actor, now=now)


def test_a_search_is_audited_without_what_was_typed(station, person, now):
    staff = build_staff_actor(station, Role.CLERK)
    look(station, "jianying", actor=staff, now=now)
    look(station, "1234", actor=staff, now=now)
    with pytest.raises(SearchTooShortError):
        look(station, "jy", actor=staff, now=now)

    rows = db.session.execute(
        sa.select(AuditRecordRow).where(AuditRecordRow.action == "participants.searched")
    ).scalars()
    kept = [(row.principal, row.node_id, row.details) for row in rows]
    assert kept == [
        (staff.principal, station.id, {"by": "name", "length": 8, "found": 1}),
        (staff.principal, station.id, {"by": "digits", "length": 4, "found": 1}),
    ]


def test_the_index_holds_no_letter_of_a_name(person):
    keys = db.session.scalars(sa.select(NameKeyRow.key)).all()

    assert keys
    assert all(len(key) == 16 and set(key) <= set("0123456789abcdef") for key in keys)
    assert queries.hash_key("单建") in keys


def test_a_new_name_is_found_and_the_old_one_no_more(station, person, now):
    service.update_participant(
        actor=SystemActor(), participant_id=person.id, name="欧阳雪", now=now
    )

    assert queries.search(node_path=station.path, text="ouyang") == (
        queries.get_participant(person.id),
    )
    assert queries.search(node_path=station.path, text="单建") == ()


def test_who_registered_long_ago_is_found_among_many_who_begin_alike(station, now, monkeypatch):
    first = build_participant(station, name="张薇", now=now)
    for character in "勇强军":
        build_participant(station, name=f"张大{character}", now=now)
    monkeypatch.setattr(searching, "CANDIDATES_BATCH", 2)
    staff = build_staff_actor(station, Role.CLERK)

    assert look(station, "zhangw", actor=staff, now=now) == (first,)
    monkeypatch.setattr(searching, "CANDIDATES_MAX", 3)
    with pytest.raises(SearchTooWideError):
        look(station, "zhangw", actor=staff, now=now)
    assert look(station, "zhangwei", actor=staff, now=now) == (first,)


def test_who_closed_their_account_is_in_no_index(station, person, now):
    service.close_participant(actor=SystemActor(), participant_id=person.id, now=now)

    assert db.session.scalar(sa.select(sa.func.count()).select_from(NameKeyRow)) == 0
    assert queries.search(node_path=station.path, text="单建") == ()


def test_names_of_before_the_index_are_entered_by_a_command(app, station, person, now):
    other = build_participant(station, name="欧阳雪英", now=now)

    @use_case
    def empty():
        db.session.execute(sa.delete(NameKeyRow))

    empty()
    before = queries.search(node_path=station.path, text="oyxy")
    after, entered = service.index_names(after=None, limit=1)
    said = app.test_cli_runner().invoke(args=["participants", "index-names"]).output

    assert before == ()
    assert (after, entered) == (min(person.id, other.id), 1)
    assert said == "Names entered: 2.\n"
    assert queries.search(node_path=station.path, text="oyxy") == (other,)

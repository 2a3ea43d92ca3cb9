"""Who belongs to a team, from when to when."""

import threading
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError

from rewards.access.errors import NotAllowedError
from rewards.access.types import Role, SystemActor
from rewards.core.db import constraint_of, db
from rewards.core.errors import InvalidCursorError
from rewards.core.ids import new_id
from rewards.identity import service as identity
from rewards.participants.errors import ParticipantClosedError, ParticipantNotFoundError
from rewards.teams import operations, queries, service
from rewards.teams.errors import (
    AlreadyMemberError,
    MembershipDatesError,
    NotMemberError,
    TeamNotFoundError,
)
from rewards.teams.types import Membership
from tests.factories.people import make_branch
from tests.factories.teams import build_team, join, leave
from tests.factories.world import build_participant, build_staff_actor

TODAY = date(2026, 11, 21)
DAY = timedelta(days=1)


@pytest.fixture
def station(app, now):
    return make_branch(now)[2]


@pytest.fixture
def team(station, now):
    return build_team(station, now=now)


@pytest.fixture
def person(station, now):
    return build_participant(station, now=now)


def is_member(team, person, day):
    return queries.is_member(team_id=team.id, participant_id=person.id, day=day)


@pytest.mark.usefixtures("noise")
def test_somebody_belongs_to_a_team_from_joining_until_the_day_before_leaving(team, person, now):
    start, end = TODAY - 30 * DAY, TODAY - 7 * DAY
    join(team, person, joined_on=start, now=now)
    assert is_member(team, person, TODAY)

    ended = leave(team, person, left_on=end, now=now)

    assert ended == Membership(
        team_id=team.id, participant_id=person.id, joined_on=start, left_on=end
    )
    member_on = [is_member(team, person, day) for day in (start - DAY, start, end - DAY, end)]
    assert member_on == [False, True, True, False]
    assert queries.list_members(team.id, day=TODAY) == ()
    assert queries.list_members(team.id, day=start) == (ended,)
    assert queries.list_spans(team_id=team.id, participant_id=person.id) == (ended,)


def test_somebody_who_left_joins_again_and_both_spans_stand(team, person, now):
    join(team, person, joined_on=TODAY - 30 * DAY, now=now)
    leave(team, person, left_on=TODAY - 7 * DAY, now=now)
    with pytest.raises(AlreadyMemberError) as caught:
        join(team, person, joined_on=TODAY - 8 * DAY, now=now)

    join(team, person, joined_on=TODAY - 7 * DAY, now=now)

    assert caught.value.members == {"joined_on": "2026-10-22", "left_on": "2026-11-14"}
    assert len(queries.list_spans(team_id=team.id, participant_id=person.id)) == 2
    assert is_member(team, person, TODAY - 7 * DAY)


def test_who_belongs_to_a_team_does_not_join_it_again(team, person, now):
    join(team, person, now=now)

    for day in (TODAY, TODAY - DAY):
        with pytest.raises(AlreadyMemberError):
            join(team, person, joined_on=day, now=now)


@pytest.mark.databases("sqlite")
def test_a_mistake_of_today_is_undone_today_and_leaves_no_day(team, person, now):
    join(team, person, now=now)
    leave(team, person, now=now)
    assert not is_member(team, person, TODAY)

    join(team, person, now=now)

    assert is_member(team, person, TODAY)


def test_one_person_belongs_to_several_teams(team, station, person, now):
    other = build_team(station, name="另一队", now=now)
    for each in (team, other):
        join(each, person, now=now)

    mine = queries.list_of(person.id, day=TODAY)

    assert {each.id for each, _membership in mine} == {team.id, other.id}
    assert queries.count_members([team.id, other.id, person.id], day=TODAY) == {
        team.id: 1,
        other.id: 1,
        person.id: 0,
    }


@pytest.mark.databases("sqlite")
def test_days_that_do_not_fit_are_refused(team, person, now):
    with pytest.raises(MembershipDatesError):
        join(team, person, joined_on=TODAY + DAY, now=now)
    with pytest.raises(NotMemberError):
        leave(team, person, now=now)
    join(team, person, joined_on=TODAY - DAY, now=now)
    for day in (TODAY + DAY, TODAY - 2 * DAY):
        with pytest.raises(MembershipDatesError):
            leave(team, person, left_on=day, now=now)


@pytest.mark.databases("sqlite")
def test_members_are_people_of_the_center_whose_account_is_open(team, station, now):
    stranger = build_participant(make_branch(now, name="别的区")[2], now=now)
    gone = build_participant(station, now=now)
    identity.close_participant(actor=SystemActor(), participant_id=gone.id, now=now)

    with pytest.raises(ParticipantNotFoundError):
        join(team, stranger, now=now)
    with pytest.raises(ParticipantClosedError):
        join(team, gone, now=now)


def test_who_closes_the_account_leaves_every_team_and_leads_none(team, person, now):
    join(team, person, joined_on=TODAY - 9 * DAY, now=now)
    service.update_team(
        actor=SystemActor(), team_id=team.id, changes={"leader_id": person.id}, now=now
    )

    identity.close_participant(actor=SystemActor(), participant_id=person.id, now=now)

    assert queries.get_team(team.id).leader_id is None
    assert not is_member(team, person, TODAY)
    assert is_member(team, person, TODAY - DAY)


@pytest.mark.databases("sqlite")
def test_an_account_is_closed_though_staff_end_a_membership_meanwhile(
    team, person, station, now, monkeypatch
):
    join(team, person, joined_on=TODAY - 9 * DAY, now=now)
    other = build_team(station, name="二队", now=now)
    join(other, person, joined_on=TODAY - 9 * DAY, now=now)
    found = queries.list_of(person.id, day=TODAY)
    leave(team, person, left_on=TODAY - DAY, now=now)
    monkeypatch.setattr(queries, "list_of", lambda *_args, **_day: found)

    identity.close_participant(actor=SystemActor(), participant_id=person.id, now=now)

    spans = queries.list_spans(team_id=team.id, participant_id=person.id)
    assert [each.left_on for each in spans] == [TODAY - DAY]
    assert not is_member(other, person, TODAY)


@pytest.mark.databases("sqlite")
def test_a_leader_who_leaves_leads_no_more(team, person, now):
    join(team, person, now=now)
    service.update_team(
        actor=SystemActor(), team_id=team.id, changes={"leader_id": person.id}, now=now
    )

    leave(team, person, now=now)

    assert queries.get_team(team.id).leader_id is None


@pytest.mark.databases("sqlite")
def test_a_team_leader_keeps_the_members_of_the_branch_and_nothing_else(team, station, person, now):
    leader = build_staff_actor(station, Role.TEAM_LEADER)
    elsewhere = build_staff_actor(make_branch(now, name="别的区")[2], Role.TEAM_LEADER)

    def add(actor):
        return service.add_member(actor=actor, team_id=team.id, participant_id=person.id, now=now)

    for actor in (elsewhere, build_staff_actor(station, Role.HOST)):
        with pytest.raises(NotAllowedError):
            add(actor)
    add(leader)
    with pytest.raises(NotAllowedError):
        service.end_membership(actor=elsewhere, team_id=team.id, participant_id=person.id, now=now)
    with pytest.raises(NotAllowedError):
        service.update_team(actor=leader, team_id=team.id, changes={"name": "我的队"}, now=now)
    service.end_membership(actor=leader, team_id=team.id, participant_id=person.id, now=now)


@pytest.mark.databases("sqlite")
def test_a_team_that_is_none_has_no_members(station, person, now):
    with pytest.raises(TeamNotFoundError):
        service.add_member(
            actor=SystemActor(), team_id=station.id, participant_id=person.id, now=now
        )


def test_members_come_in_pages_the_longest_first(team, station, now):
    people = [build_participant(station, now=now) for _ in range(5)]
    for number, each in enumerate(people):
        join(team, each, joined_on=TODAY - (number // 2) * DAY, now=now)
    leave(team, people[4], now=now)

    found, cursor = [], None
    while True:
        page = queries.page_members(team.id, day=TODAY, cursor=cursor, limit=2)
        found += [each.participant_id for each in page.items]
        cursor = page.next
        if cursor is None:
            break

    assert found == [people[number].id for number in (2, 3, 0, 1)]
    assert len(queries.page_members(team.id).items) == 5
    for cursor in ("nonsense", "WyJhIiwgImIiXQ"):
        with pytest.raises(InvalidCursorError):
            queries.page_members(team.id, cursor=cursor)


def test_of_joins_at_the_same_moment_one_counts(team, person, now, race):
    outcomes = race(4, lambda _n: join(team, person, now=now))

    assert sum(isinstance(each, AlreadyMemberError) for each in outcomes) == 3
    assert len(queries.list_spans(team_id=team.id, participant_id=person.id)) == 1


@pytest.mark.databases("postgresql")
def test_without_the_lock_of_the_team_the_database_lets_one_of_them_count(
    team, person, now, race, monkeypatch
):
    everybody_has_looked = threading.Barrier(4)
    list_spans = queries.list_spans

    def look(**wanted):
        found = list_spans(**wanted)
        everybody_has_looked.wait(timeout=30)
        return found

    monkeypatch.setattr(operations, "lock_team", queries.get_team)
    monkeypatch.setattr(queries, "list_spans", look)

    outcomes = race(4, lambda _n: join(team, person, now=now))

    assert sum(isinstance(each, IntegrityError) for each in outcomes) == 3
    assert len(list_spans(team_id=team.id, participant_id=person.id)) == 1


SPANS = [
    ("2026-10-01", None, "2026-11-01", None),
    ("2026-10-01", None, "2026-11-01", "2026-11-02"),
    ("2026-10-01", "2026-11-05", "2026-11-01", None),
    ("2026-10-01", "2026-11-05", "2026-09-01", None),
    ("2026-10-01", "2026-11-05", "2026-11-01", "2026-11-02"),
]


def write(team, person, joined_on, left_on, now):
    db.session.execute(
        sa.text(
            "INSERT INTO team_memberships (id, team_id, participant_id, joined_on, left_on,"
            " added_by, added_at, ended_by, ended_at)"
            " VALUES (:id, :team, :person, :joined_on, :left_on, 'system', :now, :who, :ended)"
        ).bindparams(
            sa.bindparam("id", type_=sa.Uuid),
            sa.bindparam("team", type_=sa.Uuid),
            sa.bindparam("person", type_=sa.Uuid),
            sa.bindparam("joined_on", type_=sa.Date),
            sa.bindparam("left_on", type_=sa.Date),
            sa.bindparam("now", type_=sa.DateTime(timezone=True)),
            sa.bindparam("ended", type_=sa.DateTime(timezone=True)),
        ),
        {
            "id": new_id(),
            "team": team.id,
            "person": person.id,
            "joined_on": date.fromisoformat(joined_on),
            "left_on": None if left_on is None else date.fromisoformat(left_on),
            "now": now,
            "who": None if left_on is None else "system",
            "ended": None if left_on is None else now,
        },
    )


@pytest.mark.parametrize("spans", SPANS)
def test_the_database_itself_refuses_two_spans_on_one_day(team, person, now, spans):
    write(team, person, *spans[:2], now)

    with pytest.raises(DBAPIError) as caught:
        write(team, person, *spans[2:], now)
    db.session.rollback()

    assert constraint_of(caught.value) in {"membership_once", "uq_team_memberships__current"}


def test_the_database_takes_spans_that_share_no_day(team, person, now):
    write(team, person, "2026-10-01", "2026-11-01", now)
    write(team, person, "2026-11-01", "2026-11-01", now)
    write(team, person, "2026-11-01", None, now)
    write(team, person, "2026-09-01", "2026-10-01", now)
    db.session.commit()

    assert len(queries.list_spans(team_id=team.id, participant_id=person.id)) == 4

"""Teams: making, changing and closing them, their categories, and which occasions are theirs."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError

from rewards.access.errors import NotAllowedError
from rewards.access.types import Role, SystemActor
from rewards.activities import queries as activities
from rewards.activities import service as planning
from rewards.activities.errors import OccasionInUseError
from rewards.core.db import db
from rewards.core.errors import InvalidCursorError
from rewards.network import service as network
from rewards.network.errors import NodeClosedError, NodeNotFoundError
from rewards.network.types import Level
from rewards.teams import queries, service
from rewards.teams.errors import (
    CategoryExistsError,
    CategoryUnknownError,
    InvalidTeamError,
    NotMemberError,
    TeamClosedError,
    TeamNameTakenError,
    TeamNotFoundError,
)
from tests.factories.people import make_branch, make_node
from tests.factories.teams import build_team, join
from tests.factories.world import build_occasion, build_participant, build_staff_actor

SYSTEM = SystemActor()
STANDING = [
    "政策宣讲",
    "文化艺术",
    "助学支教",
    "医疗健康",
    "科学普及",
    "法律服务",
    "卫生环保",
    "扶贫帮困",
]
SPECIAL = ["文明交通", "抗疫先锋", "心理疏导", "应急运输", "帮扶业主", "冬季供暖"]


@pytest.fixture
def branch(app, now):
    return make_branch(now)


@pytest.fixture
def station(branch):
    return branch[2]


@pytest.mark.usefixtures("noise")
def test_a_team_is_made_at_its_home_node(branch, now):
    center, institute, station = branch
    actor = build_staff_actor(station)

    team = service.create_team(
        actor=actor, name=" 杏花红志愿服务队 ", category="environment", node_id=station.id, now=now
    )

    assert (team.name, team.category_code, team.category_name) == (
        "杏花红志愿服务队",
        "environment",
        "卫生环保",
    )
    assert (team.home_node_id, team.home_node_path) == (station.id, station.path)
    assert (team.leader_id, team.closed_at) == (None, None)
    assert queries.get_team(team.id) == team
    assert queries.list_teams([team.id, center.id]) == {team.id: team}
    for path in (center.path, institute.path, station.path):
        assert queries.page_teams(node_path=path).items == (team,)
        assert queries.list_open(path) == (team,)


@pytest.mark.databases("sqlite")
def test_only_admins_of_the_branch_make_teams(branch, now):
    center, institute, station = branch
    other = make_branch(now, name="别的区")[2]
    for role, node in (
        (Role.HOST, center),
        (Role.TEAM_LEADER, center),
        (Role.CLERK, center),
        (Role.STATION_ADMIN, other),
    ):
        with pytest.raises(NotAllowedError):
            service.create_team(
                actor=build_staff_actor(node, role),
                name="一队",
                category="health",
                node_id=institute.id,
                now=now,
            )
    with pytest.raises(NotAllowedError):
        service.create_team(
            actor=build_staff_actor(station),
            name="一队",
            category="health",
            node_id=institute.id,
            now=now,
        )


def test_a_node_has_no_two_teams_of_a_name_but_two_nodes_have(branch, now):
    _center, institute, station = branch
    first = build_team(station, name="党员志愿服务队", now=now)
    build_team(institute, name="党员志愿服务队", now=now)

    with pytest.raises(TeamNameTakenError):
        build_team(station, name="党员志愿服务队", now=now)
    second = build_team(station, name="护苗团队", now=now)
    with pytest.raises(TeamNameTakenError):
        change(second, name="党员志愿服务队", now=now)

    assert queries.find_by_name(station.id, "党员志愿服务队") == first


def test_of_teams_made_at_once_with_one_name_one_is(branch, now, race):
    _center, _institute, station = branch

    outcomes = race(4, lambda _n: build_team(station, name="一队", now=now))

    assert sum(isinstance(each, TeamNameTakenError) for each in outcomes) == 3
    assert len(queries.list_open(station.path)) == 1


@pytest.mark.databases("sqlite")
def test_what_is_no_name_category_or_home_is_refused(station, now):
    with pytest.raises(InvalidTeamError):
        build_team(station, name=" ", now=now)
    with pytest.raises(CategoryUnknownError):
        build_team(station, category="nothing", now=now)
    network.close_node(actor=SYSTEM, node_id=station.id, now=now)
    with pytest.raises(NodeClosedError):
        build_team(station, now=now)


def change(team, *, now, actor=SYSTEM, **changes):
    return service.update_team(actor=actor, team_id=team.id, changes=changes, now=now)


def test_a_team_is_renamed_and_moves_within_its_center(branch, now):
    _center, institute, station = branch
    team = build_team(station, name="一队", now=now)

    changed = change(team, name="二队", category="law", node_id=institute.id, now=now)

    assert (changed.name, changed.category_name) == ("二队", "法律服务")
    assert (changed.home_node_id, changed.home_node_path) == (institute.id, institute.path)
    with pytest.raises(NodeNotFoundError):
        change(team, node_id=make_branch(now, name="别的区")[2].id, now=now)
    with pytest.raises(NotAllowedError):
        change(team, name="三队", actor=build_staff_actor(station), now=now)


@pytest.mark.databases("sqlite")
def test_whoever_leads_a_team_belongs_to_it(station, now):
    team = build_team(station, now=now)
    leader = build_participant(station, now=now)
    with pytest.raises(NotMemberError):
        change(team, leader_id=leader.id, now=now)
    join(team, leader, now=now)

    assert change(team, leader_id=leader.id, now=now).leader_id == leader.id
    assert change(team, leader_id=None, now=now).leader_id is None


def test_a_closed_team_is_still_found_by_its_name_and_can_be_reopened(station, now):
    team = build_team(station, name="一队", now=now)
    person = build_participant(station, now=now)

    closed = service.close_team(actor=SYSTEM, team_id=team.id, now=now)

    assert closed.closed_at == now
    assert service.close_team(actor=SYSTEM, team_id=team.id, now=now + timedelta(1)) == closed
    assert queries.list_teams([team.id])[team.id].name == "一队"
    assert queries.list_open(station.path) == ()
    assert queries.page_teams(node_path=station.path).items == (closed,)
    with pytest.raises(TeamClosedError):
        join(team, person, now=now)
    with pytest.raises(TeamClosedError):
        build_occasion(station, now=now, team_id=team.id)

    assert service.reopen_team(actor=SYSTEM, team_id=team.id, now=now).closed_at is None
    join(team, person, now=now)


@pytest.mark.usefixtures("noise")
def test_teams_are_listed_by_name_in_pages(branch, now):
    center, _institute, station = branch
    for name in ("丁", "丙", "乙", "甲", "戊"):
        build_team(station, name=f"{name}队", category="law" if name == "丙" else "health", now=now)

    names, cursor = [], None
    while True:
        page = queries.page_teams(node_path=center.path, cursor=cursor, limit=2)
        names += [team.name for team in page.items]
        cursor = page.next
        if cursor is None:
            break

    assert names == [team.name for team in queries.page_teams(node_path=center.path).items]
    assert sorted(names) == ["丁队", "丙队", "乙队", "戊队", "甲队"]
    of_law = queries.page_teams(node_path=center.path, category="law").items
    assert [team.name for team in of_law] == ["丙队"]
    assert [team.name for team in queries.page_teams(text="戊").items] == ["戊队"]
    assert queries.page_teams(text="%").items == ()
    for cursor in ("nonsense", "WzEsIDJd", "WyJhIiwgImIiXQ"):
        with pytest.raises(InvalidCursorError):
            queries.page_teams(cursor=cursor)


def test_the_eight_standing_categories_come_first_in_their_order(app):
    categories = queries.list_categories()

    assert [each.name for each in categories] == STANDING + SPECIAL
    assert [each.is_standing for each in categories] == [True] * 8 + [False] * 6


def test_a_category_is_hidden_and_shown_again_and_teams_keep_it(branch, now):
    center, _institute, station = branch
    team = build_team(station, category="health", now=now)

    hide("health", center, now=now)

    assert "health" not in [each.code for each in queries.list_categories(center.path)]
    assert queries.get_team(team.id).category_name == "医疗健康"
    assert change(team, name="改名队", category="health", now=now).name == "改名队"
    with pytest.raises(CategoryUnknownError):
        build_team(station, category="health", now=now)
    hide("health", center, now=now, is_hidden=False)
    assert queries.list_categories(center.path)[3].code == "health"


def hide(code, node, *, now, actor=SYSTEM, is_hidden=True):
    return service.set_category_hidden(
        actor=actor, node_id=node.id, code=code, is_hidden=is_hidden, now=now
    )


def test_a_center_adds_categories_of_its_own(branch, now):
    center, institute, station = branch
    other, _other_institute, other_station = make_branch(now, name="别的区")
    chief = build_staff_actor(center, Role.CENTER_ADMIN)

    added = service.add_category(actor=chief, node_id=station.id, name="河湖巡护", now=now)

    assert (added.is_standing, added.node_path, added.position) == (False, center.path, 15)
    assert queries.list_categories(station.path)[-1] == added
    assert added not in queries.list_categories(other.path)
    assert build_team(station, category=added.code, now=now).category_name == "河湖巡护"
    with pytest.raises(CategoryUnknownError):
        build_team(other_station, category=added.code, now=now)
    with pytest.raises(CategoryExistsError):
        service.add_category(actor=chief, node_id=center.id, name="河湖巡护", now=now)
    with pytest.raises(CategoryExistsError):
        service.add_category(actor=chief, node_id=center.id, name="医疗健康", now=now)
    with pytest.raises(NotAllowedError):
        service.add_category(
            actor=build_staff_actor(institute, Role.INSTITUTE_ADMIN),
            node_id=institute.id,
            name="三",
            now=now,
        )


def test_of_categories_added_at_once_each_is_there_and_a_name_once(branch, now, race):
    center, _institute, _station = branch
    names = ["河湖巡护", "图书漂流", "图书漂流"]

    outcomes = race(
        3,
        lambda number: service.add_category(
            actor=SystemActor(), node_id=center.id, name=names[number], now=now
        ),
    )

    assert [type(each) for each in outcomes].count(CategoryExistsError) == 1
    found = [each.name for each in queries.list_categories(center.path)[-2:]]
    assert sorted(found) == sorted(set(names))


@pytest.mark.databases("sqlite")
def test_a_category_of_all_centers_is_hidden_by_who_may_in_each(branch, now):
    center, _institute, _station = branch
    chief = build_staff_actor(center, Role.CENTER_ADMIN)

    assert hide("law", center, actor=chief, now=now).is_hidden
    make_branch(now, name="别的区")

    with pytest.raises(NotAllowedError):
        hide("health", center, actor=chief, now=now)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM team_categories WHERE code = 'law'",
        "DELETE FROM team_categories WHERE code = 'traffic'",
        "UPDATE team_categories SET is_standing = false, position = 99 WHERE code = 'law'",
        "UPDATE team_categories SET position = 20 WHERE code = 'traffic'",
        (
            "INSERT INTO team_categories (code, name, is_standing, is_hidden, position)"
            " VALUES ('ninth', '第九类', true, false, 9)"
        ),
    ],
)
def test_the_database_keeps_the_eight_standing_ones_and_deletes_none(app, statement):
    with pytest.raises((IntegrityError, DBAPIError)):
        db.session.execute(sa.text(statement))
    db.session.rollback()

    assert len(queries.list_categories()) == 14


def test_an_occasion_is_of_a_team_and_its_poster_says_so(station, now):
    team = build_team(station, name="杏花红志愿服务队", now=now)

    occasion = build_occasion(station, now=now, team_id=team.id)
    worded = build_occasion(station, now=now, team_id=team.id, team="社区联队")

    assert (occasion.team_id, occasion.team) == (team.id, "杏花红志愿服务队")
    assert (worded.team_id, worded.team) == (team.id, "社区联队")
    assert activities.get_occasion(occasion.id) == occasion
    assert build_occasion(station, now=now, team="外来的队").team_id is None


@pytest.mark.databases("sqlite")
def test_an_occasion_is_of_a_team_of_its_center(station, now):
    stranger = build_team(make_branch(now, name="别的区")[2], now=now)

    with pytest.raises(TeamNotFoundError):
        build_occasion(station, now=now, team_id=stranger.id)
    with pytest.raises(TeamNotFoundError):
        build_occasion(station, now=now, team_id=station.id)


def test_the_team_of_an_occasion_is_fixed_once_check_in_is_open(station, now):
    team, other = (build_team(station, name=name, now=now) for name in ("一队", "二队"))
    occasion = build_occasion(station, now=now, starts_in=60, team_id=team.id)

    def assign(team_id, at):
        return planning.update_occasion(
            actor=SYSTEM, occasion_id=occasion.id, changes={"team_id": team_id}, now=at
        )

    changed = assign(other.id, now)
    assert (changed.team_id, changed.team) == (other.id, "二队")
    assert assign(None, now).team == ""
    assert assign(other.id, now).team == "二队"
    with pytest.raises(TeamNotFoundError):
        assign(station.id, now)
    with pytest.raises(OccasionInUseError):
        assign(team.id, occasion.opens_at)
    assert assign(other.id, occasion.opens_at).team_id == other.id


@pytest.mark.databases("sqlite")
def test_a_point_and_a_center_have_teams_too(branch, now):
    center, _institute, station = branch
    point = make_node(Level.POINT, "广场点", station, now)

    for node in (center, point):
        assert build_team(node, now=now).home_node_path == node.path

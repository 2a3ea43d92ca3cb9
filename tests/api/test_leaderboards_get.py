import pytest

from rewards.network import queries as network
from rewards.participants.types import BoardDisplay
from tests.factories import books
from tests.factories.teams import build_team
from tests.factories.world import build_participant


@pytest.fixture
def three_more(world, now):
    """Three more people on the board: among fewer than five nobody is named."""
    for points in (4, 3, 2):
        person = build_participant(world.station, now=now)
        books.post(person, world.station, amount=points, now=now)


@pytest.fixture
def ranked(api, world, activity, shift, clock, now):
    """Wang has 5 points from an activity; Zhao, who shows her name, 20 from a shift."""
    zhao = build_participant(world.station, name="赵敏", board_display=BoardDisplay.MASKED, now=now)
    for occasion, participant in ((activity, world.wang), (shift, zhao)):
        body = {"occasion_id": str(occasion.id), "participant_id": str(participant.id)}
        assert api.post("/check-ins", world.clerk, body).status_code == 201
    clock.shift(120 * 60)
    body = {"occasion_id": str(shift.id), "participant_id": str(zhao.id)}
    assert api.post("/check-outs", world.clerk, body).status_code == 201
    return zhao


@pytest.mark.usefixtures("ranked", "three_more")
def test_the_most_points_stand_first_and_only_the_willing_are_named(api, world):
    response = api.get(f"/leaderboards?node_id={world.station.id}&period=day", world.person)

    assert response.status_code == 200
    assert [
        (item["rank"], item["display_name"], item["value"]) for item in response.json["items"]
    ] == [(1, "赵*", 20), (2, "未公开", 5), (3, "未公开", 4), (4, "未公开", 3), (5, "未公开", 2)]
    assert {key: value for key, value in response.json["items"][0].items() if not value} == {
        "id": None,
        "change": None,
        "is_new": False,
    }
    assert response.json["me"] is None
    assert response.json["source"] == "database"
    assert response.json["as_of"]


@pytest.mark.usefixtures("ranked")
def test_among_fewer_than_five_nobody_is_named(api, world):
    items = api.get("/leaderboards?limit=1", world.person).json["items"]

    assert [item["display_name"] for item in items] == ["未公开"]


@pytest.mark.usefixtures("ranked", "three_more")
def test_two_of_the_same_name_are_told_apart(api, world, now):
    twins = [
        build_participant(
            world.station, name="刘洋", number=number, board_display=BoardDisplay.MASKED, now=now
        )
        for number in ("40718212", "40718299")
    ]
    for twin in twins:
        books.post(twin, world.station, amount=50, now=now)

    items = api.get("/leaderboards?limit=2", world.person).json["items"]

    assert {item["display_name"] for item in items} == {"刘* 尾号12", "刘* 尾号99"}


def test_around_me_tells_where_i_stand(api, world, ranked):
    board = api.get("/leaderboards?around=me", world.person).json

    assert board["me"] == {"rank": 2, "value": 5, "gap": 15}


def test_staff_see_where_a_participant_stands(api, world, ranked, refused):
    path = f"/leaderboards?around={world.wang.id}"

    assert api.get(path, world.clerk).json["me"]["rank"] == 2
    refused(api.get(path, world.other_clerk), 403, "not-allowed")


def test_a_participant_sees_nobody_else_s_place(api, world, ranked, refused):
    path = f"/leaderboards?around={ranked.id}"

    refused(api.get(path, world.person), 404, "participant-not-found")


def test_each_kind_and_asset_has_its_board(api, world, ranked):
    def values(query):
        return [
            item["value"] for item in api.get(f"/leaderboards?{query}", world.person).json["items"]
        ]

    assert values("kind=study") == [5]
    assert values("kind=service") == [20]
    assert values("asset=service_minutes") == [120]
    assert values("date=2026-10-31") == []
    assert values(f"node_id={world.other_station.id}") == []


def test_teams_and_nodes_have_boards_with_names_of_their_own(api, world, ranked, now):
    team = build_team(world.station, name="窗帘行动志愿服务队", now=now)
    books.post(ranked, world.station, amount=30, team_id=team.id, now=now)
    center, institute, *_ = network.list_ancestors(world.station.path)

    def read(query):
        items = api.get(f"/leaderboards?{query}", world.person).json["items"]
        return [(item["id"], item["display_name"], item["value"]) for item in items]

    assert read("subject=team") == [(str(team.id), "窗帘行动志愿服务队", 30)]
    assert read(f"subject=node&node_id={center.id}") == [(str(institute.id), institute.name, 55)]
    assert read(f"subject=node&node_id={world.station.id}") == []


def test_the_neighbours_of_a_person_are_asked_for_among_people(api, world, refused):
    problem = refused(
        api.get("/leaderboards?subject=team&around=me", world.person), 422, "invalid-request"
    )

    assert problem["errors"][0]["pointer"] == "#/around"


def test_a_board_not_changed_is_not_sent_again(api, world, ranked):
    first = api.get("/leaderboards", world.person)

    again = api.get("/leaderboards", world.person, headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.data) == (304, b"")


def test_a_board_around_somebody_not_changed_is_not_sent_again_either(api, world, ranked, clock):
    first = api.get("/leaderboards?around=me", world.person)

    tag = {"If-None-Match": first.headers["ETag"]}
    again = api.get("/leaderboards?around=me", world.person, headers=tag)

    assert first.headers["Cache-Control"] == "private, no-cache"
    assert (again.status_code, again.data) == (304, b"")


def test_a_board_is_read_on_to_its_last_place(api, world, ranked):
    first = api.get("/leaderboards?limit=1", world.person).json
    rest = api.get(f"/leaderboards?limit=1&cursor={first['next']}", world.person).json

    assert [item["rank"] for item in first["items"] + rest["items"]] == [1, 2]
    assert rest["next"] is None


def test_a_cursor_of_another_board_is_refused(api, world, ranked, refused):
    cursor = api.get("/leaderboards?limit=1", world.person).json["next"]

    path = f"/leaderboards?limit=1&period=year&cursor={cursor}"

    refused(api.get(path, world.person), 422, "invalid-cursor")


def test_a_cursor_and_a_participant_at_once_are_refused(api, world, ranked, refused):
    problem = refused(
        api.get("/leaderboards?around=me&cursor=abc", world.person), 422, "invalid-request"
    )

    assert problem["errors"][0]["pointer"] == "#/cursor"


def test_the_board_of_another_center_is_not_found(api, world, refused):
    path = f"/leaderboards?node_id={world.far_station.id}"

    refused(api.get(path, world.person), 404, "node-not-found")


@pytest.mark.parametrize(
    "query",
    [
        "kind=loud",
        "asset=money",
        "period=hour",
        "limit=0",
        "limit=101",
        "limit=x",
        "date=2026-13-01",
        "date=0001-01-01",
        "around=you",
        "node_id=1",
        "page=2",
    ],
)
def test_a_parameter_that_does_not_fit_is_refused(api, world, refused, query):
    problem = refused(api.get(f"/leaderboards?{query}", world.person), 422, "invalid-request")

    assert problem["errors"][0]["pointer"] == f"#/{query.partition('=')[0]}"


def test_staff_without_themselves_on_a_board_are_refused(api, world, refused):
    refused(api.get("/leaderboards?around=me", world.clerk), 403, "participant-only")

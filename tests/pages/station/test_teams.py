"""Teams in the console: finding, making and closing them, and who belongs to them."""

import re
from datetime import timedelta
from uuid import UUID

import pytest

from rewards.access.types import Role
from rewards.activities import queries as activities
from rewards.core import clock
from rewards.teams import queries
from tests.factories.people import make_participant
from tests.factories.teams import build_team, join
from tests.factories.world import build_occasion

DAY = timedelta(days=1)


@pytest.fixture
def today(now):
    return clock.local_date(now, clock.zone())


@pytest.fixture
def team(station, now):
    return build_team(station, name="杏花红志愿服务队", now=now)


@pytest.fixture
def chief(make_browser, branch):
    return make_browser("wutong", (Role.CENTER_ADMIN, branch[0]))


@pytest.fixture
def leader(make_browser, station):
    return make_browser("lihua", (Role.TEAM_LEADER, station))


def find(node, name):
    return queries.find_by_name(node.id, name)


def test_a_team_is_made_and_found(admin, station):
    empty = admin.get("/console/teams").text
    form = {"name": "护苗团队", "category": "schooling", "node": str(station.id)}

    made = admin.post("/console/teams/new", data=form)

    assert "还没有队伍" in empty
    assert made.status_code == 303
    assert "建好了" in admin.get(made.location).text
    page = admin.get("/console/teams?q=护苗&category=schooling").text
    assert "护苗团队" in page
    assert "助学支教" in page
    assert "0人" in page
    assert "没有这样的队伍" in admin.get("/console/teams?q=别的").text
    assert "没有这样的队伍" in admin.get("/console/teams?category=law").text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": " "}, "名称不合要求"),
        ({"name": "杏花红志愿服务队"}, "已有同名的队伍"),
        ({"category": "ninth"}, "没有这个类别"),
    ],
)
def test_a_team_that_cannot_be_is_explained(admin, station, team, changes, said):
    form = {"name": "护苗团队", "category": "schooling", "node": str(station.id)} | changes

    answer = admin.post("/console/teams/new", data=form)

    assert answer.status_code in {409, 422}
    assert said in answer.text


def test_the_form_shows_the_eight_and_the_others(admin):
    page = admin.get("/console/teams/new").text

    assert page.count('name="category"') == 14
    assert page.index("政策宣讲") < page.index("扶贫帮困") < page.index("文明交通")
    page = admin.get(admin.get("/console/teams/new?lang=en").location).text
    assert "Policy talks" in page
    assert "Orderly traffic" in page


def test_a_double_click_makes_one_team_and_one_member(admin, station, resident, today):
    key = re.search(r'name="key" value="([^"]+)"', admin.get("/console/teams/new").text)[1]
    form = {"name": "护苗团队", "category": "schooling", "node": str(station.id), "key": key}

    made = [admin.post("/console/teams/new", data=form) for _ in range(2)]
    other = admin.post("/console/teams/new", data={**form, "key": "k" * 22})

    assert [answer.status_code for answer in made] == [303, 303]
    assert made[0].location == made[1].location
    assert other.status_code == 409

    here = made[0].location.partition("?")[0]
    join = {"participant": str(resident.id), "joined_on": today.isoformat()}
    joined = [admin.post(f"{here}/members", data=join) for _ in range(2)]
    without_day = admin.post(f"{here}/members", data={"participant": str(resident.id)})

    assert [answer.status_code for answer in (*joined, without_day)] == [303, 303, 303]
    assert joined[0].location == joined[1].location
    team = find(station, "护苗团队")
    assert len(queries.list_spans(team_id=team.id, participant_id=resident.id)) == 1


def test_a_team_is_renamed_closed_and_reopened(admin, station, team):
    here = f"/console/teams/{team.id}"
    assert 'value="杏花红志愿服务队"' in admin.get(f"{here}/edit").text

    changed = admin.post(
        f"{here}/edit",
        data={"name": "杏花红二队", "category": "environment", "node": str(station.id)},
    )
    admin.post(f"{here}/closing")

    assert changed.status_code == 303
    assert find(station, "杏花红二队").closed_at is not None
    page = admin.get(here).text
    assert "已停用" in page
    assert "加一位队员" not in page
    admin.post(f"{here}/closing", data={"reopen": "yes"})
    assert find(station, "杏花红二队").closed_at is None


def test_somebody_is_found_and_joins_and_leaves(admin, team, resident, today):
    here = f"/console/teams/{team.id}"
    assert "加入" in admin.post(here, data={"q": "1234"}).text

    added = admin.post(
        f"{here}/members",
        data={"participant": str(resident.id), "joined_on": (today - 9 * DAY).isoformat()},
    )

    assert "王*英已加入" in admin.get(added.location).text
    assert "已经在队里" in admin.post(here, data={"q": "1234"}).text
    again = admin.post(f"{here}/members", data={"participant": str(resident.id)})
    assert again.status_code == 409
    assert "已经在队里" in again.text
    assert "从哪天起不在队里" in admin.get(f"{here}/members/{resident.id}").text

    form = {"left_on": (today - DAY).isoformat()}
    left = [admin.post(f"{here}/members/{resident.id}/leaving", data=form) for _ in range(2)]

    assert [answer.status_code for answer in left] == [303, 303]
    assert "王*英已离队" in admin.get(left[0].location).text
    assert "还没有队员" in admin.get(here).text
    assert "王*英" in admin.get(f"{here}?list=all").text
    [span] = queries.list_spans(team_id=team.id, participant_id=resident.id)
    assert (span.joined_on, span.left_on) == (today - 9 * DAY, today - DAY)


def test_days_to_come_and_no_days_are_refused(admin, team, resident, today, now):
    here = f"/console/teams/{team.id}"
    for day in ((today + DAY).isoformat(), "soon"):
        joined = {"participant": str(resident.id), "joined_on": day}
        answer = admin.post(f"{here}/members", data=joined)
        assert answer.status_code == 422
        assert "日期不对" in answer.text
    join(team, resident, now=now)

    answer = admin.post(f"{here}/members/{resident.id}/leaving", data={"left_on": "2001-01-01"})

    assert answer.status_code == 422
    assert "日期不对" in answer.text


def test_a_member_leads_the_team_until_somebody_else_does(admin, team, resident, now):
    here = f"/console/teams/{team.id}"
    assert admin.post(f"{here}/leader", data={"participant": str(resident.id)}).status_code == 404
    join(team, resident, now=now)

    admin.post(f"{here}/leader", data={"participant": str(resident.id)})

    assert "队长 王*英" in admin.get(here).text
    assert "不再当队长" in admin.get(f"{here}/members/{resident.id}").text
    admin.post(f"{here}/leader")
    assert queries.get_team(team.id).leader_id is None


def test_the_leader_of_teams_sees_members_and_no_forms_of_teams(leader, team, resident):
    here = f"/console/teams/{team.id}"

    page = leader.get(here).text
    strangers_page = leader.get(f"{here}/members/{resident.id}")

    assert leader.get("/console/teams").status_code == 200
    assert "停用这支队伍" not in page
    assert "/edit" not in page
    assert strangers_page.status_code == 404
    assert leader.post(f"{here}/members", data={"participant": str(resident.id)}).status_code == 303
    for path in ("/console/teams/new", f"{here}/edit", "/console/teams/categories"):
        assert leader.get(path).status_code == 403
    for path in (f"{here}/edit", f"{here}/closing", f"{here}/leader"):
        assert leader.post(path, data={"node": str(team.home_node_id)}).status_code == 403


def test_others_see_no_teams(clerk, stranger, team):
    assert clerk.get("/console/teams").status_code == 403
    assert "/console/teams" not in clerk.get("/console").text
    assert team.name not in stranger.get("/console/teams").text
    assert stranger.get(f"/console/teams/{team.id}").status_code == 403


def test_an_address_tells_no_name_of_who_is_not_in_the_team(admin, team, other_station, now):
    stranger = make_participant(other_station, now, name="欧阳远")

    page = admin.get(f"/console/teams/{team.id}?done=added&who={stranger.id}").text

    assert stranger.masked_name not in page


def test_members_and_teams_come_in_pages(admin, station, team, now):
    for number in range(21):
        join(team, make_participant(station, now, name=f"居民{number:02}"), now=now)
        build_team(station, name=f"第{number:02}队", now=now)

    for address in ("/console/teams", f"/console/teams/{team.id}"):
        page = admin.get(address).text
        following = page.split('href="' + address + "?")[-1].split('"')[0].replace("&amp;", "&")
        assert "下一页" in page
        assert "上一页" in admin.get(f"{address}?{following}").text
    assert admin.get("/console/teams?cursor=nonsense").status_code == 422


def test_the_center_hides_and_adds_categories(chief, admin, station):
    assert admin.get("/console/teams/categories").status_code == 403

    chief.post("/console/teams/categories/law", data={"hidden": "yes"})
    added = chief.post("/console/teams/categories", data={"name": "河湖巡护"})
    twice = chief.post("/console/teams/categories", data={"name": "河湖巡护"})

    assert "河湖巡护" in chief.get(added.location).text
    assert (twice.status_code, "已有同名的类别" in twice.text) == (409, True)
    form = admin.get("/console/teams/new").text
    assert "法律服务" not in form
    assert "河湖巡护" in form
    chief.post("/console/teams/categories/law", data={"hidden": "no"})
    assert "法律服务" in admin.get("/console/teams/new").text


def occasion_form(station, today, **changes):
    return {
        "what": "service",
        "title": "清洁楼道",
        "node": str(station.id),
        "day": (today + DAY).isoformat(),
        "from": "09:00",
        "to": "11:00",
    } | changes


def test_an_occasion_is_planned_for_a_team(admin, station, team, today):
    form = admin.get("/console/occasions/new").text
    assert f'<option value="{team.id}">杏花红志愿服务队</option>' in form

    planned = admin.post(
        "/console/occasions/new", data=occasion_form(station, today, ours=str(team.id))
    )

    occasion = activities.get_occasion(UUID(planned.location.rsplit("/", 1)[1]))
    assert (occasion.team_id, occasion.team) == (team.id, "杏花红志愿服务队")
    assert "记到“杏花红志愿服务队”" in admin.get(planned.location).text
    edit = f"/console/occasions/{occasion.id}/edit"
    assert f'<option value="{team.id}" selected>' in admin.get(edit).text
    changes = occasion_form(station, today, team=occasion.team, ours="")
    assert admin.post(edit, data=changes).status_code == 303
    assert activities.get_occasion(occasion.id).team_id is None
    nonsense = admin.post(edit, data=changes | {"ours": "x"})
    assert (nonsense.status_code, "请从列表里选队伍" in nonsense.text) == (422, True)


def test_the_team_is_not_asked_for_once_check_in_is_open(admin, station, team, now):
    occasion = build_occasion(station, now=now.replace(second=0), team_id=team.id)
    edit = f"/console/occasions/{occasion.id}/edit"
    start, end = (at.astimezone(clock.zone()) for at in (occasion.starts_at, occasion.ends_at))
    form = {
        "title": "清洁河岸",
        "team": occasion.team,
        "day": start.date().isoformat(),
        "from": f"{start:%H:%M}",
        "to": f"{end:%H:%M}",
    }
    assert 'name="ours"' not in admin.get(edit).text

    changed = admin.post(edit, data=form)
    refused = admin.post(edit, data=form | {"ours": ""})

    assert (changed.status_code, refused.status_code) == (303, 409)
    kept = activities.get_occasion(occasion.id)
    assert (kept.title, kept.team_id) == ("清洁河岸", team.id)

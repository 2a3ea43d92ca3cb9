"""Teams and their members out of lists: all of them or none, each bad row by its line."""

from datetime import date

import pytest
import xlsxwriter

from rewards.core import clock
from rewards.teams import queries
from tests.factories.people import make_branch, make_participant
from tests.factories.teams import build_team, join


@pytest.fixture
def run(app):
    runner = app.test_cli_runner()

    def run(*arguments):
        return runner.invoke(args=list(arguments))

    return run


@pytest.fixture
def station(app, now):
    return make_branch(now)[2]


def write(path, *rows):
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return str(path)


@pytest.mark.nightly
@pytest.mark.databases("sqlite")
def test_the_teams_of_a_district_are_imported(run, station, tmp_path):
    names = [f"志愿服务队{number:03}" for number in range(745)]
    categories = [each.name for each in queries.list_categories()]
    rows = [
        (name, categories[number % 14], "测试区中心/测试区街道所/测试区社区站")
        for number, name in enumerate(names)
    ]
    file = write(tmp_path / "teams.xlsx", ("名称", "类别", "站点"), *rows)

    first, again = run("teams", "import", file), run("teams", "import", file)

    assert first.exit_code == 0, first.output
    assert "745 added, 0 already there, 0 left out." in first.output
    assert "0 added, 745 already there, 0 left out." in again.output
    assert [team.name for team in queries.list_open(station.path)] == names
    assert queries.find_by_name(station.id, names[8]).category_name == "文明交通"


def test_bad_rows_of_teams_are_named_by_their_line(run, station, tmp_path):
    file = write(
        tmp_path / "teams.xlsx",
        ("name", "category", "node"),
        ("一队", "卫生环保", station.name),
        ("二队", "第九类", station.name),
        ("三队", "health", "没有的站"),
        ("", "health", station.name),
        ("五队", "health", station.name),
    )

    refused = run("teams", "import", file)

    assert refused.exit_code == 1
    assert "line 3: There is no such category of teams" in refused.output
    assert "line 4: There is no such node." in refused.output
    assert "line 5: The name of the team" in refused.output
    assert "3 of 5 rows are bad; nothing was imported" in refused.output
    assert queries.list_open(station.path) == ()
    partly = run("teams", "import", "--skip-bad", file).output
    assert "2 added, 0 already there, 3 left out." in partly


def test_members_are_imported_by_number_or_phone(run, station, now, tmp_path):
    team = build_team(station, name="一队", now=now)
    first = make_participant(station, now, name="王建英")
    second = make_participant(station, now, name="李桂兰", phone="+8613812345678")
    there = make_participant(station, now, name="周正")
    join(team, there, now=now)
    file = tmp_path / "members.csv"
    file.write_text(
        "队伍,站点,编号,手机号,加入日期\n"
        f"一队,{station.name},{first.number},,2026-01-05\n"
        f"一队,{station.name},,138 1234 5678,2026/3/8\n"
        f"一队,{station.name},{there.number},,\n",
        encoding="utf-8",
    )

    imported = run("teams", "import-members", str(file))

    assert imported.exit_code == 0, imported.output
    assert "2 added, 1 already there, 0 left out." in imported.output
    days = {
        each.participant_id: each.joined_on
        for each in queries.list_members(team.id, day=clock.local_date(clock.now(), clock.zone()))
    }
    assert (days[first.id], days[second.id]) == (date(2026, 1, 5), date(2026, 3, 8))


def test_bad_rows_of_members_are_named_by_their_line(run, station, now, tmp_path):
    team = build_team(station, name="一队", now=now)
    person = make_participant(station, now)
    stranger = make_participant(make_branch(now, name="别的区")[2], now)
    place = "测试区中心/测试区街道所/测试区社区站"
    file = tmp_path / "members.csv"
    rows = [
        f"一队,{place},{person.number},,2999-01-01",
        f"一队,{place},{person.number},,2026-13-01",
        f"一队,{place},{person.number},,soon",
        f"二队,{place},{person.number},,",
        f"一队,{place},12345678,,",
        f"一队,{place},,,",
        f"一队,{place},,123,",
        f"一队,{place},{stranger.number},,",
    ]
    file.write_text("\n".join(["team,node,number,phone,joined_on", *rows]), encoding="utf-8")

    refused = run("teams", "import-members", str(file))

    assert refused.exit_code == 1
    told = [line for line in refused.output.splitlines() if line.startswith("line ")]
    assert [line.partition(":")[0] for line in told] == [f"line {n}" for n in range(2, 10)]
    assert "line 5: There is no such team." in told
    assert queries.page_members(team.id).items == ()

"""A month's plan out of a list: all of it or none, each bad row by its line."""

from datetime import datetime, timedelta

import pytest
import xlsxwriter

from rewards.activities import queries
from rewards.core import clock
from tests.factories.people import make_branch

pytestmark = pytest.mark.databases("sqlite")
HEADER = ("名称", "类别", "站点", "日期", "开始", "结束", "名额", "重复", "办到哪天", "地点")


@pytest.fixture
def run(app):
    runner = app.test_cli_runner()

    def run(*arguments):
        return runner.invoke(args=list(arguments))

    return run


@pytest.fixture
def station(app):
    return make_branch(clock.now())[2]


@pytest.fixture
def day():
    today = clock.local_date(clock.now(), clock.zone())
    return today + timedelta(days=(1 - today.weekday()) % 7 + 7)


def write_csv(path, *rows):
    path.write_text("\n".join(",".join(map(str, row)) for row in (HEADER, *rows)), "gb18030")
    return str(path)


def planned(station, day):
    start, _ = clock.day_bounds(day, clock.zone())
    return queries.list_occasions(
        node_path=station.path, starts_from=start, starts_before=start + timedelta(days=2)
    )


def test_a_plan_is_imported_once(run, station, day, tmp_path):
    file = write_csv(
        tmp_path / "plan.csv",
        ("智能手机课", "活动", station.name, day, "15:00", "16:30", 20, "", ""),
        ("红色情景剧", "演出", station.name, day, "19:00", "20:00", "", "", ""),
        ("平安夜巡", "志愿服务", station.name, day, "22:00", "02:00", "", "", ""),
        ("集中学习", "集中学习", station.name, day, "14:30", "15:30", 30, "每周二", ""),
    )

    first, again = run("occasions", "import", file), run("occasions", "import", file)

    assert "4 added, 0 already there, 0 left out." in first.output
    assert "0 added, 4 already there, 0 left out." in again.output
    study, lesson, drama, patrol = planned(station, day)
    assert (lesson.title, lesson.capacity) == ("智能手机课", 20)
    assert (drama.counts_heads, drama.rule_code) == (True, "NONE")
    assert patrol.ends_at - patrol.starts_at == timedelta(hours=4)
    assert study.series_id is not None


def test_a_workbook_keeps_its_days_and_times_as_such(run, station, day, tmp_path):
    path = tmp_path / "plan.xlsx"
    with xlsxwriter.Workbook(path, {"remove_timezone": True}) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        day_format = workbook.add_format({"num_format": "yyyy-mm-dd"})
        clock_format = workbook.add_format({"num_format": "hh:mm"})
        sheet.write_row(1, 0, ("剪纸课", "活动", station.name))
        midnight = datetime.combine(day, datetime.min.time())
        sheet.write_datetime(1, 3, midnight, day_format)
        sheet.write_datetime(1, 4, (midnight + timedelta(hours=9, minutes=30)).time(), clock_format)
        sheet.write_datetime(1, 5, (midnight + timedelta(hours=11)).time(), clock_format)

    outcome = run("occasions", "import", str(path))

    assert "1 added" in outcome.output, outcome.output
    assert planned(station, day)[0].starts_at.astimezone(clock.zone()).hour == 9


def test_every_bad_row_is_named_and_nothing_is_planned(run, station, day, tmp_path):
    good = ("好的", "活动", station.name, day, "15:00", "16:00", "", "", "")
    file = write_csv(
        tmp_path / "plan.csv",
        good,
        ("", *good[1:]),
        (good[0], "聚餐", *good[2:]),
        (*good[:2], "没有的站", *good[3:]),
        (*good[:3], "下周二", *good[4:]),
        (*good[:4], "25:00", *good[5:]),
        (*good[:6], "很多", "", ""),
        (*good[:7], "有空就办", ""),
        (*good[:7], "每周二", "2020-01-01"),
        # A slip of the pen is no service for a day and a night.
        (*good[:5], good[4], *good[6:]),
        (*good[:6], "9" * 5000, "", ""),
        (*good, "门" * 81),
    )

    refused = run("occasions", "import", file)
    kept = run("occasions", "import", file, "--skip-bad")

    assert refused.exit_code == 1
    for line, words in (
        (3, "needs a title"),
        (4, "no such kind"),
        (5, "no such node"),
        (6, "A day is written like"),
        (7, "A day is written like"),
        (8, "are a number"),
        (9, "no rule for days"),
        (10, "no day between"),
        (11, "do not fit together"),
        (12, "are a number"),
        (13, "too many words"),
    ):
        assert any(
            text.startswith(f"line {line}:") and words in text
            for text in refused.output.splitlines()
        ), (line, refused.output)
    assert "11 of 12 rows are bad; nothing was imported." in refused.output
    assert "1 added, 0 already there, 11 left out." in kept.output


def test_of_a_row_that_is_left_out_nothing_stays(run, station, day, tmp_path):
    file = write_csv(
        tmp_path / "plan.csv",
        ("文明讲座", "讲座", station.name, day, "15:00", "16:30", 20, "每周二", ""),
        ("剪纸课", "活动", station.name, day, "09:30", "11:00", "", "", ""),
    )

    output = run("occasions", "import", file, "--skip-bad").output

    assert "1 added, 0 already there, 1 left out." in output
    assert queries.list_series(node_path=station.path, day=day) == ()
    assert [each.title for each in planned(station, day)] == ["剪纸课"]


def test_a_day_of_another_age_is_a_bad_row(run, station, tmp_path):
    rows = [
        ("剪纸课", "活动", station.name, day, "23:00", "01:00", "", again, "")
        for day in ("0001-01-01", "9999-12-31")
        for again in ("", "每周二")
    ]
    output = run("occasions", "import", write_csv(tmp_path / "plan.csv", *rows)).output

    assert output.count("too long ago, or too far away") == 4

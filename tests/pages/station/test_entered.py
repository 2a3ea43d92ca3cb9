"""The report of what staff entered, as pages and files."""

import csv
import html
import io
import re
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from python_calamine import CalamineWorkbook

from rewards.access.types import Role
from rewards.core.db import db
from tests.factories.books import build_draft, post_drafts
from tests.factories.people import make_participant, make_staff

PAGE = "/console/books/entered"
FILE = "/console/books/entered.csv"
STATEMENTS_MAX = 12


@pytest.fixture
def host(app, station, now):
    return make_staff("liuyang", now, (Role.HOST, station))


@pytest.fixture
def auditor(make_browser, station):
    return make_browser("heshen", (Role.AUDITOR, station))


def enter(host, people, station, now, *, amount=10):
    post_drafts(
        [
            replace(build_draft(person, station, amount=amount, now=now), actor=host.principal)
            for person in people
        ],
        now=now,
    )


def read(browser, part):
    answer = browser.get(FILE, query_string={"part": part})
    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_an_auditor_sees_who_entered_for_whom(auditor, host, resident, station, now):
    for _ in range(4):
        enter(host, [resident], station, now)

    page = auditor.get(PAGE).text

    assert "liuyang" in page
    assert "王*英" in page
    assert "王建英" not in page
    assert "反复给同一人录入" in page


def test_an_empty_month_says_so(admin):
    page = admin.get(PAGE, query_string={"month": "2020-01"}).text

    assert "这段时间没有人工录入的积分" in page


@pytest.mark.parametrize("month", ["", "x", "2026-13", "1999-01", "9999-12", "2026-1-1"])
def test_a_month_that_is_none_is_the_running_one(admin, month):
    assert admin.get(PAGE, query_string={"month": month}).status_code == 200


@pytest.mark.parametrize("span", ["month", "quarter", "year", "days", "x"])
def test_a_period_holds_today_and_leads_to_the_one_before(
    admin, host, resident, station, now, span
):
    enter(host, [resident], station, now)

    page = admin.get(PAGE, query_string={"span": span}).text

    assert "liuyang" in page
    before = re.search(r'href="(/console/books/entered[^"]+)">上一个', page)[1]
    assert "liuyang" not in admin.get(html.unescape(before)).text


@pytest.mark.parametrize("page", ["x", "-1", "٣", "99999", "1" * 400])
def test_a_page_that_is_none_does_no_harm(admin, page):
    assert admin.get(PAGE, query_string={"page": page}).status_code == 200


def test_it_is_for_who_may_look_through_the_books(clerk, stranger, host, resident, station, now):
    enter(host, [resident], station, now)

    assert clerk.get(PAGE).status_code == 403
    assert clerk.get(FILE).status_code == 403
    assert "liuyang" not in stranger.get(PAGE).text


@pytest.mark.parametrize("part", ["staff", "nodes", "pairs", "findings"])
def test_each_list_is_a_file(admin, host, resident, station, now, part):
    for _ in range(4):
        enter(host, [resident], station, now)

    head, *lines = read(admin, part)

    assert lines
    assert {len(line) for line in lines} == {len(head)}


def test_a_file_that_there_is_none_of_is_not_found(admin):
    assert admin.get(FILE, query_string={"part": "x"}).status_code == 404


def test_no_cell_is_a_formula(admin, resident, station, now):
    enter(make_staff("=1+1", now, (Role.HOST, station)), [resident], station, now)

    _head, line = read(admin, "staff")

    assert line[0] == "'=1+1"


def test_the_findings_go_on_over_pages(admin, host, station, now):
    for number in range(41):
        person = make_participant(station, now, name="李强")
        for step in range(4):
            enter(host, [person], station, now - timedelta(milliseconds=20 * number + step))

    first, second = (admin.get(PAGE, query_string={"page": page}).text for page in (0, 1))

    assert "下一页" in first
    assert "下一页" not in second
    assert len(read(admin, "findings")) > 41


def test_the_page_takes_few_statements_however_much_there_is(
    admin, host, resident, station, now, app
):
    statements = []

    def note(_connection, _cursor, statement, *_rest):
        if not statement.startswith(("BEGIN", "PRAGMA")):
            statements.append(statement)

    def count():
        statements.clear()
        sa.event.listen(db.engine, "before_cursor_execute", note)
        assert admin.get(PAGE).status_code == 200
        sa.event.remove(db.engine, "before_cursor_execute", note)
        return len(statements)

    enter(host, [resident], station, now)
    few = count()
    for _ in range(30):
        enter(host, [resident, make_participant(station, now, name="李强")], station, now)

    assert count() <= max(few, STATEMENTS_MAX)
    assert few <= STATEMENTS_MAX


@pytest.mark.databases("sqlite")
def test_each_list_leaves_as_a_workbook_too(admin, host, station, resident, now):
    enter(host, [resident], station, now)

    answer = admin.get("/console/books/entered.xlsx", query_string={"part": "nodes"})

    assert answer.headers["Content-Disposition"].endswith('.xlsx"')
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0)
    assert sheet.to_python()[1][:2] == [station.name, 10]

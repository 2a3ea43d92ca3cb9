"""Statements and record slips as staff open them."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from rewards.access.models import AuditRecordRow
from rewards.core import clock
from rewards.core.db import db
from rewards.ledger.types import Reason
from rewards.statements import queries
from rewards.statements.types import SlipStatus, VoidReason
from tests.factories.people import make_participant
from tests.factories.statements import add_minutes, add_points, close


@pytest.fixture
def today(now):
    return clock.local_date(now, clock.zone())


@pytest.fixture
def served(resident, station, today, now):
    """The resident, who served and was credited with minutes afterwards."""
    add_minutes(resident, station, 120, day=today, now=now)
    add_minutes(resident, station, 45, day=today, now=now, reason=Reason.BACKFILL)
    return resident


@pytest.fixture
def slip(admin, served):
    assert issue(admin, served).status_code == 303
    return queries.list_slips(served.id)[0]


def at(person, more=""):
    return f"/console/residents/{person.id}/statement{more}"


def issue(browser, person, **fields):
    page = browser.get(at(person)).text
    form = page[page.index("/slips") :]
    values = dict(re.findall(r'name="(\w+)"[^>]*value="([^"]*)"', form))
    return browser.post(f"/console/residents/{person.id}/slips", data=values | fields)


def plain(page):
    return page.text.replace("\xa0", " ")


def list_actions():
    rows = db.session.execute(sa.select(AuditRecordRow.action).order_by(AuditRecordRow.id))
    return [row.action for row in rows if row.action.startswith(("statement", "slip"))]


def test_a_statement_is_shown_and_written_down(clerk, served, station, now):
    add_points(served, station, 20, at=now, title="读书会", actor="staff:ab")

    page = clerk.get(at(served))

    for expected in ("读书会", "由工作人员录入", "补录", "王*英"):
        assert expected in plain(page), expected
    assert "王建英" not in page.text
    assert "开这段时间的记录单" not in page.text
    assert list_actions() == ["statement.viewed"]


@pytest.mark.parametrize(("ending", "start"), [("pdf", b"%PDF-"), ("csv", b"\xef\xbb\xbf")])
def test_a_file_of_it_is_downloaded_and_written_down(clerk, served, ending, start):
    answer = clerk.get(at(served, f".{ending}?from=2026-01-01&to=2026-12-31"))

    assert answer.data.startswith(start)
    assert list_actions() == ["statement.viewed"]


def test_staff_of_another_station_see_nothing_and_nothing_is_written(stranger, served):
    for more in ("", ".pdf", ".csv"):
        assert stranger.get(at(served, more)).status_code == 403
    assert list_actions() == []


def test_a_closed_account_is_refused_with_a_sentence(admin, served, now):
    close(served, now)

    for more in ("", ".pdf", ".csv"):
        page = admin.get(at(served, more))
        assert page.status_code == 410
        assert "已经注销" in page.text


def test_a_slip_is_issued_once_and_shown(admin, served, slip):
    page = admin.get(f"/console/slips/{slip.number}?done=new")

    assert "开好了" in page.text
    for expected in ("2小时", "45分钟", "王*英"):
        assert expected in plain(page), expected
    assert admin.get(f"/console/slips/{slip.number}.pdf").data.startswith(b"%PDF-")
    assert list_actions() == ["statement.viewed", "slip.issued", "slip.viewed"]


def test_a_form_sent_twice_issues_one(admin, served):
    page = admin.get(at(served)).text
    form = page[page.index("/slips") :]
    values = dict(re.findall(r'name="(\w+)"[^>]*value="([^"]*)"', form))

    first, second = (
        admin.post(f"/console/residents/{served.id}/slips", data=values) for _ in range(2)
    )

    assert first.location == second.location
    assert len(queries.list_slips(served.id)) == 1


def test_what_cannot_be_recorded_is_said_in_words(admin, served, station, today, now):
    tomorrow = (today + timedelta(days=1)).isoformat()
    nobody = make_participant(station, now, name="刘洋")

    assert "结束日期还没到" in issue(admin, served, to=tomorrow).text
    assert "还没有确认的服务时长" in issue(admin, nobody).text


def test_slips_are_listed_and_found_by_their_number(admin, slip):
    spaced = f"{slip.number[:4]} {slip.number[4:9]} {slip.number[9:]}"

    assert spaced in admin.get("/console/slips").text
    found = admin.get("/console/slips", query_string={"q": spaced})
    assert found.location == f"/console/slips/{slip.number}"
    assert "没有这个编号" in admin.get("/console/slips", query_string={"q": "1"}).text


def test_voiding_needs_a_reason_and_is_done_once(admin, slip):
    path = f"/console/slips/{slip.number}/void"

    assert admin.post(path).status_code == 422
    assert admin.post(path, data={"reason": "whim"}).status_code == 422
    assert admin.post(path, data={"reason": "mistake"}).status_code == 303
    again = admin.post(path, data={"reason": "replaced"})

    assert again.status_code == 409
    assert "已经作废" in again.text
    kept = queries.get_slip(slip.number)
    assert (kept.status, kept.void_reason) == (SlipStatus.VOID, VoidReason.MISTAKE)


def test_staff_of_another_station_neither_see_nor_void_a_slip(stranger, slip):
    assert stranger.get(f"/console/slips/{slip.number}").status_code == 403
    assert stranger.get(f"/console/slips/{slip.number}.pdf").status_code == 403
    refused = stranger.post(f"/console/slips/{slip.number}/void", data={"reason": "mistake"})
    assert refused.status_code == 403
    assert slip.number[4:9] not in stranger.get("/console/slips").text


def test_the_page_of_a_resident_and_of_the_books_lead_here(admin, resident):
    assert at(resident) in admin.get(f"/console/residents/{resident.id}").text
    assert "/console/slips" in admin.get("/console/books").text

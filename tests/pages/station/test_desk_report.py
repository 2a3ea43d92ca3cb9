"""The report of what staff did at the desks, as pages and files."""

import csv
import html
import io
import re

import pytest

from rewards.access.types import Role
from rewards.redemptions import service
from rewards.reports import queries
from rewards.stock import service as stock
from tests.factories.books import post
from tests.factories.people import SYSTEM, make_staff
from tests.factories.world import act_as

PAGE = "/console/books/desk"


@pytest.fixture
def auditor(make_browser, station):
    return make_browser("heshen", (Role.AUDITOR, station))


@pytest.fixture
def handed(station, space, towel, resident, now):
    """Something that liuyang handed over, after the price of it was lowered."""
    liuyang = make_staff("liuyang", now, (Role.CLERK, station))
    stock.update_reward(actor=SYSTEM, reward_id=towel.id, points=20, now=now)
    post(resident, station, amount=100, now=now)
    me = act_as(resident)
    reserved = service.reserve(
        actor=me,
        participant_id=resident.id,
        space_id=space.id,
        reward_id=towel.id,
        quantity=1,
        now=now,
    )
    return service.fulfil(actor=liuyang, redemption_id=reserved.id, code=reserved.code, now=now)


def test_a_number_leads_to_its_rows(auditor, handed):
    page = auditor.get(PAGE).text
    assert "liuyang" in page
    assert "降价" in page

    rows = auditor.get(html.unescape(re.search(r'href="(/console/books/desk/rows[^"]+)"', page)[1]))

    assert "毛巾" in rows.text
    assert "王*英" in rows.text
    assert "王建英" not in rows.text


def test_clerks_do_not_read_it_and_others_see_their_own(clerk, stranger, handed):
    assert clerk.get(PAGE).status_code == 403
    assert clerk.get(f"{PAGE}.csv").status_code == 403
    assert clerk.get(f"{PAGE}/rows?act=by_card").status_code == 403
    assert "liuyang" not in stranger.get(PAGE).text
    rows = stranger.get(f"{PAGE}/rows?act=handed_over&by={handed.closed_by}")
    assert "毛巾" not in rows.text


@pytest.mark.parametrize("part", ["staff", "prices"])
def test_each_list_is_a_file(auditor, handed, part):
    answer = auditor.get(f"{PAGE}.csv", query_string={"part": part, "span": "year"})

    head, *lines = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
    assert len(lines) == 1
    assert len(lines[0]) == len(head)
    assert auditor.get(f"{PAGE}.xlsx", query_string={"part": part}).status_code == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"{PAGE}?month=2020-01", 200),
        (f"{PAGE}?span=quarter", 200),
        (f"{PAGE}.csv?part=x", 404),
        (f"{PAGE}/rows?act=x", 404),
        (f"{PAGE}/rows?act=undone&by=x", 200),
        (f"{PAGE}/rows?act=undone&by=x&cursor=x", 422),
    ],
)
def test_what_there_is_not_does_no_harm(admin, path, status):
    assert admin.get(path).status_code == status


def test_of_very_many_prices_it_is_told_that_the_file_has_no_more(
    auditor, handed, towel, now, monkeypatch
):
    stock.update_reward(actor=SYSTEM, reward_id=towel.id, points=25, now=now)
    whole = auditor.get(PAGE).text

    monkeypatch.setattr(queries, "PRICES_MAX", 1)
    cut = auditor.get(PAGE).text

    assert "只列出最近" not in whole
    assert "表格里也只有最近1次" in cut

"""The list of whose points are about to expire, as a page to print and a file."""

import csv
import io

import pytest

from rewards.access.types import Role
from rewards.pages.console import expiring
from tests.factories.books import post
from tests.factories.people import make_participant

PAGE = "/console/books/expiring"
FILE = "/console/books/expiring.csv"


@pytest.fixture
def people(station, now):
    found = [make_participant(station, now, name="李强") for _ in range(5)]
    for person in found:
        post(person, station, amount=12, now=now)
    return found


def read(browser, **query):
    answer = browser.get(FILE, query_string=query)
    assert answer.mimetype == "text/csv"
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_the_list_names_people_masked_with_their_points(admin, people, now):
    page = admin.get(PAGE).text

    assert "李*" in page
    assert "李强" not in page
    assert f"{now.year + 1}年12月31日以后不能再用" in page
    assert "5<small>人</small>" in page
    assert "60<small>分</small>" in page


def test_it_goes_on_over_pages_and_the_file_holds_all(admin, people, monkeypatch, now):
    monkeypatch.setattr(expiring, "LINES_SHOWN", 2)
    monkeypatch.setattr(expiring, "FILE_BATCH", 2)
    numbers = {f"{person.number[:4]} {person.number[4:]}" for person in people}

    seen, address = [], PAGE
    while address:
        page = admin.get(address).text
        seen += [number for number in numbers if number in page]
        following = page.rpartition("cursor=")[2].partition('"')[0] if "下一页" in page else ""
        address = f"{PAGE}?cursor={following}" if following else ""

    assert sorted(seen) == sorted(numbers)
    _head, *lines = read(admin)
    assert {line[1] for line in lines} == {person.number for person in people}
    assert {(line[3], line[4]) for line in lines} == {("12", f"{now.year + 1}-12-31")}


def test_who_is_at_home_elsewhere_is_on_another_list(stranger, make_browser, branch, people):
    assert "没有快到期的积分" in stranger.get(PAGE).text
    assert len(read(stranger)) == 1
    institute = make_browser("sunlei", (Role.INSTITUTE_ADMIN, branch[1]))
    assert "李*" in institute.get(PAGE, query_string={"node": branch[2].id}).text


def test_a_node_outside_the_branch_is_not_looked_at(admin, people, other_station, now):
    post(make_participant(other_station, now, name="何静"), other_station, amount=99, now=now)

    page = admin.get(PAGE, query_string={"node": other_station.id}).text

    assert "何*" not in page


@pytest.mark.parametrize(
    "query", [{"day": "x"}, {"day": "2020-12-31"}, {"node": "x"}, {"node": "1" * 300}]
)
def test_what_is_no_day_and_no_node_does_no_harm(admin, people, query):
    assert admin.get(PAGE, query_string=query).status_code == 200


def test_a_cursor_that_is_none_is_refused(admin, people):
    assert admin.get(PAGE, query_string={"cursor": "x"}).status_code == 422


def test_it_is_for_who_may_look_through_the_books(clerk):
    assert clerk.get(PAGE).status_code == 403
    assert clerk.get(FILE).status_code == 403

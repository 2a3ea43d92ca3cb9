"""Statements and record slips on the phone, and the check that anybody may open."""

import re
from datetime import timedelta

import pytest

from rewards.access.types import SystemActor
from rewards.core import clock
from rewards.identity import service as identity
from rewards.ledger.types import Reason
from rewards.statements import queries, service
from rewards.statements.types import VoidReason
from rewards.web.slips import MISSES_MAX
from tests.factories.books import reverse
from tests.factories.statements import add_minutes, add_points, close
from tests.factories.world import build_participant, build_staff_actor, build_station

PHONE = "13800001234"
NAME = "王建英"
BYTES_MAX = 60_000
LINES = 100


@pytest.fixture
def now():
    """The moment of the pages, which read the clock themselves."""
    return clock.now().replace(microsecond=0)


@pytest.fixture
def today(now):
    return clock.local_date(now, clock.zone())


@pytest.fixture
def station(app):
    return build_station()


@pytest.fixture
def me(station, now):
    return build_participant(station, name=NAME, phone=PHONE, now=now)


@pytest.fixture
def phone(app, client, me, now):
    """A browser in which I am signed in."""
    app.config["WTF_CSRF_ENABLED"] = False
    token = identity.issue_token(actor=SystemActor(), participant_id=me.id, label="test", now=now)
    client.set_cookie("participant_token", token)
    return client


@pytest.fixture
def slip(phone, me, station, today, now):
    """A slip of mine of this year up to today."""
    add_minutes(me, station, 120, day=today, now=now)
    add_minutes(me, station, 30, day=today, now=now, reason=Reason.BACKFILL)
    issue(phone)
    return queries.list_slips(me.id)[0]


def issue(phone, **fields):
    page = phone.get("/slips").text
    values = dict(re.findall(r'name="(\w+)"[^>]*value="([^"]*)"', page))
    return phone.post("/slips", data=values | fields)


def plain(page):
    return page.text.replace("\xa0", " ")


def test_the_statement_shows_sums_lines_and_where_to_take_it(phone, me, station, today, now):
    add_points(me, station, 20, at=now, title="读书会", actor="staff:ab")
    add_minutes(me, station, 90, day=today, now=now)

    page = phone.get("/statement")

    for expected in (
        "读书会",
        "+20",
        "由工作人员录入",
        "余 20",
        "1小时30分钟",
        "statement.pdf?from=",
    ):
        assert expected in plain(page), expected
    assert NAME not in page.text
    assert "<script" not in page.text


def test_a_year_of_lines_is_turned_page_by_page_and_each_page_is_small(phone, me, station, now):
    for number in range(LINES):
        add_points(me, station, 5, at=now - timedelta(minutes=number), title=f"第{number}场")

    year = {"from": f"{now.year - 1}-01-01", "to": f"{now.year + 1}-12-31"}
    pages = [phone.get("/statement", query_string={**year, "page": n}) for n in (1, 2, 3)]

    assert all(len(page.data) < BYTES_MAX for page in pages)
    text = "".join(page.text for page in pages)
    assert [text.count(f">第{number}场<") for number in range(LINES)] == [1] * LINES
    assert "第1页，共3页" in pages[0].text


@pytest.mark.parametrize("number", ["0", "4", "x", "-1", "99999999999", "²"])
def test_a_page_that_there_is_not_shows_one_that_there_is(phone, me, number):
    assert phone.get("/statement", query_string={"page": number}).status_code == 200


def test_a_period_with_nothing_in_it_says_so_kindly(phone):
    page = phone.get("/statement", query_string={"from": "2020-01-01", "to": "2020-01-31"})

    assert (page.status_code, "这段时间没有记录" in page.text) == (200, True)


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2026-02-30", "2026-03-01", "日期不对"),
        ("2026-03-02", "2026-03-01", "结束日期在开始日期前面"),
        ("2010-01-01", "2026-03-01", "一次最多看5年"),
    ],
)
def test_a_period_that_is_none_is_explained_and_the_month_shown(phone, first, last, words):
    query = {"from": first, "to": last}

    page = phone.get("/statement", query_string=query)

    assert page.status_code == 422
    assert words in page.text
    assert "本月" in page.text
    for ending in ("pdf", "csv"):
        assert phone.get(f"/statement.{ending}", query_string=query).status_code == 422


def test_files_are_my_own_and_a_stranger_gets_none(phone, app, me, station, now):
    add_points(me, station, 20, at=now, title="读书会")

    pdf, table = (phone.get(f"/statement.{ending}") for ending in ("pdf", "csv"))

    assert pdf.data.startswith(b"%PDF-")
    assert "读书会" in table.data.decode("utf-8-sig")
    for path in ("/statement", "/statement.pdf", "/statement.csv", "/slips"):
        assert app.test_client().get(path).location.startswith("/sign-in?next=")


def test_a_slip_is_issued_once_by_a_double_click(phone, me, slip):
    page = phone.get("/slips").text
    values = dict(re.findall(r'name="(\w+)"[^>]*value="([^"]*)"', page))

    first, second = (phone.post("/slips", data=values) for _ in range(2))

    assert first.location == second.location
    assert len(queries.list_slips(me.id)) == 2


def test_without_confirmed_hours_the_page_says_what_to_do(phone, me):
    page = issue(phone)

    assert page.status_code == 409
    assert "还没有确认的服务时长" in page.text
    assert queries.list_slips(me.id) == ()


def test_the_form_keeps_what_was_typed_wrong(phone, me):
    page = issue(phone, **{"from": "2026-03-02", "to": "2026-03-01"})

    assert page.status_code == 422
    assert 'value="2026-03-02"' in page.text


def test_my_slip_is_mine_to_download_and_nobody_elses(phone, app, station, slip, now):
    other = build_participant(station, name="刘洋", now=now)
    token = identity.issue_token(
        actor=SystemActor(), participant_id=other.id, label="test", now=now
    )
    stranger = app.test_client()
    stranger.set_cookie("participant_token", token)

    assert phone.get(f"/slips/{slip.number}.pdf").data.startswith(b"%PDF-")
    assert stranger.get(f"/slips/{slip.number}.pdf").status_code == 404


@pytest.mark.parametrize("address", ["/slips/{}", "/SLIPS/{}"])
def test_the_check_shows_hours_and_no_trace_of_the_person(app, phone, me, slip, address):
    for browser in (app.test_client(), phone):
        page = browser.get(address.format(slip.number))

        assert page.status_code == 200
        for expected in ("编号是真的", "2小时", "30分钟", "长兴北街社区站"):
            assert expected in plain(page), expected
        number = f"{me.number[:4]} {me.number[4:]}"
        for secret in (NAME, me.masked_name, me.number, number, str(me.id), PHONE):
            assert secret not in page.text.replace(slip.number, ""), secret


def test_a_void_slip_and_one_whose_hours_were_lowered_say_so(
    app, phone, me, station, slip, today, now
):
    extra = add_minutes(me, station, 60, day=today, now=now)
    issue(phone)
    newer = queries.list_slips(me.id)[0]
    reverse(extra, now=now)
    anybody = app.test_client()

    assert "记录后来有更正" in anybody.get(f"/slips/{newer.number}").text
    assert "编号是真的，但" not in anybody.get(f"/slips/{slip.number}").text
    void(slip, station, now)
    assert "已作废" in anybody.get(f"/slips/{slip.number}").text


def void(slip, station, now):
    service.void_slip(
        actor=build_staff_actor(station), number=slip.number, reason=VoidReason.MISTAKE, now=now
    )


def test_the_check_of_a_closed_account_goes_on(app, slip, me, now):
    close(me, now)

    assert "2小时" in plain(app.test_client().get(f"/slips/{slip.number}"))


def test_a_typed_number_leads_to_its_check(client, slip):
    typed = f"{slip.number[:4]} {slip.number[4:9]}-{slip.number[9:]}"

    answer = client.get("/slips/check", query_string={"number": typed})

    assert answer.location == f"/slips/{slip.number}"
    assert client.get("/slips/check").status_code == 200


def test_who_tries_numbers_out_has_to_wait(app, slip):
    guesser = app.test_client()
    answers = [guesser.get(f"/slips/2026{number:010}") for number in range(MISSES_MAX + 1)]

    assert {page.status_code for page in answers[:-1]} == {404}
    assert answers[-1].status_code == 429
    assert "分钟后再试" in answers[-1].text
    assert guesser.get(f"/slips/{slip.number}").status_code == 429

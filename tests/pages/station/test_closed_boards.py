"""The console decides when boards are closed, and shows those that are."""

from datetime import timedelta

import pytest

from rewards.access.types import Role
from rewards.leaderboards import queries, service
from rewards.ledger import queries as ledger
from rewards.ledger.types import Asset, BoardKind, ClosingPolicy, LateEntries
from rewards.pages.console import boards, closed_board
from rewards.participants.types import BoardDisplay
from tests.factories.books import post
from tests.factories.world import build_participant

DAY = timedelta(days=1)

EDGES = ("0001-01-01", "9999-12-31", "9999-01-01", "9999-12-27")


@pytest.fixture
def admin(make_browser, branch):
    return make_browser("zhonglin", (Role.CENTER_ADMIN, branch[0]))


@pytest.fixture
def earned_at(now):
    return now - 40 * DAY


@pytest.fixture(autouse=True)
def short_pages(monkeypatch):
    monkeypatch.setattr(boards, "ROWS_SHOWN", 10)
    monkeypatch.setattr(closed_board, "LINES_SHOWN", 6)


@pytest.fixture
def closed(station, earned_at, now):
    """Eight people earned something 40 days ago; one of them some minutes as well."""
    people = [
        build_participant(
            station, name=f"王小{chr(0x4E00 + number)}", board_display=BoardDisplay.MASKED, now=now
        )
        for number in range(8)
    ]
    for number, person in enumerate(people):
        post(person, station, amount=100 - number, now=earned_at)
    minutes = {"asset": Asset.SERVICE_MINUTES, "board": BoardKind.SERVICE}
    post(people[0], station, amount=90, now=earned_at, **minutes)
    while service.close_due(now=now):
        pass
    queries.forget()
    return people


def address(earned_at):
    return f"/console/boards/month/{(earned_at + timedelta(hours=8)).date().replace(day=1)}"


def test_the_center_decides_how_long_a_period_stays_open(admin, branch):
    answer = admin.post("/console/boards", data={"settle_days": "7", "late_entries": "original"})

    assert answer.headers["Location"] == "/console/boards?done=saved"
    assert ledger.get_closing_policy(branch[0].label) == ClosingPolicy(
        settle_days=7, late_entries=LateEntries.ORIGINAL
    )
    page = admin.get("/console/boards?done=saved").text
    assert "存好了" in page
    assert 'value="7"' in page
    assert 'value="original" checked' in page


@pytest.mark.parametrize("settle_days", ["32", "-1", "", "x", "1.5", "٣", "9999"])
def test_a_number_of_days_that_does_not_fit_is_told_and_kept(admin, branch, settle_days):
    answer = admin.post("/console/boards", data={"settle_days": settle_days})

    assert answer.status_code == 422
    assert "填0到31之间的整数" in answer.text
    assert f'value="{settle_days}"' in answer.text
    assert ledger.get_closing_policy(branch[0].label).settle_days == 3


@pytest.mark.parametrize("role", [Role.STATION_ADMIN, Role.AUDITOR])
def test_others_see_what_was_decided_and_cannot_decide(make_browser, station, branch, role):
    browser = make_browser("liming", (role, station))

    page = browser.get("/console/boards").text
    answer = browser.post("/console/boards", data={"settle_days": "7"})

    assert "由中心管理员决定" in page
    assert 'name="settle_days"' not in page
    assert answer.status_code == 403
    assert ledger.get_closing_policy(branch[0].label).settle_days == 3


def test_who_may_not_see_the_books_sees_no_closed_boards(make_browser, station, earned_at):
    browser = make_browser("dengta", (Role.CLERK, station))

    assert browser.get("/console/boards").status_code == 403
    assert browser.get(address(earned_at)).status_code == 403


def test_before_anything_is_closed_that_is_said(admin):
    assert "还没有定了的榜" in admin.get("/console/boards").text


@pytest.mark.usefixtures("closed")
def test_every_closed_period_is_listed_in_pages(admin, earned_at):
    months = admin.get("/console/boards").text
    days = admin.get("/console/boards?period=day").text
    older = admin.get("/console/boards?period=day&before=" + days.partition("before=")[2][:10]).text

    assert f'href="{address(earned_at)}"' in months
    assert days.count('href="/console/boards/day/') == 10
    assert older.count('href="/console/boards/day/') == 10
    assert "上一页" in older


@pytest.mark.usefixtures("closed")
def test_a_closed_board_is_read_to_its_last_place(admin, earned_at):
    first = admin.get(address(earned_at)).text
    following = first.partition("cursor=")[2].partition('"')[0]
    rest = admin.get(
        f"{address(earned_at)}?counted=all&subject=participant&cursor={following}"
    ).text

    assert "定榜" in first
    assert (first.count('scope="row"'), rest.count('scope="row"')) == (6, 2)
    assert "王*" in first
    assert "王小" not in first + rest


@pytest.mark.usefixtures("closed")
def test_every_kind_of_closed_board_is_there(admin, earned_at):
    minutes = admin.get(f"{address(earned_at)}?counted=minutes").text
    nodes = admin.get(f"{address(earned_at)}?subject=node").text
    teams = admin.get(f"{address(earned_at)}?subject=team").text

    assert "1.5" in minutes
    assert nodes.count('scope="row"') == 1
    assert "没有人上这张榜" in teams


def test_what_came_late_is_told(admin, closed, station, earned_at, now):
    post(closed[0], station, amount=500, day=(earned_at + timedelta(hours=8)).date(), now=now)
    queries.forget()

    assert "后来又有1笔，没有算进来" in admin.get(address(earned_at)).text


@pytest.mark.parametrize(
    "path",
    ["month/2026-10-02", "all/2026-10-01", "hour/2026-10-01", "month/x", "month/2199-01-01"]
    + [f"{period}/{day}" for period in ("day", "week", "month", "year") for day in EDGES],
)
def test_what_is_not_closed_is_not_found(admin, path):
    assert admin.get(f"/console/boards/{path}").status_code == 404


def test_the_phone_tells_when_a_board_was_closed(app, closed, station, earned_at):
    month = (earned_at + timedelta(hours=8)).date()

    page = app.test_client().get(f"/board?on={month}").text

    assert "定榜" in page

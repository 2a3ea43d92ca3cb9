import re

import pytest

from rewards.access.types import Role
from rewards.core import clock
from rewards.network import service as network
from rewards.pages.console import screens as console_screens
from rewards.pages.screen import device
from rewards.screens import queries
from rewards.web.throttles import Misses
from tests.factories.people import SYSTEM
from tests.factories.screens import keep_nothing, pair_screen

JSON = {"Accept": "application/json"}


@pytest.fixture(autouse=True)
def fresh(app, monkeypatch):
    """Nothing is kept from one request to the next."""
    keep_nothing(monkeypatch)
    monkeypatch.setattr(device, "_starts", Misses(misses_max=30, span=device.STARTS_SPAN))
    monkeypatch.setattr(
        console_screens,
        "_misses",
        Misses(misses_max=console_screens.MISSES_MAX, span=console_screens.MISSES_SPAN),
    )


@pytest.fixture
def television(app, no_csrf):
    return app.test_client()


def read_code(television):
    """Return the digits that a television shows, as they stand there."""
    television.post("/screen/pairing")
    return re.search(r'class="pairing__code"[^>]*>(\d{3} \d{3})<', television.get("/screen").text)[
        1
    ]


def type_code(browser, code, station, **changes):
    form = {"code": code, "node": str(station.id), "name": "大厅", "programme": "leaderboard"}
    return browser.post("/console/screens", data={**form, **changes})


def test_a_television_shows_a_code_until_staff_type_it(television, admin, station):
    before = television.get("/screen")
    code = read_code(television)

    assert "data-pair-start" in before.text
    assert television.get("/screen/pairing.json").json == {"is_paired": False}
    assert type_code(admin, code, station).location == "/console/screens?done=paired"
    assert television.get("/screen/pairing.json").json == {"is_paired": True}
    page = television.get("/screen").text
    assert "积分榜" in page
    assert f'data-slide="leaderboard.{station.label}.' in page


def test_the_cookie_of_a_screen_is_out_of_reach_of_scripts_and_lasts(television):
    cookie = television.post("/screen/pairing").headers["Set-Cookie"]

    assert cookie.startswith("screen_token=")
    for word in ("HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=31536000"):
        assert word in cookie


def test_a_paired_television_keeps_its_cookie(app, station, no_csrf, now):
    answer = pair_screen(app, station, now).get("/screen")

    assert "screen_token=" in answer.headers["Set-Cookie"]


def test_looking_at_a_screen_changes_nothing(television):
    for path in ("/screen", "/screen/pairing.json", "/S/482915"):
        assert "screen_token" not in television.get(path).headers.get("Set-Cookie", "")


def test_a_reloaded_television_shows_the_same_code(television):
    first = read_code(television)

    assert read_code(television) == first


@pytest.mark.parametrize("path", ["/screen/data.json", "/streams/screen"])
def test_a_disconnected_screen_gets_nothing_more(app, station, admin, no_csrf, path):
    screen = pair_screen(app, station, clock.now())
    answer = screen.get(path, headers=JSON, buffered=False)
    answer.close()
    assert answer.status_code == 200

    admin.post(f"/console/screens/{screen.screen.id}/revocation")

    refused = screen.get(path, headers=JSON)
    assert refused.status_code == 401
    assert refused.json == {"code": "screen-not-paired"}
    assert "data-pair" in screen.get("/screen").text


def test_a_screen_shows_the_boards_of_its_branch_and_those_above(app, branch, other_station, now):
    screen = pair_screen(app, branch[1], now)

    for node, status in (
        (branch[0], 200),
        (branch[1], 200),
        (branch[2], 200),
        (other_station, 404),
    ):
        assert screen.get(f"/screen/board/{node.label}").status_code == status
        assert screen.get(f"/screen/board/{node.label}.json").status_code == status
        stream = screen.get(f"/streams/boards/{node.label}", buffered=False)
        stream.close()
        assert stream.status_code == status


def test_staff_look_at_the_boards_of_their_nodes(clerk, stranger, station):
    assert clerk.get(f"/screen/board/{station.label}").status_code == 200
    assert clerk.get(f"/screen/board/{station.label}.json").status_code == 200
    assert stranger.get(f"/screen/board/{station.label}").status_code == 403


@pytest.mark.parametrize(
    "form", ["/screen/board/%s", "/screen/board/%s.json", "/streams/boards/%s"]
)
def test_nobody_else_sees_a_board(app, station, form):
    stranger = app.test_client()
    forged = app.test_client()
    forged.set_cookie("screen_token", "x" * 43)

    for browser in (stranger, forged):
        assert browser.get(form % station.label).status_code == 401


@pytest.fixture
def remembering(monkeypatch):
    """What a process remembers of screens counts for longer than this test takes."""
    monkeypatch.setattr(queries, "KEPT_SECONDS", 60)


def test_a_television_that_is_loaded_just_before_it_is_paired_stays_paired(
    remembering, television, admin, station
):
    code = read_code(television)
    television.get("/screen")
    type_code(admin, code, station)
    television.post("/screen/pairing")

    assert "积分榜" in television.get("/screen").text


def test_a_code_that_is_typed_while_the_television_asks_for_one_is_not_lost(
    app, television, admin, station, monkeypatch
):
    code = read_code(television)
    token = television.get_cookie("screen_token").value
    type_code(admin, code, station)
    # As if it had been asked a moment before.
    monkeypatch.setattr("rewards.web.devices.find_screen", lambda **_details: None)
    television.post("/screen/pairing")

    assert television.get_cookie("screen_token").value == token


def test_a_screen_that_heard_of_its_end_is_not_remembered(
    remembering, app, station, admin, no_csrf
):
    screen = pair_screen(app, station, clock.now())
    assert screen.get("/screen/data.json").status_code == 200
    assert screen.get("/screen/paired").status_code == 204

    admin.post(f"/console/screens/{screen.screen.id}/revocation")

    refused = screen.get("/screen/paired")
    assert (refused.status_code, refused.data) == (401, b"")
    assert refused.headers["Cache-Control"] == "no-store"
    assert "data-pair" in screen.get("/screen").text
    assert screen.get("/screen/data.json").status_code == 401


def test_only_the_page_of_a_television_asks_whether_it_is_paired(app, clerk, station, now):
    screen = pair_screen(app, station, now)

    assert 'data-paired="/screen/paired"' in screen.get("/screen").text
    assert "data-paired" not in clerk.get(f"/screen/preview/{screen.screen.id}").text


def test_a_page_that_is_refused_leads_to_pairing(app, station):
    page = app.test_client().get(f"/screen/board/{station.label}").text

    assert "这块大屏还没有连接" in page
    assert 'href="/screen"' in page


def test_the_symbol_beside_the_code_leads_to_the_form(app, admin):
    answer = app.test_client().get("/S/482915")

    assert answer.location == "/console/screens?code=482915"
    assert 'value="482 915"' in admin.get(answer.location).text
    assert app.test_client().get("/S/nonsense").location == "/console/screens"


def test_the_console_tells_which_screens_were_seen(app, admin, station, no_csrf):
    screen = pair_screen(app, station, clock.now(), name="西门电视")
    before = admin.get("/console/screens").text
    screen.get("/screen/data.json")
    after = admin.get("/console/screens").text

    assert "西门电视" in before
    assert "还没有看到过" in before
    assert "没亮" in before
    assert "还没有看到过" not in after
    assert "亮着" in after


def test_wrong_codes_run_out(admin, station, television):
    answers = [type_code(admin, "000 000", station) for _ in range(10)]
    right = read_code(television)

    assert {answer.status_code for answer in answers} == {404}
    assert "没有大屏在显示这个数字" in answers[0].text
    assert type_code(admin, right, station).status_code == 429


def test_one_address_cannot_make_codes_without_end(app, no_csrf, monkeypatch):
    monkeypatch.setattr(device, "_starts", Misses(misses_max=3, span=device.STARTS_SPAN))

    answers = [app.test_client().post("/screen/pairing") for _ in range(4)]

    assert [answer.status_code for answer in answers] == [303, 303, 303, 429]
    assert '<meta http-equiv="refresh" content="60; url=/screen">' in answers[-1].text


def test_only_administrators_see_the_screens(clerk, stranger, admin, app, station, no_csrf):
    screen = pair_screen(app, station, clock.now(), name="西门电视").screen

    assert clerk.get("/console/screens").status_code == 403
    assert "西门电视" not in stranger.get("/console/screens").text
    for browser in (clerk, stranger):
        refused = browser.post(f"/console/screens/{screen.id}/revocation")
        assert refused.status_code == 403
    assert queries.list_versions([screen.id])


def test_a_screen_of_a_closed_node_can_still_be_disconnected(
    app, make_browser, branch, no_csrf, now
):
    boss = make_browser("wutong", (Role.CENTER_ADMIN, branch[0]))
    screen = pair_screen(app, branch[2], now, name="西门电视")
    network.close_node(actor=SYSTEM, node_id=branch[2].id, now=now)

    page = boss.get("/console/screens").text
    form = re.search(r'action="(/console/screens/[^"]+/revocation)"', page)[1]

    assert "西门电视" in page
    assert "站点已关闭" in page
    assert f'<option value="{branch[2].id}"' not in page
    assert "站点已关闭" in boss.get(f"/console/screens/{screen.screen.id}").text
    assert boss.post(form).location.endswith("done=revoked")
    assert "data-pair" in screen.get("/screen").text


def test_a_form_of_another_site_pairs_nothing(app, admin):
    app.config["WTF_CSRF_ENABLED"] = True

    assert admin.post("/console/screens", data={"code": "1"}).status_code == 400
    assert app.test_client().post("/screen/pairing").status_code == 400

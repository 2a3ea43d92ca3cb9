import re

import pytest

from rewards.access.types import Role
from rewards.core import clock
from rewards.leaderboards.types import Measure, Period, Subject
from rewards.pages.screen import pages
from rewards.pages.screen.kept import Kept
from rewards.screens import queries
from rewards.screens.types import Layout
from tests.factories.people import make_branch
from tests.factories.screens import keep_nothing, pair_screen
from tests.factories.world import build_occasion


@pytest.fixture(autouse=True)
def fresh(app, monkeypatch):
    keep_nothing(monkeypatch)


@pytest.fixture
def screen(app, station, no_csrf):
    return pair_screen(app, station, clock.now(), name="西门电视").screen


def set_slides(browser, screen, form, *, place=None):
    """Send a form of the page as it is now."""
    path = f"/console/screens/{screen.id}/slides" + ("" if place is None else f"/{place}")
    version = queries.get_screen(screen.id).version
    return browser.post(path, data={"version": str(version), **form})


def layouts(screen):
    return [slide.layout.value for slide in queries.get_screen(screen.id).slides]


def test_the_page_tells_what_goes_round(admin, screen):
    page = admin.get(f"/console/screens/{screen.id}").text

    assert "西门电视" in page
    for words in ("居民 · 本月学习榜", "本站今天", "正在签到的那一场", "20秒"):
        assert words in page


def test_a_slide_is_added_with_all_that_was_chosen(admin, screen, branch, station, now):
    occasion = build_occasion(station, now=now)
    board = {
        "layout": "leaderboard",
        "node": str(branch[0].id),
        "seconds": "45",
        "subject": "team",
        "measure": "minutes",
        "span": "year",
    }
    code = {"layout": "check_in", "occasion": str(occasion.id), "node": "", "seconds": ""}
    for form in (board, code):
        answer = set_slides(admin, screen, form)
        assert answer.location.endswith("?done=slides")

    added = queries.get_screen(screen.id).slides[-2:]
    assert (added[0].layout, added[0].subject) == (Layout.LEADERBOARD, Subject.TEAM)
    assert (added[0].measure, added[0].span) == (Measure.MINUTES, Period.YEAR)
    assert (added[0].node_id, added[0].seconds) == (branch[0].id, 45)
    assert (added[1].occasion_id, added[1].seconds) == (occasion.id, 20)
    page = admin.get(f"/console/screens/{screen.id}?done=slides").text
    assert "队伍 · 今年时长榜" in page
    assert "选定的一场" in page
    assert "改好了" in page


@pytest.mark.parametrize("seconds", ["4", "301", "0", "9" * 5000, "二十", "abc", "-20", "²"])
def test_a_slide_that_stays_too_briefly_or_too_long_is_refused(admin, screen, seconds):
    answer = set_slides(admin, screen, {"layout": "station", "seconds": seconds})

    assert answer.status_code == 422
    assert "每页5到300秒" in answer.text
    assert "每次放几秒" in answer.text.partition('role="alert"')[2].partition("</p>")[0]
    assert len(layouts(screen)) == 4


def test_a_slide_of_another_branch_is_refused(admin, screen, now):
    elsewhere = make_branch(now, "别的区")[2]
    answer = set_slides(
        admin, screen, {"layout": "leaderboard", "node": str(elsewhere.id), "seconds": "20"}
    )

    assert answer.status_code == 422
    assert len(layouts(screen)) == 4


@pytest.mark.parametrize(
    ("place", "act", "left"),
    [
        (1, "up", ["station", "leaderboard", "leaderboard", "check_in"]),
        (0, "up", ["leaderboard", "station", "leaderboard", "check_in"]),
        (0, "down", ["station", "leaderboard", "leaderboard", "check_in"]),
        (3, "down", ["leaderboard", "station", "leaderboard", "check_in"]),
        (3, "remove", ["leaderboard", "station", "leaderboard"]),
        (9, "remove", ["leaderboard", "station", "leaderboard", "check_in"]),
    ],
)
def test_slides_are_moved_and_taken_away(admin, screen, place, act, left):
    set_slides(admin, screen, {"act": act}, place=place)

    assert layouts(screen) == left


def test_how_long_a_slide_stays_is_changed_where_it_stands(admin, screen):
    answer = set_slides(admin, screen, {"act": "seconds", "seconds": " 45 "}, place=1)
    refused = set_slides(admin, screen, {"act": "seconds", "seconds": "9" * 5000}, place=2)

    assert answer.location.endswith("?done=slides")
    assert refused.status_code == 422
    assert [each.seconds for each in queries.get_screen(screen.id).slides] == [20, 45, 20, 20]
    assert 'name="seconds" value="45"' in admin.get(f"/console/screens/{screen.id}").text


@pytest.mark.parametrize("act", ["", "delete", "remove "])
def test_an_unknown_act_changes_nothing(admin, screen, act):
    assert set_slides(admin, screen, {"act": act}, place=1).status_code == 400
    assert queries.get_screen(screen.id).version == 1


@pytest.mark.parametrize("old", ["1", "", "x", "9" * 5000])
def test_a_form_of_an_older_page_changes_nothing(admin, screen, old):
    set_slides(admin, screen, {"act": "remove"}, place=0)

    for path, form in (("/0", {"act": "remove"}), ("", {"layout": "station"})):
        answer = admin.post(
            f"/console/screens/{screen.id}/slides{path}", data={**form, "version": old}
        )
        assert answer.status_code == 409
        assert "这块大屏刚被别人改过" in answer.text
        assert 'name="version" value="2"' in answer.text
    assert len(layouts(screen)) == 3


def test_the_last_slide_stays(admin, screen):
    for _ in range(4):
        answer = set_slides(admin, screen, {"act": "remove"}, place=0)

    assert answer.status_code == 422
    assert len(layouts(screen)) == 1


def test_twelve_slides_are_enough(admin, screen):
    for _ in range(9):
        answer = set_slides(admin, screen, {"layout": "station", "seconds": "20"})

    assert answer.status_code == 422
    assert len(layouts(screen)) == 12
    assert "加一页" not in admin.get(f"/console/screens/{screen.id}").text


def test_a_screen_gets_another_name_and_place(make_browser, screen, branch):
    boss = make_browser("wutong", ("center_admin", branch[0]))

    answer = boss.post(
        f"/console/screens/{screen.id}", data={"name": " 北门 电视", "node": str(branch[1].id)}
    )

    assert answer.location.endswith("?done=changed")
    changed = queries.get_screen(screen.id)
    assert (changed.name, changed.node_id) == ("北门 电视", branch[1].id)
    assert boss.post(f"/console/screens/{screen.id}", data={"name": "", "node": str(branch[1].id)})


def test_a_name_that_cannot_be_shown_is_refused(admin, screen, station):
    answer = admin.post(
        f"/console/screens/{screen.id}", data={"name": " ", "node": str(station.id)}
    )

    assert answer.status_code == 422
    assert "填1到40个字" in answer.text


@pytest.mark.parametrize("path", ["", "/slides", "/slides/0"])
def test_strangers_change_nothing(stranger, clerk, screen, station, path):
    for browser in (stranger, clerk):
        answer = browser.post(
            f"/console/screens/{screen.id}{path}",
            data={"act": "remove", "layout": "station", "name": "x", "node": str(station.id)},
        )
        assert answer.status_code == 403
        assert browser.get(f"/console/screens/{screen.id}").status_code == 403

    assert queries.get_screen(screen.id).version == 1


def test_staff_see_what_a_screen_shows_on_their_own_desk(app, clerk, stranger, screen, station):
    for path in (f"/screen/preview/{screen.id}", f"/screen/example/{station.label}"):
        page = clerk.get(path)
        data = clerk.get(f"{path}.json")
        assert page.status_code == data.status_code == 200
        assert re.findall(r'data-slide="(\w+)\.', page.text) == layouts(screen)
        assert stranger.get(path).status_code == 403
        assert stranger.get(f"{path}.json").status_code == 403
        anyone = app.test_client().get(path)
        assert anyone.status_code == 302
        assert "/console/sign-in" in anyone.location


@pytest.mark.parametrize(
    ("role", "is_shown"),
    [
        (Role.AUDITOR, False),
        (Role.CLERK, False),
        (Role.HOST, True),
        (Role.TEAM_LEADER, True),
        (Role.STATION_ADMIN, True),
    ],
)
@pytest.mark.parametrize("form", ["/screen/preview/{screen.id}", "/screen/example/{station.label}"])
def test_a_preview_has_a_check_in_code_for_those_who_may_show_it(
    make_browser, screen, station, now, role, is_shown, form
):
    build_occasion(station, now=now)
    path = form.format(screen=screen, station=station)
    browser = make_browser("wutong", (role, station))

    for _ in range(2):
        (slide,) = (
            each
            for each in browser.get(f"{path}.json").json["slides"]
            if each["layout"] == "check_in"
        )
        page = browser.get(path).text
        assert ("<b>" in slide["parts"]["digits"]) is is_shown
        assert ("<svg" in slide["parts"]["symbol"]) is is_shown
        assert ("每20秒换新码" in page) is is_shown
        assert ("签到码只在现场的大屏上显示" in page) is not is_shown


def test_what_staff_without_the_code_see_is_not_what_a_screen_shows(
    app, clerk, station, now, monkeypatch
):
    monkeypatch.setattr(pages, "_kept", Kept(seconds=60))
    build_occasion(station, now=now)
    television = pair_screen(app, station, now)
    clerk.get(f"/screen/preview/{television.screen.id}")

    assert "每20秒换新码" in television.get("/screen").text


def test_looking_at_a_preview_does_not_count_as_the_screen_being_there(clerk, screen):
    clerk.get(f"/screen/preview/{screen.id}")

    assert queries.get_screen(screen.id).seen_at is None


def test_an_unknown_screen_is_told(admin, station):
    missing = "01900000-0000-7000-8000-000000000000"

    assert admin.get(f"/console/screens/{missing}").status_code == 404
    assert admin.get(f"/screen/preview/{missing}").status_code == 404
    assert admin.get("/screen/example/nothing").status_code == 404

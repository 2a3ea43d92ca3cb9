"""Point rules on the console: in plain words, tried out, and saved once."""

import re
from datetime import timedelta

import pytest

from rewards.access.types import Role, SystemActor
from rewards.checkins import service as checkins
from rewards.core import clock
from rewards.earning import queries
from tests.factories.world import build_occasion

FORM = {
    "base": "8",
    "cap_day": "16",
    "cap_month": "60",
    "enabled": "yes",
    "board": "study",
    "note": "周年活动",
}


@pytest.fixture
def now():
    """The moment of the real clock, which the database keeps rules to."""
    return clock.now().replace(microsecond=0)


@pytest.fixture(autouse=True)
def _fresh_rules(app):
    queries.forget_rule_set()
    yield
    queries.forget_rule_set()


@pytest.fixture
def center(make_browser, branch):
    """The browser of the center's administrator."""
    return make_browser("wutong", (Role.CENTER_ADMIN, branch[0]))


@pytest.fixture
def institute(make_browser, branch):
    return make_browser("gaoyuan", (Role.INSTITUTE_ADMIN, branch[1]))


@pytest.fixture
def attended(station, resident, now):
    """Somebody came to an activity lately."""
    occasion = build_occasion(station, now=now)
    checkins.check_in_by_staff(
        actor=SystemActor(), occasion_id=occasion.id, participant_id=resident.id, now=now
    )


def plain(answer):
    return re.sub(r"\s+", " ", answer.text.replace("\N{NO-BREAK SPACE}", " "))


def hidden(answer):
    """Return what the form to confirm carries."""
    form = re.search(r'action="[^"]+/versions">(.+?)</form>', answer.text, re.DOTALL)[1]
    return dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form))


def count_versions(code="ACT_JOIN"):
    return len(queries.list_versions(code))


def test_every_rule_stands_in_plain_words(admin):
    page = plain(admin.get("/console/rules"))

    assert "每满30分钟得 5 分" in page
    assert "每季度最多 15 分" in page
    assert "每天最多 100 分，每月最多 800 分" in page
    assert page.count("停用") == 2


def test_staff_who_may_not_change_rules_read_them(admin):
    page = plain(admin.get("/console/rules/ACT_JOIN"))

    assert "每次得 5 分，每天最多 10 分，每月最多 60 分" in page
    assert "/change" not in page
    assert admin.get("/console/rules/ACT_JOIN/change").status_code == 403
    assert admin.post("/console/rules/ACT_JOIN/switch", data={"key": "k" * 20}).status_code == 403


def test_a_clerk_has_no_business_with_rules(clerk):
    assert clerk.get("/console/rules").status_code == 403


def test_a_rule_that_does_not_exist(center):
    assert center.get("/console/rules/SHARE_LINK").status_code == 404
    assert center.get("/console/rules/SHARE_LINK/change").status_code == 404


def test_a_change_is_tried_out_before_it_is_saved(center, attended):
    page = center.post("/console/rules/ACT_JOIN/change", data=FORM)

    assert page.status_code == 200
    assert "每次得 8 分，每天最多 16 分，每月最多 60 分" in plain(page)
    assert "5 分" in plain(page)
    assert "1人里，1人会多得" in plain(page)
    assert count_versions() == 1


def test_a_confirmed_change_is_saved_once(center, attended):
    form = hidden(center.post("/console/rules/ACT_JOIN/change", data=FORM))

    answers = [center.post("/console/rules/ACT_JOIN/versions", data=form) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert count_versions() == 2
    page = plain(center.get(answers[0].location))
    assert "新的一版存好了" in page
    assert "周年活动" in page
    assert "wutong" in page


def test_of_two_who_change_at_once_the_second_is_told(center, attended):
    first = hidden(center.post("/console/rules/ACT_JOIN/change", data=FORM))
    second = hidden(center.post("/console/rules/ACT_JOIN/change", data=FORM | {"base": "9"}))
    center.post("/console/rules/ACT_JOIN/versions", data=first)

    answer = center.post("/console/rules/ACT_JOIN/versions", data=second)

    assert answer.status_code == 409
    assert "别人刚刚改过这条规则" in answer.text
    assert count_versions() == 2


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"base": "五"}, "填数字"),
        ({"base": ""}, "每次几分"),
        ({"base": "61"}, "不能这样一起用"),
        ({"cap_day": "61"}, "不能超过更长时间的上限"),
        ({"cap_day": "0"}, "要是 1 或更多"),
        ({"valid_from": "2020-01-01"}, "开始不能早于现在"),
        ({"base": "5", "cap_day": "10"}, "还没有改动"),
    ],
)
def test_what_does_not_fit_is_said_where_it_was_typed(center, changes, words):
    page = center.post("/console/rules/ACT_JOIN/change", data=FORM | changes)
    if page.status_code == 200:
        page = center.post("/console/rules/ACT_JOIN/versions", data=hidden(page))

    assert page.status_code == 422
    assert words in page.text
    assert count_versions() == 1


def test_a_rule_of_tiers_and_a_bonus_have_forms_of_their_own(center):
    quiz = center.post(
        "/console/rules/QUIZ/change",
        data={
            "score_0": "50",
            "points_0": "1",
            "score_1": "100",
            "points_1": "4",
            "score_2": "",
            "points_2": "",
            "cap_month": "40",
            "enabled": "yes",
            "board": "study",
        },
    )
    night = center.post(
        "/console/rules/SVC_NIGHT/change",
        data={
            "factor": "1.25",
            "window": "21:00–06:00",
            "cap_day": "40",
            "enabled": "yes",
            "board": "service",
        },
    )

    assert "达到 50 得 1 分、达到 100 得 4 分" in plain(quiz)
    assert "1.25 倍算，只算21:00–06:00" in plain(night)


def test_the_most_of_all_rules_together_can_be_changed(center):
    page = center.post("/console/rules/GUARD/change", data={"cap_day": "120", "cap_month": "800"})

    assert "每天最多 120 分，每月最多 800 分" in plain(page)


def test_a_rule_is_switched_off_and_on(center):
    for enabled in ("", "yes"):
        key = "k" * 20 + enabled
        form = {"key": key, "enabled": enabled}
        answer = center.post("/console/rules/FILM_JOIN/switch", data=form)
        assert answer.status_code == 303

    assert [each.definition.get("enabled") for each in queries.list_versions("FILM_JOIN")] == [
        None,
        False,
        True,
    ]


def test_an_institute_changes_what_differs_in_its_branch(institute, branch, attended):
    station = branch[2]
    at = "/console/rules/ACT_JOIN"
    assert institute.get(f"{at}/change").status_code == 403
    page = institute.post(f"{at}/change", data=FORM | {"node": str(station.id)})
    assert institute.post(f"{at}/versions", data=hidden(page)).status_code == 303

    (_general, here) = queries.list_versions("ACT_JOIN")
    assert (here.node_path, dict(here.definition)) == (station.path, {"base": 8, "cap_day": 16})
    assert station.name in institute.get(at).text

    ended = institute.post(f"{at}/end", data={"key": "k" * 20, "node": str(station.id)})

    assert ended.status_code == 303
    assert "现在和别处一样了" in institute.get(ended.location).text
    assert institute.post(f"{at}/end", data={"key": "l" * 20, "node": "x"}).status_code == 404


def test_residents_read_how_points_are_earned(client):
    page = plain(client.get("/rules"))

    assert "每人每天最多 100 分，每月最多 800 分" in page
    assert "空间打卡" in page
    assert "学习强国月度档" not in page


def test_what_was_planned_gives_way_to_switching_the_rule_off(center, attended, now):
    day = (now + timedelta(days=30)).date().isoformat()
    check = center.post("/console/rules/ACT_JOIN/change", data=FORM | {"valid_from": day})
    center.post("/console/rules/ACT_JOIN/versions", data=hidden(check))
    center.post("/console/rules/ACT_JOIN/switch", data={"key": "k" * 20, "enabled": ""})

    page = plain(center.get("/console/rules/ACT_JOIN"))
    assert "作废，没有用过" in page
    assert "还没开始" not in page
    planned_for = now + timedelta(days=40)
    assert not queries.read_rule_set(planned_for).rules["ACT_JOIN"].enabled


def test_a_node_that_a_change_does_not_fit_is_named(center, institute, station, attended):
    here = institute.post(
        f"/console/rules/ACT_JOIN/change?node={station.id}", data=FORM | {"cap_day": "50"}
    )
    institute.post(f"/console/rules/ACT_JOIN/versions?node={station.id}", data=hidden(here))

    refused = center.post("/console/rules/ACT_JOIN/change", data=FORM | {"cap_month": "40"})

    assert refused.status_code == 422
    assert f"（和{station.name}另定的对不上）" in plain(refused)

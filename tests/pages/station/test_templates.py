"""What was held before is planned again: copied, or by a template."""

import re

import pytest

from rewards.activities import queries as activities
from rewards.activities.types import OccasionKind
from tests.factories.world import build_occasion


@pytest.fixture
def lesson(station, now):
    return build_occasion(
        station,
        title="智能手机课",
        kind=OccasionKind.SERVICE_SHIFT,
        rule_code="LECTURE_GIVE",
        capacity=20,
        place="交流活动区",
        now=now,
    )


def keep(browser, lesson):
    return browser.post(f"/console/occasions/{lesson.id}/template", data={"name": "手机课"})


def test_an_occasion_is_held_again_without_typing_it_again(admin, lesson):
    page = admin.get(f"/console/occasions/new?copy={lesson.id}").text

    assert 'value="智能手机课"' in page
    assert 'value="lecture" checked' in page
    assert 'value="20"' in page


def test_a_template_is_kept_used_and_removed(admin, station, lesson):
    kept = keep(admin, lesson)
    (template,) = activities.list_templates(node_path=station.path)

    listed = admin.get(kept.location).text
    page = admin.get(f"/console/occasions/new?template={template.id}").text
    removed = admin.post("/console/templates/removed", data={"template": str(template.id)})

    assert "存好了" in listed
    assert "手机课" in listed
    assert 'value="交流活动区"' in page
    assert template.details.rule_code == "LECTURE_GIVE"
    assert "还没有模板" in admin.get(removed.location).text
    assert admin.get(f"/console/occasions/new?template={template.id}").status_code == 404


def test_a_template_is_offered_below_its_node_and_nowhere_else(
    admin, stranger, clerk, branch, station, lesson, now
):
    keep(admin, lesson)
    above = build_occasion(branch[0], title="志愿者日", now=now)

    assert keep(clerk, lesson).status_code == 403
    assert keep(stranger, lesson).status_code == 403
    assert "手机课" not in stranger.get("/console/occasions/new").text
    assert "手机课" in admin.get("/console/occasions/new").text
    assert activities.list_templates(node_path=branch[0].path) == ()
    assert admin.get(f"/console/occasions/new?copy={above.id}").status_code == 403


def test_a_template_that_is_kept_twice_by_a_double_click_is_kept_once(admin, station, lesson):
    page = admin.get(f"/console/occasions/{lesson.id}").text
    (key,) = re.findall(rf'{lesson.id}/template">.*?name="key" value="([^"]+)"', page, re.DOTALL)

    for _ in range(2):
        answer = admin.post(
            f"/console/occasions/{lesson.id}/template", data={"name": "手机课", "key": key}
        )
        assert answer.status_code == 303

    assert len(activities.list_templates(node_path=station.path)) == 1

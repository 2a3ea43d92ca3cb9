"""What was held before is planned again: copied, or by a template."""

import re
from datetime import timedelta
from uuid import UUID

import pytest

from rewards.activities import queries as activities
from rewards.activities.types import OccasionKind
from rewards.core import clock
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


def read_form(page):
    """Return what the form of a page would send, untouched."""
    sent = {}
    for tag in re.findall(r"<input([^>]*)>", page):
        said = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if said.get("type") not in {"radio", "checkbox"} or " checked" in tag:
            sent.setdefault(said.get("name"), said.get("value"))
    return sent


def test_what_a_template_keeps_is_planned_again(admin, station, now):
    now = now.replace(second=0)
    # At ten in the evening.
    start = now.replace(hour=14, minute=0) + timedelta(days=2)
    patrol = build_occasion(
        station,
        title="平安夜巡",
        kind=OccasionKind.SERVICE_SHIFT,
        starts_in=(start - now) // timedelta(minutes=1),
        minutes=240,
        opens_at=start - timedelta(minutes=50),
        closes_at=start + timedelta(minutes=45),
        takes_sign_ups=True,
        sign_up_closes_at=start - timedelta(hours=26),
        now=now,
    )
    keep(admin, patrol)
    (template,) = activities.list_templates(node_path=station.path)
    day = clock.local_date(start, clock.zone()) + timedelta(days=3)

    form = read_form(admin.get(f"/console/occasions/new?template={template.id}").text)
    answer = admin.post("/console/occasions/new", data={**form, "day": str(day)})

    assert answer.status_code == 303, answer.text
    again = activities.get_occasion(UUID(answer.location.rpartition("/")[2]))
    moments = ("starts_at", "ends_at", "opens_at", "closes_at", "sign_up_closes_at")
    assert {getattr(again, name) - getattr(patrol, name) for name in moments} == {timedelta(days=3)}


def test_a_template_of_another_station_is_not_to_be_had(admin, stranger, other_station, now):
    keep(stranger, build_occasion(other_station, title="别处的课", now=now))
    (template,) = activities.list_templates(node_path=other_station.path)

    answer = admin.get(f"/console/occasions/new?template={template.id}")

    assert answer.status_code == 404
    assert "别处的课" not in answer.text

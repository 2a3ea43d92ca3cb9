"""At the desk: certificates, guardians and ages are recorded, and occasions ask for them."""

import pytest

from rewards.access.types import Role
from rewards.activities import queries as activities
from rewards.participants import queries as participants
from rewards.participants.types import Training
from tests.factories.people import make_participant
from tests.factories.world import build_occasion


def at(person, more=""):
    return f"/console/residents/{person.id}{more}"


@pytest.fixture
def child(station, now):
    return make_participant(station, now, name="陈一一", birth_year=now.year - 13)


def test_a_certificate_is_registered_and_ended(admin, resident, now):
    until = now.date().replace(year=now.year + 1).isoformat()
    done = admin.post(
        at(resident, "/qualifications"),
        data={"code": "first_aid", "until": until},
        follow_redirects=True,
    )
    [line] = participants.list_qualifications(resident.id)
    ended = admin.post(at(resident, f"/qualifications/{line.id}/end"), follow_redirects=True)

    assert "登记好了" in done.text
    assert "急救" in done.text
    assert (line.code, line.valid_until.isoformat()) == (Training.FIRST_AID, until)
    assert "还没有登记。" in ended.text


@pytest.mark.parametrize(
    "form", [{"code": "wizardry"}, {"code": "legal", "until": "2001-01-01"}, {"until": "soon"}]
)
def test_what_cannot_be_registered_is_told_in_one_sentence(admin, resident, form):
    answer = admin.post(at(resident, "/qualifications"), data=form)

    assert answer.status_code == 422
    assert "资格填得不对。从列表里选；有效期要到今天以后" in answer.text
    assert participants.list_qualifications(resident.id) == ()


def test_a_guardians_consent_is_recorded_and_their_name_masked(admin, child):
    before = admin.get(at(child)).text
    agreed = admin.post(at(child, "/guardian"), data={"guardian": "陈海平"}, follow_redirects=True)
    withdrawn = admin.post(at(child, "/guardian/withdrawal"), follow_redirects=True)

    assert "还没有监护人同意" in before
    assert "陈*平" in agreed.text
    assert "陈海平" not in agreed.text
    assert "还没有监护人同意" in withdrawn.text


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        ("1956", 303),
        ("\uff11\uff19\uff15\uff16", 303),
        ("19", 422),
        ("1800", 422),
        ("1" * 5000, 422),
    ],
)
def test_a_year_of_birth_is_entered_by_one_field(admin, resident, typed, status):
    answer = admin.post(at(resident, "/birth-year"), data={"birth_year": typed})

    assert answer.status_code == status
    assert participants.get_identity(resident.id).birth_year == (1956 if status == 303 else None)


def test_a_clerk_sees_the_register_and_enters_nothing(clerk, child):
    assert "资格和培训" in clerk.get(at(child)).text
    assert "监护人" not in clerk.get(at(child)).text
    for more in ("/qualifications", "/guardian", "/guardian/withdrawal", "/birth-year"):
        assert clerk.post(at(child, more)).status_code == 403


def plan(browser, station, **more):
    form = {
        "title": "义诊",
        "what": "professional",
        "node": str(station.id),
        "day": "2030-01-05",
        "from": "09:00",
        "to": "11:00",
        "age_min": "18",
        "age_max": "",
        "qualification": "medical",
        "training": "",
    }
    return browser.post("/console/occasions/new", data=form | more)


def test_an_occasion_is_planned_with_what_it_asks_for(admin, station):
    answer = plan(admin, station)

    assert answer.status_code == 303, answer.text
    [occasion] = activities.page_occasions(node_path=station.path).items
    assert (occasion.age_min, occasion.age_max) == (18, None)
    assert (occasion.qualification, occasion.training) == ("medical", "")
    form = admin.get(f"/console/occasions/{occasion.id}/edit").text
    assert 'value="18"' in form
    assert '<option value="medical" selected>' in form


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"age_min": "many"}, "填岁数，不限就空着"),
        ({"age_max": "17"}, "最大岁数不能比最小的小"),
    ],
)
def test_what_nobody_could_meet_is_told_at_its_field(admin, station, wrong, told):
    answer = plan(admin, station, **wrong)

    assert answer.status_code == 422
    assert told in answer.text
    assert activities.page_occasions(node_path=station.path).items == ()


def test_staff_read_at_the_door_what_to_do_next(make_browser, station, resident, now):
    host = make_browser("wuyue", (Role.HOST, station))
    occasion = build_occasion(station, now=now, qualification="medical", age_min=18)
    who = {"participant": str(resident.id)}

    refused = host.post(f"/console/occasions/{occasion.id}/check-ins", data=who)

    assert refused.status_code == 403
    assert "还没有登记出生年份" in refused.text
    assert "这一场要年满18岁" in refused.text
    assert "在居民页面补上出生年份，再签到" in refused.text

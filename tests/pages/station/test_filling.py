import re
from datetime import timedelta

import pytest

from rewards.access.types import Role
from rewards.activities.types import OccasionKind
from rewards.checkins import queries as checkins
from rewards.checkins import service
from rewards.checkins.types import BackFillState, ReviewState
from rewards.core import clock
from rewards.ledger import queries as ledger
from rewards.ledger.types import Asset
from rewards.pages.console import filling
from tests.factories.people import SYSTEM
from tests.factories.world import build_occasion

DAY = timedelta(days=1)
NEW = "/console/hours/back-fills/new"
FORM = {
    "key": "k" * 20,
    "title": "防汛值守",
    "from": "08:00",
    "to": "11:00",
    "evidence": "站长在场，签字表第3页第12行",
}


@pytest.fixture
def leader(make_browser, station):
    return make_browser("lideqiang", (Role.TEAM_LEADER, station))


@pytest.fixture
def institute(make_browser, branch):
    return make_browser("fanghua", (Role.INSTITUTE_ADMIN, branch[1]))


@pytest.fixture
def form(resident, now):
    yesterday = clock.local_date(now - DAY, clock.zone())
    return {**FORM, "who": str(resident.id), "day": yesterday.isoformat()}


def requested(station):
    return checkins.list_requested(node_path=station.path, limit=9)


def minutes(person):
    return ledger.get_balance(person.id, asset=Asset.SERVICE_MINUTES).balance


def test_hours_are_asked_for_by_one_and_approved_by_another(leader, admin, station, resident, form):
    found = leader.post("/console/hours/back-fills/who", data={"q": resident.number}).text
    asked = leader.post(NEW, data=form, follow_redirects=True).text
    page = admin.get("/console/hours").text
    address = f"/console/hours/back-fills/{requested(station)[0].id}/approval"
    approved = admin.post(address, follow_redirects=True).text
    again = admin.post(address, follow_redirects=True).text

    assert f"{NEW}?who={resident.id}" in found
    assert "等另一位管理员批准" in asked
    assert "防汛值守" in page
    assert "lideqiang申请" in page
    assert "批准了" in approved
    assert "批准了" in again
    assert (minutes(resident), ledger.get_balance(resident.id).balance) == (180, 0)


def test_the_form_sent_twice_asks_once(leader, station, form):
    for _ in range(2):
        assert leader.post(NEW, data=form).status_code == 303

    assert len(requested(station)) == 1


def test_whoever_asked_is_told_to_find_another(admin, station, form):
    admin.post(NEW, data=form)

    refused = admin.post(f"/console/hours/back-fills/{requested(station)[0].id}/approval")

    assert refused.status_code == 403
    assert "自己申请的不能自己批准" in refused.text
    assert "请另一位管理员批准" in admin.get("/console/hours").text


def test_refusing_takes_a_reason(leader, admin, station, form):
    leader.post(NEW, data=form)
    asked = requested(station)[0]
    address = f"/console/hours/back-fills/{asked.id}/refusal"

    assert "还没有写明原因" in admin.post(address).text
    admin.post(address, data={"reason": "签字表上没有"})

    assert checkins.get_back_fill(asked.id).state is BackFillState.REFUSED


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"evidence": "在场"}, "还没有写明凭什么补录"),
        ({"title": ""}, "补录的时间或内容不对"),
        ({"from": "8点"}, "补录的时间或内容不对"),
        ({"day": "2020-01-01"}, "不能再补录"),
        ({"day": "9999-12-31", "from": "22:00", "to": "01:00"}, "补录的时间或内容不对"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(leader, station, form, change, words):
    answer = leader.post(NEW, data={**form, **change})

    assert answer.status_code in (410, 422)
    assert words in answer.text
    assert f'value="{change.get("evidence", form["evidence"])}"' in answer.text
    assert requested(station) == ()


def test_a_shift_of_the_week_can_be_chosen(leader, station, now, form):
    shift = build_occasion(station, kind=OccasionKind.SERVICE_SHIFT, title="热线", now=now - DAY)
    start, end = (each.astimezone(clock.zone()) for each in (shift.starts_at, shift.ends_at))

    assert "热线" in leader.get(f"{NEW}?who={form['who']}").text
    times = {
        "day": start.date().isoformat(),
        "from": start.time().isoformat(),
        "to": end.time().isoformat(),
    }
    leader.post(NEW, data={**form, "occasion": str(shift.id), **times})

    assert [each.title for each in requested(station)] == ["热线"]


def test_the_institute_reviews_a_long_day(leader, admin, institute, station, resident, now):
    shift = build_occasion(
        station, kind=OccasionKind.SERVICE_SHIFT, title="防汛", now=now - DAY, minutes=540
    )
    whom = {"actor": SYSTEM, "occasion_id": shift.id, "participant_id": resident.id}
    service.check_in_by_staff(now=shift.starts_at, **whom)
    receipt = service.check_out_by_staff(now=shift.ends_at, **whom)
    address = f"/console/hours/reviews/{receipt.check_in_id}/approval"

    assert "要街道所审核" in admin.get("/console/hours").text
    assert admin.post(address).status_code == 403
    assert institute.post(address).status_code == 303
    assert checkins.list_reviews([receipt.check_in_id])[0].state is ReviewState.APPROVED
    assert minutes(resident) == 540


def test_only_who_may_gets_there(clerk, stranger, leader, station, resident, form):
    leader.post(NEW, data=form)
    address = f"/console/hours/back-fills/{requested(station)[0].id}/approval"

    assert clerk.get(NEW).status_code == 403
    assert clerk.post(NEW, data=form).status_code == 403
    assert stranger.get(f"{NEW}?who={resident.id}").status_code == 404
    for browser in (clerk, leader, stranger):
        assert browser.post(address).status_code == 403
    assert minutes(resident) == 0


def test_the_approver_sees_that_the_hours_were_declined(leader, admin, station, resident, now):
    shift = build_occasion(station, kind=OccasionKind.SERVICE_SHIFT, now=now - DAY)
    came = service.check_in_by_staff(
        actor=SYSTEM,
        occasion_id=shift.id,
        participant_id=resident.id,
        now=shift.starts_at,
    )
    service.decline_hours(
        actor=SYSTEM, check_in_id=came.check_in_id, reason="中途走了，没有服务", now=now
    )
    service.request_back_fill(
        actor=SYSTEM,
        participant_id=resident.id,
        occasion_id=shift.id,
        started_at=shift.starts_at,
        ended_at=shift.ends_at,
        evidence=FORM["evidence"],
        now=now,
    )

    page = admin.get("/console/hours").text

    assert "负责人没有确认过：中途走了，没有服务" in page


def test_what_waits_is_turned_page_by_page(admin, station, resident, now, monkeypatch):
    monkeypatch.setattr(filling, "SHOWN_MAX", 1)
    for number in range(2):
        start = now - DAY + number * timedelta(hours=1)
        service.request_back_fill(
            actor=SYSTEM,
            participant_id=resident.id,
            node_id=station.id,
            title=f"值守{number}",
            started_at=start,
            ended_at=start + timedelta(hours=1),
            evidence=FORM["evidence"],
            now=now,
        )

    first = admin.get("/console/hours").text
    following = re.search(r'href="(/console/hours\?asked=[^"#]+)', first)[1]
    second = admin.get(following).text

    assert ("值守0" in first, "值守1" in first) == (True, False)
    assert ("值守0" in second, "值守1" in second) == (False, True)
    assert "?asked=" not in second

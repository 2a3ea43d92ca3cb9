"""Uploads by the script of a gate, and the page on which refused ones are settled."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from rewards.access.models import AuditRecordRow
from rewards.access.types import Role
from rewards.activities import service as planning
from rewards.checkins import queries as checkins
from rewards.core import clock
from rewards.core.db import db
from rewards.gates import queries, rules
from rewards.gates.types import ScanState
from rewards.identity import service as identity
from rewards.identity.queries import find_staff
from rewards.pages.console import frame
from tests.factories.gates import build_scan
from tests.factories.people import SYSTEM, make_branch, make_participant
from tests.factories.world import build_occasion

LIST = "/console/gates/settle"


@pytest.fixture
def occasion(station, now):
    return build_occasion(station, now=now - timedelta(minutes=10), capacity=1)


@pytest.fixture
def host(make_browser, station):
    return make_browser("lideqiang", (Role.HOST, station))


@pytest.fixture
def device(host, occasion):
    answer = host.post("/console/gates/devices", json={"occasion": str(occasion.id)})
    assert answer.status_code == 200
    return answer.json


def row(device, raw, *, sequence=1, at=0, gate=""):
    scan = build_scan(raw, sequence=sequence, at=at, gate=gate)
    signature = rules.sign(scan, device=device["device"], key=bytes.fromhex(device["key"]))
    return {
        "sequence": sequence,
        "least": at * 1000,
        "most": at * 1000,
        "direction": "in",
        "gate": gate,
        "raw": raw,
        "signature": signature,
    }


def send(browser, device, *rows):
    body = {"device": device["device"], "least": 1000, "most": 1000, "scans": list(rows)}
    return browser.post("/console/gates/uploads", json=body)


def waiting(station):
    return queries.list_waiting(station.path, limit=10)


@pytest.fixture
def refused(host, device, station):
    """A scan that came in, and one that found the occasion full."""
    send(host, device, row(device, make_number(station)), row(device, "87654321", sequence=2))
    scan = waiting(station)[-1]
    assert [each.reason for each in waiting(station)] == ["participant-not-found"]
    return scan


def make_number(station):
    return make_participant(station, clock.now(), name="孙立").number


def test_what_a_page_says_by_itself_keeps_nobody_signed_in(host, device, now, monkeypatch):
    word = {"device": device["device"], "open": True}
    script = {"Accept": "application/json"}
    statuses = []
    for minutes in (15, 29, 31, 45):
        later = now + timedelta(minutes=minutes)
        monkeypatch.setattr(clock, "now", lambda later=later: later)
        statuses.append(host.post("/console/gates/heard", json=word, headers=script).status_code)
        statuses.append(host.get("/console/gates/state", headers=script).status_code)
    assert statuses == [200] * 4 + [401] * 4


def test_a_code_goes_on_for_who_was_left_alone_and_nothing_else(host, occasion, now, monkeypatch):
    code, page = (f"/console/occasions/{occasion.id}{more}" for more in ("/code", ""))
    answers = []
    for minutes in (20, 40, 60):
        later = now + timedelta(minutes=minutes)
        monkeypatch.setattr(clock, "now", lambda later=later: later)
        answers.append(host.get(code))

    assert [each.status_code for each in answers] == [200] * 3
    assert "digits" in answers[-1].json
    assert host.get(page).location.startswith("/console/sign-in")
    # It ends with the sign-in all the same.
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(hours=13))
    assert host.get(code).status_code in {302, 303}


def test_an_upload_answers_each_scan(host, device, resident, station, occasion):
    other = make_participant(station, occasion.starts_at, name="李桂芳")
    rows = [row(device, resident.number), row(device, other.number, sequence=2)]

    first = send(host, device, *rows).json
    again = send(host, device, *rows).json

    assert first == again
    assert [each["state"] for each in first["outcomes"]] == ["done", "refused"]
    assert first["outcomes"][1]["title"] == "名额满了"
    assert (first["people"], first["to_settle"]) == (1, 1)


def test_the_list_of_the_occasion_says_what_was_kept_without_a_network(
    host, device, resident, occasion
):
    address = f"/console/occasions/{occasion.id}"
    before = host.get(address).text
    send(host, device, row(device, resident.number))

    assert "断网时记下" not in before
    assert "断网时记下" in host.get(address).text


def test_a_scan_that_cannot_be_read_holds_up_no_other(host, device, resident, occasion):
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in resident.number)
    rows = [
        row(device, "x" * 257),
        row(device, f"\u3000{wide}", sequence=2, gate="东门\u3000一\u200d号"),
        row(device, "1", sequence=3) | {"raw": "1\ud83d"},
    ]

    answer = send(host, device, *rows).json

    assert [(each["state"], each["title"]) for each in answer["outcomes"]] == [
        ("refused", "没读出来"),
        ("done", ""),
        ("refused", "没读出来"),
    ]
    # Nobody can settle what cannot be read: it stands with the scans that were refused.
    assert (answer["people"], answer["to_settle"]) == (1, 0)
    assert "没读出来" in host.get("/console/refused").text
    (line,) = checkins.list_attendance(occasion.id)
    assert line.gate == "东门 一号"


def test_nonsense_is_no_upload(host, device):
    body = {"device": device["device"], "least": 0, "most": 0, "scans": [{"raw": "1"}]}

    assert host.post("/console/gates/uploads", json=body).status_code == 400
    assert host.post("/console/gates/devices", json=[]).status_code == 400
    assert host.post("/console/gates/heard", json={"device": "x", "open": 1}).status_code == 400


def test_who_works_elsewhere_is_told_of_the_occasion(host, device, station, now):
    """What waits is counted where the occasion is, not where the tablet happens to look."""
    elsewhere = make_branch(now)[2]
    staff = find_staff("lideqiang")
    identity.grant_role(
        actor=SYSTEM, staff_id=staff.id, role=Role.HOST, node_id=elsewhere.id, now=now
    )
    host.post("/console/place", data={"node": str(elsewhere.id)})

    assert send(host, device, row(device, "87654321")).json["to_settle"] == 1


def test_scans_that_never_came_are_told(host, device, resident, occasion):
    send(host, device, row(device, resident.number, sequence=3))

    page = host.get(LIST).text

    assert f"“{occasion.title}”少了2条" in page


def test_who_did_not_load_the_page_is_told(admin, device):
    answer = send(admin, device, row(device, "87654321"))

    assert answer.status_code == 403
    assert answer.json["code"] == "gate-of-another"
    assert answer.json["next_step"] == "您先退出；请那位同事在这台平板上登录，打开签到台"


def test_a_page_is_told_that_the_network_is_back(host, device):
    state = host.get("/console/gates/state").json

    assert state["keeper"] == device["keeper"]
    assert state["csrf"]


def test_a_page_says_that_nothing_waits_on_it_and_no_other_does_so_for_it(host, clerk, device):
    word = {"device": device["device"], "open": False}

    assert host.post("/console/gates/heard", json=word).status_code == 200
    assert clerk.post("/console/gates/heard", json=word).status_code == 403


def test_strangers_get_no_key(stranger, occasion):
    answer = stranger.post("/console/gates/devices", json={"occasion": str(occasion.id)})

    assert answer.status_code == 403
    assert "key" not in answer.json


def test_the_list_says_what_waits_and_why(host, refused):
    page = host.get(LIST).text

    assert "没有这个卡号" in page
    assert "卡号尾号 4321" in page
    assert "lideqiang扫的" in page
    assert "1条离线扫码没登上" in host.get("/console").text


def test_nothing_to_settle_says_so(host, station):
    assert "没有要处理的离线扫码" in host.get(LIST).text


def test_somebody_else_is_found_and_checked_in(host, refused, resident):
    address = f"/console/gates/scans/{refused.id}"
    found = host.post(address, data={"q": resident.number}).text
    full = host.post(f"{address}/check-in", data={"participant": str(resident.id)})

    assert "是这位" in found
    assert full.status_code == 409
    assert "名额满了" in full.text


def test_a_retry_that_fails_says_why_and_keeps_the_line(host, refused):
    answer = host.post(f"/console/gates/scans/{refused.id}/retry")

    assert answer.status_code == 404
    assert "卡号尾号 4321" in answer.text


def test_a_retry_that_succeeds_takes_the_line_away(host, device, resident, station, occasion, now):
    first = make_participant(station, now, name="李桂芳")
    send(host, device, row(device, first.number), row(device, resident.number, sequence=2))
    assert [(e.reason, e.sequence) for e in waiting(station)] == [("occasion-full", 2)]
    (scan,) = waiting(station)
    planning.update_occasion(
        actor=SYSTEM, occasion_id=occasion.id, changes={"capacity": 2}, now=now
    )

    page = host.post(f"/console/gates/scans/{scan.id}/retry", follow_redirects=True).text

    assert "签到了，按当时扫码的时间算" in page
    assert "没有要处理的离线扫码" in page
    assert checkins.find_receipt(occasion_id=occasion.id, participant_id=resident.id)


@pytest.fixture
def elsewhere(make_browser, station, other_station):
    """The browser of a host of two stations, who works at the other one just now."""
    browser = make_browser("hejing", (Role.HOST, station), (Role.HOST, other_station))
    with browser.session_transaction() as session:
        session[frame.POST_KEY] = other_station.id.hex
    return browser


def test_people_are_looked_for_where_the_occasion_is(
    elsewhere, refused, occasion, resident, station
):
    scan = f"/console/gates/scans/{refused.id}"
    at_gate = elsewhere.post(f"/console/occasions/{occasion.id}/scans", json={"raw": "王建"})
    listed = elsewhere.get(LIST).text
    found = elsewhere.post(scan, data={"q": "王建"}).text

    assert [each["id"] for each in at_gate.json["choices"]] == [str(resident.id)]
    assert "卡号尾号 4321" in listed
    assert str(resident.id) in found
    searched = sa.select(AuditRecordRow.node_id).where(
        AuditRecordRow.action == "participants.searched"
    )
    assert set(db.session.scalars(searched)) == {station.id}


def test_a_second_click_is_led_where_the_first_was(host, refused, resident, occasion, station, now):
    planning.update_occasion(
        actor=SYSTEM, occasion_id=occasion.id, changes={"capacity": 9}, now=now
    )
    address = f"/console/gates/scans/{refused.id}/check-in"
    other = make_participant(station, now, name="李桂芳")
    answers = [host.post(address, data={"participant": str(resident.id)}) for _each in range(2)]
    told, later = host.get(LIST).text, host.get(LIST).text
    somebody_else = host.post(address, data={"participant": str(other.id)})

    assert [(each.status_code, each.location) for each in answers] == [(303, LIST)] * 2
    assert ("王*英签到了" in told, "王*英" in later) == (True, False)
    assert somebody_else.status_code == 409
    assert len(checkins.list_attendance(occasion.id)) == 2


def test_no_address_makes_the_list_name_anybody(host, other_station, now):
    stranger = make_participant(other_station, now, name="贺兰雪")

    assert "贺*雪" not in host.get(f"{LIST}?done=in&who={stranger.id}").text


def test_dropping_needs_a_reason(host, refused, station):
    address = f"/console/gates/scans/{refused.id}/drop"
    without = host.post(address, data={"reason": " "})
    dropped = host.post(address, data={"reason": "卡印坏了"}, follow_redirects=True)

    assert without.status_code == 422
    assert "还没有写作废的原因" in without.text
    assert "作废了" in dropped.text
    assert queries.get_scan(refused.id).state is ScanState.DROPPED


def test_strangers_see_and_settle_nothing(stranger, refused):
    address = f"/console/gates/scans/{refused.id}"

    assert "4321" not in stranger.get(LIST).text
    assert stranger.get(address).status_code == 403
    assert stranger.post(f"{address}/drop", data={"reason": "不要了"}).status_code == 403


def test_the_worker_is_a_script_of_the_console_alone(host, client):
    answer = host.get("/console/sw.js")

    assert answer.mimetype == "text/javascript"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert client.get("/console/sw.js").status_code == 302


def test_without_a_network_goods_are_not_handed_out(host):
    assert "物品不能离线交付" in host.get("/console/offline").text

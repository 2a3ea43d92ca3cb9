"""The gate of an occasion: what each scan is answered, by the script's call and without script."""

import hashlib
import re
from datetime import timedelta
from pathlib import Path

import pytest

from rewards.access.types import Role
from rewards.activities.types import OccasionKind
from rewards.checkins import queries as checkins
from rewards.checkins import service
from rewards.checkins.types import CheckInChannel
from rewards.core import clock
from rewards.core.db import db
from rewards.identity import service as identity
from rewards.identity.queries import find_staff
from rewards.ledger import queries as ledger
from rewards.pages import assets
from rewards.pages.console import gate
from rewards.participants.types import CardEnd
from tests.factories.people import SYSTEM, make_participant
from tests.factories.redemptions import credit, reserve_for
from tests.factories.world import act_as, build_occasion

KEYS = {
    "verdict", "title", "detail", "next_step", "steps", "who", "points", "time", "people", "undo",
    "choices",
}  # fmt: skip


@pytest.fixture
def occasion(station, now):
    return build_occasion(station, now=now)


@pytest.fixture
def shift(station, now):
    """A service shift that began 40 minutes ago."""
    return build_occasion(
        station, kind=OccasionKind.SERVICE_SHIFT, title="热线值班", now=now, starts_in=-40
    )


@pytest.fixture
def scan(admin, occasion):
    """Return a function that sends a scan as the script of the page does."""

    def send(raw="", *, at=occasion, browser=admin, **values):
        answer = browser.post(f"/console/occasions/{at.id}/scans", json={"raw": raw, **values})
        assert answer.status_code == 200, answer.text
        assert set(answer.json) == KEYS
        return answer.json

    return send


def code_of(person):
    return checkins.get_member_code(person, now=clock.now())


def attendance(occasion):
    db.session.rollback()
    return checkins.list_attendance(occasion.id)


def test_a_member_code_checks_its_owner_in(scan, occasion, resident):
    answer = scan(f"HTTP://STATION.EXAMPLE/C/{code_of(resident)}", gate="东门")

    assert (answer["verdict"], answer["who"]) == ("done", "王*英")
    assert answer["title"] == "王*英 签到了"
    assert answer["detail"] == "+5\xa0分"
    assert (answer["points"], answer["people"]) == (5, 1)
    (line,) = attendance(occasion)
    assert line.channel is CheckInChannel.MEMBER_CODE
    assert ledger.get_balance(resident.id).balance == 5


def test_several_gates_let_one_person_in_once(scan, make_browser, station, occasion, resident):
    west = make_browser("hejing", (Role.CLERK, station))
    first = scan(code_of(resident), gate="东门")
    second = scan(code_of(resident), gate="西门", browser=west)
    third = scan(resident.number, gate="西门", browser=west)

    assert [each["verdict"] for each in (first, second, third)] == ["done", "already", "already"]
    assert second["title"] == "王*英 已经签到了"
    assert "东门签到" in second["detail"]
    assert "+5\xa0分" in second["detail"]
    assert second["people"] == third["people"] == 1
    assert ledger.get_balance(resident.id).balance == 5


def test_the_same_scan_sent_again_gets_the_same_answer(scan, occasion, resident):
    code = code_of(resident)

    first = scan(code, key="a" * 32)
    again = scan(code, key="a" * 32)
    another = scan(code, key="b" * 32)

    assert again == first
    assert another["verdict"] == "already"
    assert len(attendance(occasion)) == 1


def test_a_card_number_is_on_the_word_of_staff(scan, occasion, resident):
    answer = scan(f"{resident.number[:4]} {resident.number[4:]}")

    assert answer["verdict"] == "done"
    (line,) = attendance(occasion)
    assert line.channel is CheckInChannel.STAFF


def test_a_printed_card_checks_in_until_it_is_revoked(scan, occasion, resident, now):
    card = identity.issue_card(actor=SYSTEM, participant_id=resident.id, now=now)
    code = f"HTTPS://STATION.EXAMPLE/C/{checkins.get_card_code(card)}"

    assert scan(code)["verdict"] == "done"
    (line,) = attendance(occasion)
    assert line.channel is CheckInChannel.CARD

    identity.revoke_card(
        actor=SYSTEM, participant_id=resident.id, card_id=card.id, reason=CardEnd.LOST, now=now
    )
    answer = scan(code, direction="out")
    refused(answer)
    assert answer["steps"]
    assert scan(resident.number)["verdict"] == "already"


def test_a_name_asks_who_is_meant_and_a_tap_checks_in(scan, occasion, resident, station, now):
    make_participant(station, now, name="王建国")

    asked = scan("王建")
    assert {each["name"] for each in asked["choices"]} == {"王*英", "王*国"}
    assert attendance(occasion) == ()
    assert checkins.list_refused(occasion_ids=[occasion.id], since=now) == ()

    chosen = next(each for each in asked["choices"] if each["name"] == "王*英")
    assert chosen["is_present"] is False
    done = scan(participant=chosen["id"])
    assert (done["verdict"], done["who"]) == ("done", "王*英")
    assert next(each for each in scan("王建")["choices"] if each["id"] == chosen["id"])[
        "is_present"
    ]


def test_whoever_has_neither_card_nor_phone_is_found_and_tapped(scan, occasion, resident):
    for text in ("王建", "wjy", "WangJian", "1234", "138 0351 1234"):
        (chosen,) = scan(text)["choices"]
        assert chosen["name"] == "王*英"
        assert chosen["about"].startswith("尾号1234")
    assert attendance(occasion) == ()


def refused(answer):
    assert answer["verdict"] == "refused"
    assert answer["title"]
    assert answer["next_step"]
    assert answer["steps"]
    return answer["title"]


def test_every_scan_that_is_no_resident_says_what_it_is(scan, occasion, resident, towel, now):
    display = checkins.get_display_code(occasion, now=clock.now()).token
    assert "活动的码" in refused(scan(f"HTTPS://STATION.EXAMPLE/C/{display}"))
    assert "不是我们的码" in refused(scan("https://pay.example/x?y=1"))
    assert "不是我们的码" in refused(scan("HTTPS://STATION.EXAMPLE/C/" + code_of(resident)[:20]))
    assert "不是居民的码" in refused(scan(code_of(resident)[:-4] + "AAAA"))
    assert "没有找到" in refused(scan("10000019"))
    assert "没有找到" in refused(scan("13899990000"))
    assert "没有找到" in refused(scan("123456"))
    assert "没有找到“不存在”" in refused(scan("不存在"))
    assert "还没有扫" in refused(scan(""))
    refused(scan("王"))
    refused(scan("wj"))
    assert attendance(occasion) == ()


def test_a_symbol_with_a_name_in_it_finds_nobody(scan, occasion, resident):
    for source in ("camera", "photo"):
        answer = scan("王建英", source=source)
        assert "不是我们的码" in refused(answer)
        assert answer["choices"] == []
    assert scan("王建英", source="keys")["choices"]


def test_a_pick_up_code_is_sent_to_the_desk(scan, resident, station, towel, now):
    credit(act_as(resident), station, 100, now)
    taken = reserve_for(resident, towel, clock.now())

    answer = scan(taken.code)

    assert "取货码" in refused(answer)
    assert "兑换台" in answer["next_step"]


def test_a_refused_code_is_kept_for_the_list_of_staff(scan, occasion, resident, now):
    old = checkins.get_member_code(resident, now=now - timedelta(hours=1))

    assert refused(scan(old)) == "码过期了"
    refused(scan("HTTPS://OTHER.EXAMPLE/"))

    stored = checkins.list_refused(occasion_ids=[occasion.id], since=now)
    assert {each.reason for each in stored} == {"code-expired", "invalid-code"}


def test_a_bad_scan_never_keeps_the_next_one_out(scan, occasion, resident):
    for raw in (
        "赵\ud83d钱",
        "x" * 5000,
        "\x00\x1b[31m",
        "🙂" * 40,
        "' OR 1=1 --",
        "../../etc",
        "王" * 300,
    ):
        refused(scan(raw))
        refused(scan(raw, gate=raw, direction=raw, participant=raw, key=raw))
    assert scan(code_of(resident), gate="门" * 500, key="é")["verdict"] == "done"


def test_a_code_that_was_typed_behind_something_else_is_read(scan, resident):
    assert scan(f"12HTTP://STATION.EXAMPLE/C/{code_of(resident)}")["verdict"] == "done"


def test_nobody_scans_themselves_in(make_browser, station, occasion, resident, now, scan):
    browser = make_browser("lihua", (Role.CLERK, station))
    identity.link_participant(
        actor=SYSTEM,
        staff_id=find_staff("lihua").id,
        participant_id=resident.id,
        now=now,
    )

    assert "不能给自己签到" in refused(scan(code_of(resident), browser=browser))


def test_leaving_by_a_scan_counts_the_minutes(scan, shift, resident, now):
    came = service.check_in_by_staff(
        actor=SYSTEM,
        occasion_id=shift.id,
        participant_id=resident.id,
        now=now - timedelta(minutes=35),
    )
    assert came.is_new

    early = scan(code_of(resident), at=shift)
    left = scan(code_of(resident), at=shift, direction="out")
    again = scan(code_of(resident), at=shift, direction="out")

    assert (early["verdict"], early["detail"].endswith("签退后算积分")) == ("already", True)
    assert (left["verdict"], left["title"]) == ("done", "王*英 签退了")
    assert "服务" in left["detail"]
    assert again["verdict"] == "already"


def test_leaving_without_having_come_says_what_to_do(scan, shift, resident):
    answer = scan(code_of(resident), at=shift, direction="out")

    assert refused(answer) == "还没有签到，不能签退"


def test_before_and_after_its_time_the_gate_says_when(scan, admin, station, resident, now):
    early = build_occasion(station, now=now, starts_in=300)
    late = build_occasion(station, now=now, starts_in=-500, minutes=60)

    page = admin.get(f"/console/occasions/{early.id}/gate").text
    assert "开始签到</h2>" in page
    assert "可以扫了" not in page
    assert refused(scan(code_of(resident), at=early)) == "还没到签到时间"
    assert refused(scan(code_of(resident), at=late)) == "签到已经结束"


def test_a_full_house_says_so_and_the_next_is_answered(scan, station, resident, now):
    small = build_occasion(station, now=now, capacity=1)
    other = make_participant(station, now, name="李强")

    assert scan(code_of(other), at=small)["verdict"] == "done"
    assert refused(scan(code_of(resident), at=small)) == "名额满了"
    assert scan(code_of(other), at=small)["verdict"] == "already"


def test_the_page_works_without_script(admin, occasion, resident):
    place = f"/console/occasions/{occasion.id}/gate"

    page = admin.get(place, query_string={"gate": "东门"})
    assert page.status_code == 200
    assert "可以扫了" in page.text
    assert 'value="东门"' in page.text

    done = admin.post(place, data={"raw": code_of(resident), "gate": "东门", "direction": "in"})
    assert "王*英 签到了" in done.text
    assert "verdict--ok" in done.text
    again = admin.post(place, data={"raw": resident.number})
    assert "verdict--again" in again.text
    wrong = admin.post(place, data={"raw": "HTTPS://OTHER.EXAMPLE/"})
    assert "verdict--no" in wrong.text
    assert code_of(resident) not in done.text


def test_without_script_a_name_is_chosen_from_a_list(admin, occasion, resident):
    place = f"/console/occasions/{occasion.id}/gate"

    asked = admin.post(place, data={"raw": "王建"}).text
    (chosen,) = re.findall(r'name="participant" value="([0-9a-f-]{36})"', asked)
    done = admin.post(place, data={"participant": chosen}).text

    assert "是这位" in asked
    assert "王*英 签到了" in done
    assert "王建英" not in asked + done


def test_where_heads_are_counted_there_is_no_gate(admin, station, now):
    nameless = build_occasion(station, now=now, counts_heads=True)

    answer = admin.get(f"/console/occasions/{nameless.id}/gate")

    assert answer.location == f"/console/occasions/{nameless.id}"


def test_only_staff_of_the_branch_stand_at_the_gate(stranger, client, occasion, resident):
    place = f"/console/occasions/{occasion.id}"

    assert stranger.get(f"{place}/gate").status_code == 403
    assert stranger.post(f"{place}/gate", data={"raw": resident.number}).status_code == 403
    as_json = {"Accept": "application/json"}
    body = {"raw": resident.number}
    assert stranger.post(f"{place}/scans", json=body, headers=as_json).status_code == 403
    assert client.post(f"{place}/scans", json=body, headers=as_json).status_code == 401
    assert attendance(occasion) == ()


def test_another_site_cannot_scan(app, admin, occasion, resident):
    app.config["WTF_CSRF_ENABLED"] = True
    place = f"/console/occasions/{occasion.id}"
    token = re.search(r'data-csrf="([^"]+)"', admin.get(f"{place}/gate").text)[1]
    body = {"raw": resident.number}

    assert admin.post(f"{place}/scans", json=body).status_code == 400
    answer = admin.post(f"{place}/scans", json=body, headers={"X-CSRFToken": token})

    assert answer.json["verdict"] == "done"


def test_what_is_no_scan_is_a_bad_request(admin, occasion):
    for body in ([], "x", 7, {"raw": 7}, {"raw": "x", "gate": {}}):
        answer = admin.post(
            f"/console/occasions/{occasion.id}/scans",
            json=body,
            headers={"Accept": "application/json"},
        )
        assert answer.status_code == 400, body


def test_only_the_gate_may_use_the_camera_and_run_compiled_code(admin, occasion):
    page = admin.get(f"/console/occasions/{occasion.id}/gate")
    other = admin.get(f"/console/occasions/{occasion.id}")

    assert "script-src 'self' 'wasm-unsafe-eval';" in page.headers["Content-Security-Policy"]
    assert "camera=(self)" in page.headers["Permissions-Policy"]
    assert "wasm" not in other.headers["Content-Security-Policy"]
    assert "camera=()" in other.headers["Permissions-Policy"]


def test_the_reader_of_codes_is_our_own_copy_and_whole(client):
    folder = Path(assets.STATIC) / "zxing"
    named = re.search(r"ZXING_WASM_SHA256=`(\w{64})`", (folder / "reader.js").read_text())[1]

    answer = client.get(assets.asset_address("zxing/reader.wasm"))
    fetched = hashlib.sha256(answer.data).hexdigest()

    answer.close()
    assert answer.mimetype == "application/wasm"
    assert fetched == named
    assert "immutable" in answer.headers["Cache-Control"]


def test_the_page_is_made_of_what_it_says(admin, occasion):
    page = admin.get(f"/console/occasions/{occasion.id}/gate").text

    named = set(re.findall(r'(?:href|src|reader|wasm)="(/static/[^"]+)"', page))

    # A browser that keeps these has all that the page asks for.
    assert named
    assert named <= {assets.asset_address(name) for name in gate.ASSETS}


def test_open_occasions_lead_to_their_gate(admin, clerk, occasion):
    assert f"/console/occasions/{occasion.id}/gate" in admin.get("/console").text
    assert (
        f"/console/occasions/{occasion.id}/gate"
        in clerk.get(f"/console/occasions/{occasion.id}").text
    )

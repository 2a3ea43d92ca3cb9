import html
import json
import re
from datetime import timedelta
from uuid import UUID

import pytest

from rewards.access.types import Role
from rewards.activities import queries as activities
from rewards.activities import service as planning
from rewards.activities.types import OccasionKind, OccasionStatus
from rewards.checkins import queries as checkins
from rewards.checkins import rules as codes
from rewards.checkins import service as checkins_service
from rewards.checkins.errors import WrongDigitsError
from rewards.core import clock
from rewards.ledger import queries as ledger
from rewards.stock import service as stock
from rewards.stock.types import ZoneKind
from tests.factories.people import SYSTEM, make_participant
from tests.factories.world import act_as, build_occasion


@pytest.fixture
def occasion(station, now):
    """An activity to which one can check in now."""
    return build_occasion(station, now=now, place="服务站门前广场", capacity=40)


@pytest.fixture
def shift(station, now):
    """A service shift that began a while ago."""
    return build_occasion(
        station,
        kind=OccasionKind.SERVICE_SHIFT,
        title="热线值班",
        now=now,
        starts_in=-20,
    )


def at(occasion, more=""):
    return f"/console/occasions/{occasion.id}{more}"


def test_today_shows_what_happens_and_what_needs_somebody(
    admin, station, occasion, resident, towel, now
):
    checkins_service.check_in_by_staff(
        actor=SYSTEM, occasion_id=occasion.id, participant_id=resident.id, now=now
    )
    with pytest.raises(WrongDigitsError):
        checkins_service.check_in_by_digits(
            actor=act_as(make_participant(station, now)),
            occasion_id=occasion.id,
            digits="abc",
            now=now,
        )

    page = admin.get("/console").text

    assert "环境清洁日" in page
    assert "正在签到" in page
    assert "1人已到，名额40人" in page
    assert "1人扫码没签上" in page
    assert "打开兑换台" in page


def test_a_day_without_anything_says_so(admin, station):
    page = admin.get("/console").text

    assert "今天没有活动" in page
    assert "都处理好了" in page


def test_the_rail_leads_only_where_one_may_go(make_browser, station):
    leader = make_browser("lideqiang", (Role.TEAM_LEADER, station))

    page = leader.get("/console").text
    refused = leader.get("/console/occasions/new")

    assert "/console/desk" not in page
    assert "/console/residents" not in page
    assert refused.status_code == 403
    assert "活动主持" in refused.text


def test_the_page_shows_a_code_that_checks_in(admin, occasion, resident, now):
    page = admin.get(at(occasion)).text
    answer = admin.get(at(occasion, "/code"), headers={"Accept": "application/json"})

    digits = re.search(r"data-digits>(\d{3}) (\d{3})<", page)
    assert 'class="qr"' in page
    codes.check_digits("".join(digits.groups()), key=occasion.code_key, now=clock.now())
    assert set(answer.json) == {"svg", "digits", "left", "period", "people", "is_over"}
    assert 0 < answer.json["left"] <= answer.json["period"]


def test_staff_of_another_station_see_nothing_of_it(stranger, occasion, resident):
    for page in ("", "/code", "/edit", "/cancel"):
        assert stranger.get(at(occasion, page)).status_code == 403
    posted = stranger.post(at(occasion, "/check-ins"), data={"participant": str(resident.id)})

    assert posted.status_code == 403
    assert checkins.count_attendance([occasion.id])[occasion.id] == 0


def test_a_clerk_checks_in_but_shows_no_code(clerk, occasion):
    page = clerk.get(at(occasion))

    assert page.status_code == 200
    assert "data-digits" not in page.text
    assert "帮居民签到" in page.text
    assert clerk.get(at(occasion, "/code")).status_code == 403


@pytest.mark.parametrize("text", ["王建", "13803511234", "1234", "+86 138 0351 1234", "NUMBER"])
def test_a_resident_is_found_by_what_they_have(admin, occasion, resident, text):
    text = resident.number if text == "NUMBER" else text

    page = admin.post(at(occasion), data={"q": text}).text

    assert "王*英" in page
    assert "王建英" not in page.replace('value="王建英"', "")
    assert "13803511234" not in page.replace('value="13803511234"', "")


def test_the_code_of_a_resident_finds_them(admin, occasion, resident):
    token = checkins.get_member_code(resident, now=clock.now())

    page = admin.post(at(occasion), data={"q": f"HTTPS://X.CN/C/{token}"}).text

    assert "王*英" in page
    assert token not in page


def test_too_little_to_look_for_says_how_much_more(admin, occasion, resident):
    page = admin.post(at(occasion), data={"q": "王"})

    assert page.status_code == 200
    assert "填得太少，找不准" in page.text
    assert "填2个汉字以上，或3个拼音字母以上" in page.text


@pytest.mark.parametrize("text", ["1", "99999999", "没有这个人", "A" * 37, "x" * 5000])
def test_who_is_not_found_is_no_dead_end(admin, occasion, resident, text):
    page = admin.post(at(occasion), data={"q": text})

    assert page.status_code == 200
    assert "没有找到" in page.text


def test_checking_in_twice_gives_points_once(admin, occasion, resident):
    first = admin.post(at(occasion, "/check-ins"), data={"participant": str(resident.id)})
    second = admin.post(at(occasion, "/check-ins"), data={"participant": str(resident.id)})

    assert "签到了，+5" in admin.get(first.location).text
    assert "已经签到，不用再登记" in admin.get(second.location).text
    assert ledger.get_balance(resident.id).balance == 5
    assert "工作人员登记" in admin.get(at(occasion)).text


def test_checking_out_counts_the_minutes_once(admin, shift, resident, now):
    checkins_service.check_in_by_staff(
        actor=SYSTEM,
        occasion_id=shift.id,
        participant_id=resident.id,
        now=now - timedelta(minutes=15),
    )

    first = admin.post(at(shift, "/check-outs"), data={"participant": str(resident.id)})
    second = admin.post(at(shift, "/check-outs"), data={"participant": str(resident.id)})

    assert "签退了，15分钟" in admin.get(first.location).text
    assert "已经签退" in admin.get(second.location).text


def test_nobody_checks_in_when_it_is_over(admin, station, resident, now):
    past = build_occasion(station, now=now, starts_in=-300, minutes=60)

    answer = admin.post(at(past, "/check-ins"), data={"participant": str(resident.id)})

    assert answer.status_code == 410
    assert "签到已经结束" in answer.text
    assert checkins.count_attendance([past.id])[past.id] == 0


@pytest.mark.parametrize("participant", ["", "nothing", "01900000-0000-7000-8000-000000000000"])
def test_a_participant_that_is_none_is_answered(admin, occasion, participant):
    answer = admin.post(at(occasion, "/check-ins"), data={"participant": participant})

    assert answer.status_code == 404


def test_refused_scans_are_told_in_words(admin, occasion, resident, now):
    with pytest.raises(WrongDigitsError):
        checkins_service.check_in_by_digits(
            actor=act_as(resident), occasion_id=occasion.id, digits="000", now=now
        )

    page = admin.get(at(occasion), query_string={"list": "refused"}).text

    assert "6位数字不对" in page
    assert "帮忙登记" in page


def test_the_list_is_turned_by_pages(admin, station, occasion, now):
    for number in range(21):
        person = make_participant(station, now, name=f"李{number}")
        checkins_service.check_in_by_staff(
            actor=SYSTEM, occasion_id=occasion.id, participant_id=person.id, now=now
        )

    first, last = (admin.get(at(occasion, f"?page={page}")).text for page in (1, 999))

    assert "第1页，共2页" in first
    assert "第2页，共2页" in last
    assert first.count('<th scope="row"') == 20
    assert last.count('<th scope="row"') == 1


def plan(browser, station, **changes):
    form = {
        "title": "邻里读书会",
        "what": "study",
        "node": str(station.id),
        "day": (clock.now() + timedelta(days=1)).date().isoformat(),
        "from": "14:30",
        "to": "16:00",
        "place": "线下空间",
        "capacity": "24",
        "key": "once",
    }
    return browser.post("/console/occasions/new", data={**form, **changes})


def test_an_occasion_is_planned_once_however_often_the_form_is_sent(admin, station):
    first = plan(admin, station)
    second = plan(admin, station)

    assert first.status_code == 303, first.text
    assert first.location == second.location
    page = admin.get(first.location).text
    assert "邻里读书会" in page
    assert "14:30–16:00" in page


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"title": " "}, "填名称"),
        ({"title": "长" * 61}, "填名称"),
        ({"what": "party"}, "请选一类"),
        ({"day": "soon"}, "请选日期"),
        ({"from": "25:00"}, "请填开始时间"),
        ({"to": "14:00"}, "结束要在开始之后"),
        ({"sign_up": "yes", "sign_up_until": "0001-01-01T00:00"}, "请选日期和时间"),
        ({"capacity": "-1"}, "填人数"),
        ({"capacity": "many"}, "填人数"),
        ({"node": "here"}, "请选站点"),
    ],
)
def test_what_is_wrong_with_a_plan_stands_at_its_field(admin, station, changes, said):
    answer = plan(admin, station, **changes)

    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="线下空间"' in answer.text


def test_where_heads_are_counted_nothing_is_asked_that_takes_names(admin, station):
    address = plan(admin, station, what="heads", capacity="").location

    page = admin.get(f"{address}/edit").text

    assert 'name="place"' in page
    for name in ("capacity", "sign_up", "age_min"):
        assert f'name="{name}"' not in page


def test_nobody_plans_at_another_station(admin, other_station, station):
    assert plan(admin, other_station).status_code == 403


def test_an_occasion_is_changed_and_cancelled(admin, station):
    address = plan(admin, station).location
    form = dict(
        re.findall(r'name="(\w+)"[^>]*? value="([^"]*)"', admin.get(f"{address}/edit").text)
    )

    changed = admin.post(f"{address}/edit", data={**form, "title": "读书分享会"})
    asked = admin.get(f"{address}/cancel")
    cancelled = admin.post(f"{address}/cancel")

    assert changed.status_code == 303, changed.text
    assert "不能恢复" in asked.text
    assert cancelled.status_code == 303
    page = admin.get(address).text
    assert "读书分享会" in page
    assert "已取消" in page
    assert "data-digits" not in page


def test_a_form_that_stood_open_changes_what_was_changed_in_it_alone(admin, station, now):
    occasion = build_occasion(station, now=now, starts_in=24 * 60, capacity=5)
    form = open_form(admin, at(occasion, "/edit"))
    later = occasion.starts_at + timedelta(hours=1)
    planning.update_occasion(
        actor=SYSTEM,
        occasion_id=occasion.id,
        changes={"starts_at": later, "ends_at": later + timedelta(hours=1), "capacity": 9},
        now=now,
    )

    changed = admin.post(at(occasion, "/edit"), data={**form, "title": "读书分享会"})

    assert changed.status_code == 303, changed.text
    after = activities.get_occasion(occasion.id)
    assert (after.title, after.starts_at, after.capacity) == ("读书分享会", later, 9)


def open_form(browser, address):
    """Return what a form sends that is opened, with what is ticked in it."""
    fields = {}
    for tag in re.findall(r"<input[^>]+>", browser.get(address).text):
        name, value = (re.search(rf'{each}="([^"]*)"', tag) for each in ("name", "value"))
        if name and (" checked" in tag or not re.search("checkbox|radio", tag)):
            fields[name[1]] = html.unescape(value[1]) if value else "on"
    return fields


def test_a_cancelled_occasion_stays_as_it_was(admin, station, now):
    occasion = build_occasion(station, now=now, starts_in=24 * 60)
    form = open_form(admin, at(occasion, "/edit"))
    cancelled = [admin.post(at(occasion, "/cancel")).status_code for _ in range(2)]
    before = activities.get_occasion(occasion.id)

    changed = admin.post(at(occasion, "/edit"), data={**form, "title": "读书分享会"})

    assert cancelled == [303, 303]
    assert changed.status_code == 410
    assert activities.get_occasion(occasion.id) == before
    # Calendars and those who had signed up are told once.
    assert before.revision == 1


def test_an_occasion_to_which_somebody_came_is_kept(admin, occasion, resident, now):
    checkins_service.check_in_by_staff(
        actor=SYSTEM, occasion_id=occasion.id, participant_id=resident.id, now=now
    )

    asked = admin.get(at(occasion, "/cancel"))
    refused = admin.post(at(occasion, "/cancel"))

    assert "这一场不能取消" in asked.text
    assert (refused.status_code, "这一场不能取消" in refused.text) == (409, True)
    assert activities.get_occasion(occasion.id).status is OccasionStatus.SCHEDULED


def test_times_are_fixed_once_check_in_is_open(admin, occasion):
    form = {"title": "x", "day": "2030-01-01", "from": "10:00", "to": "11:00"}

    answer = admin.post(at(occasion, "/edit"), data=form)

    assert answer.status_code == 409
    assert activities.get_occasion(occasion.id).title == "环境清洁日"
    assert activities.get_occasion(occasion.id).status is OccasionStatus.SCHEDULED


def test_days_are_turned(admin, station, now):
    build_occasion(station, now=now, starts_in=24 * 60, title="明天的活动")
    day = clock.local_date(now + timedelta(days=1), clock.zone())

    assert "明天的活动" not in admin.get("/console/occasions").text
    assert "明天的活动" in admin.get(f"/console/occasions?day={day}").text
    assert admin.get("/console/occasions?day=nonsense").status_code == 200


def test_the_script_of_the_code_is_sent_away_as_json(client, occasion):
    answer = client.get(at(occasion, "/code"), headers={"Accept": "application/json"})

    assert answer.status_code == 401
    assert json.loads(answer.text) == {"code": "not-signed-in"}


def test_a_lecture_counts_heads_and_no_names(admin, station, now):
    lecture = build_occasion(station, title="理论宣讲", counts_heads=True, now=now)

    before = admin.get(at(lecture)).text
    wrong = admin.post(at(lecture, "/heads"), data={"heads": "很多"})
    admin.post(at(lecture, "/heads"), data={"heads": "96"})

    assert "只点人数" in before
    assert "帮居民签到" not in before
    assert (wrong.status_code, "填人数，只要数字" in wrong.text) == (422, True)
    assert activities.get_occasion(lecture.id).head_count == 96
    assert "点到96人" in admin.get("/console/occasions").text


def test_an_administrator_flags_a_failure(admin, shift):
    page = admin.post(
        at(shift, "/failure"), data={"note": "下午网络断了"}, follow_redirects=True
    ).text

    assert "系统故障：下午网络断了" in page


def test_what_ends_after_midnight_is_planned_and_changed(admin, station):
    night = {"from": "22:00", "to": "02:00", "overnight": "yes"}
    address = plan(admin, station, **night).location
    page = admin.get(f"{address}/edit").text
    form = dict(re.findall(r'<input[^>]*? name="(\w+)"[^>]*? value="([^"]*)"', page))

    changed = admin.post(f"{address}/edit", data={**form, "title": "平安夜巡"})

    occasion = activities.get_occasion(UUID(address.rpartition("/")[2]))
    assert re.search(r'name="overnight" value="yes" checked', page)
    assert changed.status_code == 303, changed.text
    assert (occasion.title, occasion.ends_at - occasion.starts_at) == (
        "平安夜巡",
        timedelta(hours=4),
    )


def test_midnight_ends_a_day(admin, station):
    address = plan(admin, station, **{"from": "20:00", "to": "00:00"}).location

    assert "20:00–24:00" in admin.get(address).text


def test_a_zone_of_another_station_is_not_taken(admin, station, other_station, now):
    for node in (station, other_station):
        space = stock.create_space(actor=SYSTEM, node_id=node.id, name="空间", now=now)
        space = stock.add_zone(
            actor=SYSTEM, space_id=space.id, kind=ZoneKind.READING, name="阅读区", now=now
        )

    answer = plan(admin, station, zone=str(space.zones[0].id))

    assert answer.status_code == 422
    assert "请从列表里选区域" in answer.text


@pytest.mark.parametrize(
    ("day", "again"), [("0001-01-01", "once"), ("9999-12-31", "weekly"), ("2020-01-01", "once")]
)
def test_a_day_of_another_age_is_refused_at_its_field(admin, station, day, again):
    answer = plan(admin, station, day=day, again=again, weekday="TU")
    listed = admin.get(f"/console/occasions?day={day}")
    asked = admin.get(f"/console/occasions/new?day={day}")

    assert answer.status_code == 422
    assert "日期太早或太远了" in answer.text
    assert (listed.status_code, asked.status_code) == (200, 200)

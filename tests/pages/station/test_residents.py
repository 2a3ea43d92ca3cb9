import re

import pytest

from rewards.access.types import Role
from rewards.checkins import service as checkins
from rewards.checkins.errors import WrongDigitsError
from rewards.identity import queries
from rewards.identity import service as identity
from rewards.participants import queries as participants
from rewards.participants.types import BoardDisplay
from tests.factories.people import SYSTEM, make_participant
from tests.factories.world import act_as, build_occasion


def at(person, more=""):
    return f"/console/residents/{person.id}{more}"


def test_residents_are_searched_not_listed(admin, resident):
    empty = admin.get("/console/residents").text
    found = admin.post("/console/residents", data={"q": "王建"})
    by_address = admin.get("/console/residents?q=王建").text

    assert "王*英" not in empty
    assert (found.status_code, found.location) == (303, at(resident))
    assert str(resident.id) not in by_address


def test_a_resident_of_another_station_is_found_only_by_who_may_see_them(
    admin, make_browser, branch, other_station, resident, now
):
    stranger = make_participant(other_station, now, name="刘洋", phone="13900001111")

    page = admin.post("/console/residents", data={"q": "13900001111"}).text

    assert str(stranger.id) not in page
    assert admin.get(at(stranger)).status_code == 403


def test_the_page_tells_what_somebody_has_and_why(admin, resident, station, now):
    occasion = build_occasion(station, now=now)
    checkins.check_in_by_staff(
        actor=SYSTEM, occasion_id=occasion.id, participant_id=resident.id, now=now
    )

    page = admin.get(at(resident)).text

    assert "环境清洁日" in page
    assert "5<small>分</small>" in page
    assert "王建英" not in page
    assert "138****1234" in page
    assert "13803511234" not in page


def test_a_code_is_shown_once_and_signs_in(admin, client, resident, now):
    answer = admin.post(at(resident, "/sign-in-code"))

    code = "".join(re.search(r'code__digits">(\d{3}) (\d{3})<', answer.text).groups())
    signed_in = identity.sign_in_participant(phone="13803511234", code=code, now=now)
    assert answer.headers["Cache-Control"] == "no-store"
    assert signed_in.participant_id == resident.id
    assert code[:3] + " " + code[3:] not in admin.get(at(resident)).text


def test_who_has_no_phone_gets_no_code(admin, station, now):
    person = make_participant(station, now, name="张秀兰")

    answer = admin.post(at(person, "/sign-in-code"))

    assert answer.status_code == 409
    assert "code__digits" not in answer.text


def test_a_clerk_sees_but_changes_nothing(clerk, resident):
    assert clerk.get(at(resident)).status_code == 200
    assert "给一个登录码" not in clerk.get(at(resident)).text
    assert clerk.post(at(resident, "/sign-in-code")).status_code == 403
    assert clerk.post(at(resident, "/display"), data={"display": "masked"}).status_code == 403
    assert clerk.get("/console/residents/new").status_code == 403


def test_the_choice_for_boards_is_recorded(admin, resident):
    answer = admin.post(at(resident, "/display"), data={"display": "masked"})
    without = admin.post(at(resident, "/display"), data={"display": "nickname", "nickname": " "})

    assert answer.status_code == 303
    assert without.status_code == 422
    assert participants.get_participant(resident.id).board_display is BoardDisplay.MASKED


def test_a_text_in_the_field_of_the_nickname_keeps_nobody_from_being_hidden(admin, resident):
    admin.post(at(resident, "/display"), data={"display": "nickname", "nickname": "晨跑的人"})

    refused = admin.post(
        at(resident, "/display"), data={"display": "nickname", "nickname": "13803511234"}
    )
    unchosen = admin.post(at(resident, "/display"), data={"nickname": ""})
    before = participants.get_participant(resident.id)
    hidden = admin.post(
        at(resident, "/display"), data={"display": "hidden", "nickname": "13803511234"}
    )

    after = participants.get_participant(resident.id)
    assert (refused.status_code, unchosen.status_code, hidden.status_code) == (422, 422, 303)
    assert 'value="nickname" checked' in refused.text
    assert "先选在榜上怎么显示" in unchosen.text
    assert before.board_display is BoardDisplay.NICKNAME
    assert (after.board_display, after.nickname) == (BoardDisplay.HIDDEN, "晨跑的人")


def register(browser, station, **changes):
    form = {
        "name": "张秀兰",
        "phone": "139 0351 0000",
        "birth_year": "1956",
        "node": str(station.id),
        "display": "masked",
        "agreed": "yes",
    }
    return browser.post("/console/residents/new", data={**form, **changes})


def test_a_resident_is_registered_with_what_they_agreed_to(admin, station):
    answer = register(admin, station)

    assert answer.status_code == 303
    page = admin.get(answer.location).text
    assert "登记好了" in page
    person = participants.find_by_phone("+8613903510000")
    assert person.board_display is BoardDisplay.MASKED
    kinds = {consent.kind.value for consent in participants.list_consents(person.id)}
    assert kinds == {"service", "public_board"}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": " "}, "请填姓名"),
        ({"phone": "123"}, "手机号"),
        ({"birth_year": "56"}, "填4位出生年份"),
        ({"birth_year": "2999"}, "填4位出生年份"),
        ({"birth_year": "1" * 5000}, "填4位出生年份"),
        ({"node": ""}, "请选居民在哪个站"),
        ({"agreed": ""}, "居民同意后才能登记"),
        ({"display": "nickname"}, "昵称"),
        ({"phone": "13803511234"}, "已经登记过"),
    ],
)
def test_what_is_wrong_stands_at_its_field(admin, station, resident, changes, said):
    answer = register(admin, station, **changes)

    assert answer.status_code in (409, 422)
    assert said in answer.text
    assert "field__error" in answer.text


def test_nobody_is_registered_at_another_station(admin, other_station):
    assert register(admin, other_station).status_code == 403


def test_refused_scans_of_the_branch_are_listed(admin, stranger, station, resident, now):
    occasion = build_occasion(station, now=now)
    with pytest.raises(WrongDigitsError):
        checkins.check_in_by_digits(
            actor=act_as(resident), occasion_id=occasion.id, digits="1", now=now
        )

    waiting = admin.get("/console/refused?s=open").text
    checkins.check_in_by_staff(
        actor=SYSTEM, occasion_id=occasion.id, participant_id=resident.id, now=now
    )
    settled = admin.get("/console/refused").text

    assert "6位数字不对" in waiting
    assert "帮忙登记" in waiting
    assert "已签到" in settled
    assert "没处理 0" in settled
    assert "6位数字不对" not in stranger.get("/console/refused").text


def test_an_auditor_helps_nobody(make_browser, station):
    assert (
        make_browser("liuqing", (Role.AUDITOR, station)).get("/console/refused").status_code == 403
    )


def test_who_is_also_staff_is_kept_and_by_others_only(make_browser, branch, station, resident):
    center = make_browser("linfang", (Role.CENTER_ADMIN, branch[0]))
    make_browser("zhengtao", (Role.STATION_ADMIN, station))
    link = at(resident, "/staff-link")

    wrong = center.post(link, data={"staff": "nobody"})
    done = center.post(link, data={"staff": "zhengtao"})

    assert (wrong.status_code, done.status_code) == (404, 303)
    assert "没有找到这位工作人员" in wrong.text
    assert "账号 zhengtao 是本人的" in center.get(done.location).text
    assert center.post(link, data={"staff": "linfang"}).status_code == 403
    assert center.post(link).status_code == 303
    assert "是本人的</p>" not in center.get(at(resident)).text


def test_a_station_does_not_say_who_is_staff(admin, resident):
    assert "也是工作人员" not in admin.get(at(resident)).text
    assert admin.post(at(resident, "/staff-link"), data={"staff": "zhengtao"}).status_code == 403


def test_a_nickname_that_does_not_belong_on_a_board_is_taken_off(admin, clerk, resident, now):
    identity.set_board_display(
        actor=SYSTEM,
        participant_id=resident.id,
        display=BoardDisplay.NICKNAME,
        nickname="刘洋的邻居",
        now=now,
    )
    address = f"/console/residents/{resident.id}"
    found = admin.post("/console/residents", data={"q": "刘洋的邻居"}).location

    refused = admin.post(f"{address}/nickname-removal", data={"reason": " "})
    denied = clerk.post(f"{address}/nickname-removal", data={"reason": "不合适"})
    removed = admin.post(
        f"{address}/nickname-removal", data={"reason": "里面有别人的名字"}, follow_redirects=True
    )

    assert str(resident.id) in found
    assert (refused.status_code, denied.status_code) == (422, 403)
    assert "撤下昵称要写原因" in refused.text
    assert "昵称撤下了" in removed.text
    assert "撤下昵称" not in removed.text
    shown = participants.get_participant(resident.id)
    assert (shown.nickname, shown.board_display) == ("", BoardDisplay.HIDDEN)


def test_staff_take_a_link_to_wechat_off_an_account(admin, clerk, resident, now):
    place = f"/console/residents/{resident.id}"
    without = admin.get(place).text
    identity.link_wechat(actor=act_as(resident), openid_lookup="o" * 64, now=now)

    refused = clerk.post(f"{place}/wechat-unlinking")
    page = admin.get(place).text
    done = admin.post(f"{place}/wechat-unlinking")

    assert refused.status_code == 403
    assert ("取消微信登录" in without, "取消微信登录" in page) == (False, True)
    assert (done.status_code, queries.has_wechat(resident.id)) == (303, False)

"""Points by hand on the console: asked, shown once more, done; above the limit by two."""

import re
from datetime import timedelta

import pytest

from rewards.access.types import Role
from rewards.activities.types import OccasionKind
from rewards.checkins import service as checkins
from rewards.corrections import queries
from rewards.identity import queries as identity
from rewards.identity import service as identity_service
from rewards.ledger import queries as ledger
from rewards.ledger.types import Asset
from rewards.redemptions import service as redemptions
from tests.factories.corrections import give
from tests.factories.people import SYSTEM, make_participant
from tests.factories.redemptions import reserve_for
from tests.factories.world import act_as, build_occasion, build_staff_actor

HOME = "/console/corrections"


@pytest.fixture
def second(make_browser, station):
    return make_browser("hejing2", (Role.STATION_ADMIN, station))


@pytest.fixture
def entry(resident, station, now):
    return give(act_as(resident), station, 20, now)


def at(resident, more=""):
    return f"{HOME}/people/{resident.id}{more}"


def form(points=20, **changes):
    return {
        "direction": "give",
        "points": str(points),
        "reason": "missed",
        "words": "环境清洁日，签到表上有名字",
        **changes,
    }


def check(browser, resident, **changes):
    return browser.post(at(resident, "/check"), data=form(**changes))


def send(browser, resident, **changes):
    """Fill the form in, look at it once more and send it."""
    page = check(browser, resident, **changes).text
    key = re.search(r'name="key" value="([^"]+)"', page)[1]
    return browser.post(at(resident), data={**form(**changes), "key": key})


def decide(browser, address, decision, **words):
    page = browser.get(address).text
    key = re.search(r'name="key" value="([^"]+)"', page)[1]
    return browser.post(
        f"{address.partition('?')[0]}/decision", data={"decision": decision, "key": key, **words}
    )


def balance_of(resident):
    return ledger.get_balance(resident.id).balance


def test_points_are_shown_once_more_before_they_are_given(admin, resident, entry):
    page = check(admin, resident)

    assert page.status_code == 200
    assert "王*英" in page.text
    assert "王建英" not in page.text
    assert "+20" in page.text
    assert "现在 20" in page.text
    assert "以后 40" in page.text
    assert "漏记了活动：环境清洁日，签到表上有名字" in page.text
    assert balance_of(resident) == 20

    done = send(admin, resident)

    assert done.status_code == 303
    assert "居民会收到消息" in admin.get(done.location).text
    assert balance_of(resident) == 40


def test_a_second_click_gives_nothing_more(admin, resident):
    page = check(admin, resident).text
    sent = {**form(), "key": re.search(r'name="key" value="([^"]+)"', page)[1]}

    first = admin.post(at(resident), data=sent)
    again = admin.post(at(resident), data=sent)

    assert (first.location, again.status_code) == (again.location, 303)
    assert balance_of(resident) == 20


def test_above_the_limit_another_one_approves(admin, second, resident):
    assert "要另一位管理员批" in check(admin, resident, points=80).text
    asked = send(admin, resident, points=80)

    mine = admin.get(asked.location).text
    assert "不能自己批" in mine
    assert 'name="decision"' not in mine
    home = admin.get(HOME).text
    assert home.index("您提的，等别人批") < home.index("王*英")
    theirs = second.get(HOME).text
    assert theirs.index("等您批") < theirs.index("王*英") < theirs.index("您提的，等别人批")

    done = decide(second, asked.location, "approve")

    assert done.status_code == 303
    assert balance_of(resident) == 80
    page = second.get(done.location).text
    assert "批好了" in page
    assert "hejing2" in page
    assert "没有等您批的" in second.get(HOME).text


def test_a_refusal_needs_words_and_gives_nothing(admin, second, resident):
    asked = send(admin, resident, points=80)

    without = decide(second, asked.location, "refuse")
    refused = decide(second, asked.location, "refuse", words="签到表上没有这个人")

    assert without.status_code == 422
    assert "还没有写清原因" in without.text
    assert refused.status_code == 303
    assert "签到表上没有这个人" in admin.get(asked.location).text
    assert balance_of(resident) == 0


def test_whoever_asked_gets_no_further_by_sending_the_form(admin, resident):
    asked = send(admin, resident, points=80).location.partition("?")[0]

    answer = admin.post(f"{asked}/decision", data={"decision": "approve", "key": "a" * 16})

    assert answer.status_code == 403
    assert "要另一个人来批" in answer.text
    assert balance_of(resident) == 0


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"points": ""}, "请填分数"),
        ({"points": "0"}, "请填分数"),
        ({"points": "-5"}, "请填分数"),
        ({"points": "2.5"}, "请填分数"),
        ({"points": "99999"}, "请填分数"),
        ({"direction": ""}, "请选加分还是减分"),
        ({"reason": "", "words": ""}, "请选一个原因"),
        ({"reason": "", "words": "错"}, "请选一个原因"),
    ],
)
def test_what_is_wrong_stands_at_its_field(admin, resident, changes, said):
    answer = check(admin, resident, **changes)

    assert answer.status_code == 422
    assert said in answer.text
    assert "field__error" in answer.text
    assert admin.post(at(resident), data={**form(**changes), "key": "a" * 16}).status_code == 422


def test_a_refusal_says_what_to_do_next(admin, resident):
    send(admin, resident, points=190)

    answer = send(admin, resident, points=20)

    assert answer.status_code == 409
    assert "您今天还剩 10" in answer.text
    assert "请另一位管理员来加" in answer.text
    assert "签到表上有名字" in answer.text


def test_no_more_is_taken_than_there_is(admin, resident, entry):
    answer = send(admin, resident, points=30, direction="take", reason="twice")
    taken = send(admin, resident, points=5, direction="take", reason="twice")

    assert answer.status_code == 409
    assert taken.status_code == 303
    assert "减分 −5" in admin.get(taken.location).text
    assert balance_of(resident) == 15


def test_an_entry_is_taken_back_after_telling_what_will_happen(
    admin, resident, entry, towel, clerk, station, now
):
    give(act_as(resident), station, 40, now)
    reserve_and_collect(resident, towel, now)

    page = admin.get(at(resident)).text
    link = f"/console/entries/{entry.id}/reversal"
    assert link in page
    asked = admin.get(link).text
    assert "以后余额是 −20" in asked
    assert "先还清 20" in asked

    done = admin.post(link, data={"reason": "absent", "words": ""})
    again = admin.post(link, data={"reason": "absent", "words": ""})

    assert done.status_code == 303
    assert done.location == again.location
    assert ledger.get_balance(resident.id).debt == 20
    assert "已经撤回" in admin.get(done.location).text
    assert admin.get(link).location in done.location
    assert "已撤回" in admin.get(at(resident)).text
    assert link not in admin.get(at(resident)).text


def reserve_and_collect(resident, towel, now):
    redemption = reserve_for(resident, towel, now)
    redemptions.fulfil(actor=SYSTEM, redemption_id=redemption.id, code=redemption.code, now=now)


def test_taking_back_needs_a_reason(admin, entry):
    answer = admin.post(f"/console/entries/{entry.id}/reversal", data={"words": " "})

    assert answer.status_code == 422
    assert "请选一个原因" in answer.text
    assert queries.find_reversal(entry.id) is None


def test_what_else_the_act_gave_is_offered_to_go_with_it(admin, station, resident, now):
    begun = now - timedelta(hours=3)
    shift = build_occasion(station, kind=OccasionKind.SERVICE_SHIFT, now=begun, minutes=120)
    staff = build_staff_actor(station, Role.STATION_ADMIN)
    whom = {"actor": staff, "occasion_id": shift.id, "participant_id": resident.id}
    checkins.check_in_by_staff(now=begun, **whom)
    checkins.check_out_by_staff(now=begun + timedelta(minutes=115), **whom)
    [minutes] = ledger.page_entries(
        participant_id=resident.id, asset=Asset.SERVICE_MINUTES, limit=1
    ).items
    link = f"/console/entries/{minutes.id}/reversal"

    assert 'name="whole" value="1" checked' in admin.get(link).text
    refused = admin.post(link, data={"words": " "})
    assert 'name="whole" value="1" checked' not in refused.text
    done = admin.post(link, data={"reason": "absent", "words": "", "whole": "1"})

    assert done.status_code == 303
    assert balance_of(resident) == 0


def test_what_was_spent_has_no_way_back_here(admin, resident, towel, station, now):
    give(act_as(resident), station, 60, now)
    reserve_and_collect(resident, towel, now)
    spent = ledger.page_entries(participant_id=resident.id, direction="out").items[0]

    assert f"/console/entries/{spent.id}/reversal" not in admin.get(at(resident)).text
    assert "这一笔不能撤回" in admin.get(f"/console/entries/{spent.id}/reversal").text


def test_nobody_corrects_their_own_account(admin, make_browser, station, resident, entry, now):
    own = make_browser("lina", (Role.STATION_ADMIN, station))
    identity_service.link_participant(
        actor=SYSTEM, staff_id=identity.find_staff("lina").id, participant_id=resident.id, now=now
    )
    asked = send(admin, resident, points=80)

    page = own.get(at(resident)).text
    assert "这是您自己的账户" in page
    assert f"{entry.id}/reversal" not in page
    assert own.post(at(resident), data={**form(), "key": "a" * 16}).status_code == 403
    assert "不能由您批" in own.get(asked.location).text
    address = asked.location.partition("?")[0]
    answer = own.post(f"{address}/decision", data={"decision": "approve", "key": "b" * 16})
    assert answer.status_code == 403
    assert balance_of(resident) == 20


def test_others_see_nothing_of_it(stranger, clerk, admin, make_browser, station, resident, entry):
    asked = send(admin, resident, points=80).location.partition("?")[0]
    auditor = make_browser("shenji", (Role.AUDITOR, station))

    for browser in (stranger, clerk):
        assert browser.get(asked).status_code == 403
        assert browser.get(f"/console/entries/{entry.id}/reversal").status_code == 403
        answer = browser.post(f"{asked}/decision", data={"decision": "approve", "key": "a" * 16})
        assert answer.status_code == 403
    assert clerk.get(HOME).status_code == 403
    assert clerk.get(at(resident)).status_code == 403
    assert stranger.get(at(resident)).status_code == 404
    assert "王*英" not in stranger.get(HOME).text
    # An auditor reads, and decides nothing.
    assert "给居民更正" not in auditor.get(HOME).text
    assert 'name="decision"' not in auditor.get(asked).text
    assert auditor.get(f"{HOME}/people").status_code == 403


def test_people_are_searched_not_listed(admin, resident):
    assert "王*英" not in admin.get(f"{HOME}/people").text
    found = admin.post(f"{HOME}/people", data={"q": "王建"}).text
    assert at(resident) in found
    assert "没有找到" in admin.post(f"{HOME}/people", data={"q": "赵钱"}).text


def test_what_nobody_corrected_yet_is_said(admin):
    page = admin.get(HOME).text

    assert "还没有更正过" in page
    assert "今天还能加 200" in page


def test_a_longer_list_goes_on(admin, resident):
    for _time in range(21):
        send(admin, resident, points=1)

    page = admin.get(HOME).text
    following = re.search(r'href="(/console/corrections\?cursor=[^"]+)"', page)[1]

    assert admin.get(following).status_code == 200
    assert "等您批" not in admin.get(following).text


def test_a_closed_account_is_corrected_no_more_and_its_reasons_are_gone(admin, station, now):
    person = make_participant(station, now, name="张秀兰")
    done = send(admin, person).location
    identity_service.close_participant(actor=SYSTEM, participant_id=person.id, now=now)

    page = admin.get(done).text

    assert "原因不再显示" in page
    assert "签到表上有名字" not in page
    assert "下一步" not in admin.get(at(person)).text


def test_the_hub_leads_there(admin):
    assert HOME in admin.get("/console/books").text


def test_minutes_are_taken_back_as_well(admin, resident):
    assert "还没有记录" in admin.get(at(resident, "?tab=hours")).text


def test_the_history_of_a_resident_leads_to_taking_back(admin, clerk, resident, entry):
    link = f"/console/entries/{entry.id}/reversal"
    pages = [f"/console/residents/{resident.id}{more}" for more in ("", "/history")]

    assert all(link in admin.get(page).text for page in pages)
    assert not any(link in clerk.get(page).text for page in pages)
    admin.post(link, data={"reason": "absent"})
    assert not any(link in admin.get(page).text for page in pages)


def award(browser, resident, **changes):
    address = at(resident, "/award")
    key = re.search(r'name="key" value="([^"]+)"', browser.get(address).text)[1]
    sent = {"rule": "BOOK_BACK", "number": "2", "words": "按期还了两本书", "key": key}
    return browser.post(address, data={**sent, **changes})


def test_what_staff_saw_is_entered_by_its_rule(admin, resident):
    page = admin.get(at(resident, "/award")).text
    assert "按期还书" in page
    assert "填次数，每次 2" in page
    assert "学习强国月度档" not in page

    done = award(admin, resident)

    assert done.status_code == 303
    assert "按期还书 +4" in admin.get(done.location).text
    assert balance_of(resident) == 4


def test_at_the_cap_the_refusal_says_so_and_keeps_what_was_typed(admin, resident):
    award(admin, resident)

    again = award(admin, resident)

    assert again.status_code == 409
    assert "按规则这次不加分" in again.text
    assert "按期还了两本书" in again.text
    assert balance_of(resident) == 4


def test_a_large_award_waits_on_the_console_too(admin, second, resident):
    asked = award(admin, resident, rule="AWARD", number="80")

    assert "等另一位管理员批" in admin.get(asked.location).text
    decide(second, asked.location, "approve")
    assert balance_of(resident) == 80


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"rule": ""}, "请选是哪一件事"),
        ({"rule": "ACT_JOIN"}, "请选是哪一件事"),
        ({"rule": "XXQG_TIER"}, "请选是哪一件事"),
        ({"number": "0"}, "请填数字"),
        ({"rule": "QUIZ", "number": ""}, "请填数字"),
        ({"day": "x"}, "请选日期"),
        ({"words": "好"}, "请写几个字说明"),
    ],
)
def test_what_is_wrong_with_an_award_stands_at_its_field(admin, resident, changes, said):
    answer = award(admin, resident, **changes)

    assert answer.status_code == 422
    assert said in answer.text
    assert balance_of(resident) == 0


def test_a_day_ahead_is_refused_with_the_remedy(admin, resident):
    answer = award(admin, resident, day="2099-01-01")

    assert answer.status_code == 422
    assert "到今天之间" in answer.text

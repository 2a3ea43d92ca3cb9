"""The history with its why, and appeals from it: a phone on one side, the console on the other."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from rewards.access.types import Role, SystemActor
from rewards.activities.types import OccasionKind
from rewards.appeals import queries
from rewards.appeals.types import AppealState
from rewards.checkins import queries as attendance
from rewards.checkins import service as checkins
from rewards.core import clock
from rewards.core.db import db
from rewards.core.ids import new_id
from rewards.core.unit import use_case
from rewards.identity import service as identity
from rewards.ledger import operations as ledger_operations
from rewards.ledger import queries as ledger
from rewards.pages.phone import expiring
from rewards.redemptions import service as redemptions
from rewards.web import history
from rewards.web.sessions import Cookie
from tests.factories.books import post
from tests.factories.people import make_participant, make_staff
from tests.factories.redemptions import reserve_for
from tests.factories.world import build_occasion

WORDS = "我那天来了两个小时，积分只有一半。"
ANSWER = "查过签到表，确实少记了，已经补上。"


@pytest.fixture
def host(station, now):
    return make_staff("liuyang", now, (Role.HOST, station))


@pytest.fixture
def phone(app, no_csrf, resident, now):
    return make_phone(app, resident, now)


def make_phone(app, person, now):
    token = identity.issue_token(
        actor=SystemActor(), participant_id=person.id, label="phone", now=now
    )
    browser = app.test_client()
    browser.set_cookie(Cookie.PARTICIPANT, token)
    return browser


def come(station, person, actor, now, **details):
    occasion = build_occasion(station, now=now, **details)
    return checkins.check_in_by_staff(
        actor=actor, occasion_id=occasion.id, participant_id=person.id, now=now
    )


@pytest.fixture
def entry(station, resident, host, now):
    come(station, resident, host, now)
    return ledger.page_entries(participant_id=resident.id).items[0]


@pytest.fixture
def unrewarded(station, resident, host, now):
    """The check-in to a shift that was left after twenty minutes."""
    shift = build_occasion(
        station, kind=OccasionKind.SERVICE_SHIFT, starts_in=-20, title="热线值班", now=now
    )
    values = {"actor": host, "occasion_id": shift.id, "participant_id": resident.id}
    checkins.check_in_by_staff(**values, now=now - timedelta(minutes=20))
    return checkins.check_out_by_staff(**values, now=now).check_in_id


@pytest.fixture
def made(phone, resident, entry):
    answer = phone.post("/appeals", data={"line": entry.id, "text": WORDS})
    assert answer.status_code == 303, answer.text
    return queries.page_mine(participant_id=resident.id).items[0]


def plain(page):
    return re.sub(r"\s+", " ", page.text.replace("\u00a0", " "))


def test_a_line_tells_who_entered_it_without_a_name(phone, entry):
    listed, alone = phone.get("/history"), phone.get(f"/history/{entry.id}")

    for page in (listed, alone):
        assert "由工作人员录入" in page.text
        assert "liuyang" not in page.text
    assert "到场得 5 分" in plain(listed)
    assert "参加活动" in alone.text


def test_staff_see_who_entered_it(admin, resident, entry):
    for page in (
        admin.get(f"/console/residents/{resident.id}"),
        admin.get(f"/console/residents/{resident.id}/history"),
    ):
        assert "liuyang" in page.text
        assert "由工作人员录入" in page.text


def test_what_the_system_saw_is_told_apart(phone, station, resident, now):
    post(resident, station, now=now)
    (line,) = history.page_lines(participant_id=resident.id).items

    assert "系统核实" in phone.get(f"/history/{line.id}").text
    assert "由工作人员录入" not in phone.get("/history").text


def test_attendance_that_earned_nothing_says_why(phone, unrewarded):
    for page in (phone.get("/history"), phone.get(f"/history/{unrewarded}")):
        assert "热线值班" in page.text
        assert "不满30分钟，没有积分" in page.text
    assert "热线值班" not in phone.get("/history?tab=in").text


def test_what_was_spent_is_told_where_it_came_from(
    phone, admin, resident, station, towel, clerk, now
):
    post(resident, station, amount=70, now=now)
    redemption = reserve_for(resident, towel, now)
    staff = SystemActor()
    redemptions.fulfil(actor=staff, redemption_id=redemption.id, code=redemption.code, now=now)

    page = plain(phone.get("/history"))

    assert "60 分 已用于 兑换 毛巾" in page
    assert f"还剩 10 分，到 {now.year + 1}年12月31日 有效" in page
    assert f"10 分将在{now.year + 1}年12月31日到期" in page


def test_home_speaks_of_points_that_are_about_to_expire_alone(
    phone, resident, station, now, monkeypatch
):
    post(resident, station, amount=70, now=now)
    monkeypatch.setattr(expiring, "SOON", timedelta(days=300))
    assert "将在" not in phone.get("/").text

    monkeypatch.setattr(expiring, "SOON", timedelta(days=800))
    assert f"70 分将在{now.year + 1}年12月31日到期" in plain(phone.get("/"))


@use_case
def reverse(entry_id, now):
    return ledger_operations.reverse_entry(
        entry_id=entry_id, source_id=new_id(), actor=SystemActor(), now=now
    )


def test_what_was_taken_back_leads_to_its_reversal_and_back(phone, entry, now):
    reversal = reverse(entry.id, now)

    original, undone = phone.get(f"/history/{entry.id}"), phone.get(f"/history/{reversal.entry_id}")

    assert "已撤回" in original.text
    assert f"/history/{reversal.entry_id}" in original.text
    assert "撤回：环境清洁日" in undone.text
    assert f"/history/{entry.id}" in undone.text


def test_pages_hold_every_line_once_in_order_of_time(station, resident, host, now):
    for step in range(9):
        at = now - timedelta(days=9 - step)
        if step % 3:
            come(station, resident, host, at)
        else:
            post(resident, station, now=at)
    expected = [line.id for line in history.page_lines(participant_id=resident.id).items]

    found, cursor = [], None
    while True:
        page = history.page_lines(participant_id=resident.id, cursor=cursor, limit=2)
        found += [line.id for line in page.items]
        cursor = page.next
        if cursor is None:
            break

    assert found == expected
    assert len(found) == 9


def test_pages_mix_both_kinds_of_lines(station, resident, host, now):
    """Where nothing was earned stands between what was, also at the border of a page."""
    kinds = []
    for step in range(7):
        at = now - timedelta(hours=7 - step)
        receipt = come(station, resident, host, at)
        kinds.append(bool(receipt.points))
    assert True in kinds
    assert False in kinds

    found, cursor = [], None
    for _ in range(7):
        page = history.page_lines(participant_id=resident.id, cursor=cursor, limit=1)
        found.append(page.items[0].entry is not None)
        cursor = page.next

    assert cursor is None
    assert found == kinds[::-1]


def test_nobody_opens_a_line_of_somebody_else(app, no_csrf, station, entry, unrewarded, now):
    other = make_phone(app, make_participant(station, now, name="李强"), now)

    for line in (entry.id, unrewarded, new_id()):
        assert other.get(f"/history/{line}").status_code == 404
        assert other.get(f"/appeals/new?line={line}").status_code == 404
        answer = other.post("/appeals", data={"line": line, "text": WORDS})
        assert answer.status_code == 404


def test_a_resident_asks_and_sees_when_the_answer_comes(phone, entry, made):
    page = phone.get(f"/appeals/{made.id}")

    assert "收到了，正在查" in page.text
    assert WORDS in page.text
    assert "正在查" in phone.get("/history").text
    assert f"/appeals/{made.id}" in phone.get(f"/history/{entry.id}").text
    assert f"/appeals/{made.id}" in phone.get("/appeals").text


def test_a_second_click_finds_the_first_appeal(phone, resident, entry, made):
    again = phone.post("/appeals", data={"line": entry.id, "text": WORDS})

    assert again.location.endswith(f"/appeals/{made.id}")
    assert phone.get(f"/appeals/new?line={entry.id}").location.endswith(f"/appeals/{made.id}")
    assert len(queries.page_mine(participant_id=resident.id).items) == 1


def test_too_few_words_keep_what_was_typed(phone, entry):
    page = phone.post("/appeals", data={"line": entry.id, "text": "少了"})

    assert page.status_code == 422
    assert "要写5到500个字" in page.text
    assert ">少了</textarea>" in page.text


@pytest.mark.parametrize("line", ["", "x", "1" * 300])
def test_a_line_that_is_none_is_not_found(phone, line):
    assert phone.get("/appeals/new", query_string={"line": line}).status_code == 404


def test_an_appeal_is_withdrawn_by_whom_it_is_of_and_twice_does_no_harm(
    app, phone, station, made, now
):
    address = f"/appeals/{made.id}/withdrawal"
    other = make_phone(app, make_participant(station, now, name="李强"), now)

    assert other.post(address).status_code == 404
    for _ in range(2):
        assert phone.post(address).status_code == 303
    assert "您撤回了申诉" in phone.get(f"/appeals/{made.id}").text


def test_no_appeals_yet_says_so(phone):
    assert "没有申诉" in phone.get("/appeals").text


def test_the_station_lists_shows_and_answers(admin, phone, resident, made):
    listed = admin.get("/console/appeals")
    shown = admin.get(f"/console/appeals/{made.id}")

    assert f"/console/appeals/{made.id}" in listed.text
    assert WORDS in shown.text
    assert "liuyang" in shown.text
    assert "王建英" not in listed.text + shown.text

    form = {"outcome": "upheld", "answer": ANSWER}
    for _ in range(2):
        assert admin.post(f"/console/appeals/{made.id}/answer", data=form).status_code == 303
    answered = queries.get_appeal(made.id)
    assert (answered.state, answered.answer) == (AppealState.UPHELD, ANSWER)
    assert ANSWER in phone.get(f"/appeals/{made.id}").text
    assert "zhengtao" not in phone.get(f"/appeals/{made.id}").text
    assert ANSWER in admin.get(f"/console/appeals/{made.id}").text
    assert str(made.id) in admin.get("/console/appeals?tab=closed").text


def test_an_answer_that_is_refused_keeps_what_was_typed(admin, made):
    page = admin.post(
        f"/console/appeals/{made.id}/answer", data={"outcome": "rejected", "answer": "好"}
    )

    assert page.status_code == 422
    assert ">好</textarea>" in page.text
    assert queries.get_appeal(made.id).is_open


def test_who_asked_for_a_resident_is_told_that_somebody_else_answers(admin, resident, entry):
    admin.post(
        "/console/appeals/new", data={"resident": resident.id, "line": entry.id, "text": WORDS}
    )
    made = queries.page_mine(participant_id=resident.id).items[0]

    page = admin.post(
        f"/console/appeals/{made.id}/answer", data={"outcome": "upheld", "answer": ANSWER}
    )

    assert page.status_code == 403
    assert "这次申诉要别人答复" in page.text


def test_appeals_are_for_who_may_correct(clerk, stranger, made):
    for browser in (clerk, stranger):
        assert browser.get(f"/console/appeals/{made.id}").status_code == 403
        answer = browser.post(
            f"/console/appeals/{made.id}/answer", data={"outcome": "upheld", "answer": ANSWER}
        )
        assert answer.status_code == 403
    assert clerk.get("/console/appeals").status_code == 403
    assert str(made.id) not in stranger.get("/console/appeals").text


def test_an_institute_looks_first_at_what_is_overdue(make_browser, branch, made):
    institute = make_browser("sunlei", (Role.INSTITUTE_ADMIN, branch[1]))

    assert "没有过期的申诉" in institute.get("/console/appeals").text
    assert str(made.id) in institute.get("/console/appeals?tab=open").text


def test_a_clerk_appeals_for_a_resident(clerk, resident, entry, now):
    form = {"resident": resident.id, "line": entry.id}
    page = clerk.get("/console/appeals/new", query_string=form)
    assert "替居民申诉" in page.text

    for _ in range(2):
        answer = clerk.post("/console/appeals/new", data={**form, "text": WORDS})
        assert answer.status_code == 303

    (made,) = queries.page_mine(participant_id=resident.id).items
    assert made.made_by.startswith("staff:")
    assert clerk.get("/console/appeals/new", query_string=form).status_code == 302


def test_staff_of_another_station_see_no_history(stranger, resident, entry):
    assert stranger.get(f"/console/residents/{resident.id}/history").status_code == 403
    form = {"resident": resident.id, "line": entry.id, "text": WORDS}
    assert stranger.post("/console/appeals/new", data=form).status_code == 403


def test_a_page_of_the_history_takes_as_many_statements_for_many_lines_as_for_few(
    phone, station, resident, host, now
):
    statements = []

    def note(_connection, _cursor, statement, *_rest):
        if not statement.startswith(("BEGIN", "PRAGMA")):
            statements.append(statement)

    def count():
        statements.clear()
        sa.event.listen(db.engine, "before_cursor_execute", note)
        assert phone.get("/history").status_code == 200
        sa.event.remove(db.engine, "before_cursor_execute", note)
        return len(statements)

    # The third within a day earns nothing, so both kinds of lines are there.
    for _ in range(6):
        come(station, resident, host, now)
    few = count()
    for _ in range(9):
        come(station, resident, host, now)

    assert count() == few


def test_an_attendance_that_earned_nothing_is_put_right_and_answered(
    phone, admin, resident, unrewarded, now
):
    phone.post("/appeals", data={"line": unrewarded, "text": WORDS})
    made = queries.page_mine(participant_id=resident.id).items[0]
    receipt = attendance.get_receipt(unrewarded)
    came_at = (receipt.checked_in_at - timedelta(minutes=20)).astimezone(clock.zone())
    admin.post(
        f"/console/hours/check-ins/{unrewarded}/correction",
        data={"came": f"{came_at:%H:%M}", "reason": "签到表上是这样"},
    )

    assert "改了时间重新算过" in admin.get(f"/console/appeals/{made.id}").text
    told = admin.post(
        f"/console/appeals/{made.id}/answer",
        data={"outcome": "upheld", "answer": "核对过签到表，时间改好了。"},
    )

    assert told.status_code == 303
    assert "查过了，确实有误" in phone.get(f"/appeals/{made.id}").text

"""The board on a phone: my place among my neighbours, kind words, and how I am shown."""

import re
from datetime import timedelta

import pytest
import time_machine

from rewards.access.types import SystemActor
from rewards.checkins import queries as checkins
from rewards.identity import service as identity
from rewards.leaderboards import service as boards
from rewards.leaderboards.queries import mine
from rewards.ledger.types import Asset, BoardKind
from rewards.network import queries as network
from rewards.participants import queries as participants
from rewards.participants import rules
from rewards.participants.types import BoardDisplay
from tests.factories import books
from tests.factories.world import build_occasion, build_participant, build_station

PHONE = "13800001234"
LATER = timedelta(minutes=1)
UNKIND = ("最后", "倒数", "垫底", "落后", "末位", "加油", "还不够")


@pytest.fixture
def clock(now):
    with time_machine.travel(now, tick=False) as traveller:
        yield traveller


@pytest.fixture
def station(app, clock):
    return build_station()


@pytest.fixture
def me(station, now):
    return build_participant(station, phone=PHONE, now=now)


@pytest.fixture
def browser(app, client, me, now):
    """A phone that *me* is signed in on; its forms need no token here."""
    app.config["WTF_CSRF_ENABLED"] = False
    sent = identity.send_code(phone=PHONE, now=now)
    signed_in = client.post("/sign-in", data={"phone": PHONE, "code": sent.code})
    assert signed_in.status_code == 303
    return client


def add_people(station, now, amounts, **details):
    people = []
    for amount in amounts:
        person = build_participant(station, board_display=BoardDisplay.MASKED, name="刘洋", now=now)
        books.post(person, station, amount=amount, now=now, **details)
        people.append(person)
    return people


def read_rows(page):
    """Return the lines of the list: place, what it reads, value; `…` for a gap."""
    rows = []
    for row in re.findall(r'<li class="rank([^"]*)"[^>]*>(.*?)</li>', page.text, re.S):
        if "rank--gap" in row[0]:
            rows.append("…")
            continue
        cells = re.sub(r"<[^>]+>|\s+", " ", row[1]).split()
        rows.append((int(cells[0]), " ".join(cells[1:-1]), cells[-1]))
    return rows


def read_card(page):
    """Return what is said of my own place, above the list."""
    return re.search(
        r'<section class="card stack" aria-labelledby="mine">.*?</section>', page.text, re.S
    )[0]


def test_i_stand_between_two_neighbours_each_side_below_the_top_three(browser, station, me, now):
    add_people(station, now, [100, 90, 80, 70, 60, 50, 40, 30, 20])
    books.post(me, station, amount=45, now=now)

    rows = read_rows(browser.get("/board"))

    assert [row if row == "…" else (row[0], row[2]) for row in rows] == [
        (1, "100"),
        (2, "90"),
        (3, "80"),
        "…",
        (5, "60"),
        (6, "50"),
        (7, "45"),
        (8, "40"),
        (9, "30"),
    ]
    assert rows[6][1] == "王*英 我"


def test_no_gap_is_shown_where_there_is_none(browser, station, me, now):
    add_people(station, now, [100, 90, 80, 70, 60, 50])
    books.post(me, station, amount=55, now=now)

    rows = read_rows(browser.get("/board"))

    assert [row[0] for row in rows] == [1, 2, 3, 4, 5, 6, 7]


def test_who_arrives_between_the_two_reads_of_a_board_sees_it(
    browser, station, me, now, monkeypatch
):
    add_people(station, now, [100, 90, 80])
    read = mine.get_board

    def read_and_arrive(**details):
        if "around" in details:
            add_people(station, now, [70, 60, 55])
            books.post(me, station, amount=45, now=now)
        return read(**details)

    monkeypatch.setattr(mine, "get_board", read_and_arrive)

    page = browser.get("/board")

    assert page.status_code == 200
    assert [row if row == "…" else row[2] for row in read_rows(page)] == [
        "100",
        "90",
        "80",
        "…",
        "60",
        "55",
        "45",
    ]


def test_two_of_one_name_in_the_two_parts_of_the_list_are_told_apart(browser, station, me, now):
    people = add_people(station, now, [100, 90, 80, 70, 60, 50, 40, 30, 20])
    books.post(me, station, amount=45, now=now)

    rows = [row for row in read_rows(browser.get("/board")) if row != "…"]

    shown = [people[place] for place in (0, 1, 2, 4, 5, 6, 7)]
    named = [row[1] for row in rows if "我" not in row[1]]
    assert all(
        name.startswith("刘* 尾号") and person.number.endswith(name[-2:])
        for name, person in zip(named, shown, strict=True)
    )
    assert len(set(named)) == len(named)


def test_the_next_place_is_told_in_points(browser, station, me, now):
    add_people(station, now, [100, 90, 80, 70, 60])
    books.post(me, station, amount=45, now=now)

    page = browser.get("/board").text.replace("\u00a0", " ")

    assert "再得 15 分，就追上第5名。" in page
    assert "不论第几名，每一次参加都算数。" in page


@pytest.mark.parametrize(
    ("amount", "said"), [(200, "您排在最前面"), (85, "您在前三名里"), (1, "每一次参加都算数")]
)
def test_words_are_kind_wherever_one_stands(browser, station, me, now, amount, said):
    add_people(station, now, [100, 90, 80, 70, 60, 50, 40])
    books.post(me, station, amount=amount, now=now)

    page = browser.get("/board").text

    assert said in page
    assert not any(word in page for word in UNKIND)


def test_time_served_is_told_as_time(browser, station, me, now):
    minutes = {"asset": Asset.SERVICE_MINUTES, "board": BoardKind.SERVICE}
    add_people(station, now, [600, 500, 400, 300, 200], **minutes)
    books.post(me, station, amount=90, now=now, **minutes)

    page = browser.get("/board?kind=minutes")

    assert "<h1>11月时长榜</h1>" in page.text
    assert "再服务1小时50分钟，就追上第5名。" in page.text
    assert read_rows(page)[0][2] == "10.0"
    assert read_rows(page)[-1][2] == "1.5"


def test_who_has_nothing_yet_is_told_how_to_begin(browser, station, me, now):
    add_people(station, now, [100, 90, 80, 70, 60])

    page = browser.get("/board")

    assert "参加一次，就在榜上了。" in page.text
    assert 'href="/today"' in page.text
    assert "愿意让邻居在榜上看到您吗" not in page.text
    assert len(read_rows(page)) == 5


def test_an_empty_board_says_so(browser):
    assert "这段时间还没有人得分。" in browser.get("/board").text
    assert "这段时间还没有人服务。" in browser.get("/board?kind=minutes").text
    assert "那段时间没有人服务。" in browser.get("/board?kind=minutes&on=2026-10-01").text


def test_among_fewer_than_five_nobody_is_named_but_me_to_myself(browser, station, me, now):
    add_people(station, now, [100, 90, 80])
    books.post(me, station, amount=45, now=now)

    page = browser.get("/board")

    assert [row[1] for row in read_rows(page)] == ["未公开", "未公开", "未公开", "王*英 我"]
    assert "满5个人才显示名字" in page.text


def test_the_month_before_can_be_looked_at(browser, station, me, now):
    books.post(me, station, amount=45, now=now - timedelta(days=30))
    page = browser.get("/board")

    before = browser.get(
        re.search(r'href="(/board[^"]*on=2026-10-01)"', page.text)[1].replace("&amp;", "&")
    )

    assert "<h1>10月积分榜</h1>" in before.text
    assert "我那时的名次" in before.text
    assert "榜单正在更新" not in before.text
    assert "再得" not in before.text
    assert "谢谢您那段时间的付出。" in before.text
    assert "看11月的榜" in before.text.replace("\u00a0", " ")
    assert "看9月的榜" not in before.text.replace("\u00a0", " ")


def test_marks_tell_who_moved_since_yesterday_and_mine_only_of_rising(
    redis_server, browser, station, me, now
):
    yesterday = now - timedelta(days=1)
    people = add_people(station, yesterday, [100, 90, 80, 70])
    books.post(me, station, amount=65, now=yesterday)
    books.post(me, station, amount=20, now=now)
    boards.project(now=now)

    risen = browser.get("/board")
    books.post(people[2], station, amount=50, now=now)
    books.post(people[3], station, amount=50, now=now)
    newcomer = build_participant(station, name="孙立", now=now)
    books.post(newcomer, station, amount=200, now=now)
    boards.project(now=now)
    fallen = browser.get("/board")

    assert "上升" in read_card(risen)
    assert read_rows(risen)[2][1] == "王*英 我 上升 2"
    assert read_rows(risen)[0][1].endswith("– 名次没变")
    assert read_rows(fallen)[0][1] == "未公开 新上榜"
    assert read_rows(fallen)[-1][1] == "王*英 我 下降 1"
    assert "下降" not in read_card(fallen)


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("", "11月积分榜"),
        ("period=week", "本周积分榜"),
        ("period=week&on=2026-11-10", "11月9日到11月15日积分榜"),
        ("period=week&on=2025-11-12", "2025年11月10日到11月16日积分榜"),
        ("period=week&on=2025-12-31", "2025年12月29日到2026年1月4日积分榜"),
        ("period=year&kind=service", "今年服务榜"),
        ("period=year&on=2025-06-01", "2025年积分榜"),
        ("period=all", "累计积分榜"),
        ("period=day", "今天积分榜"),
        ("period=never&kind=x&subject=y&node=z&on=tomorrow", "11月积分榜"),
        ("on=2027-01-01", "11月积分榜"),
        ("on=1000-01-01", "11月积分榜"),
        ("subject=node&kind=study", "11月站点学习榜"),
    ],
)
def test_the_address_chooses_the_board(browser, query, title):
    assert f"<h1>{title}</h1>" in browser.get(f"/board?{query}").text


def test_every_period_can_be_reached_and_one_goes_back_and_forth(browser, station, me, now):
    books.post(me, station, amount=45, now=now - timedelta(days=70))
    page = browser.get("/board").text
    september = browser.get("/board?on=2026-09-30").text.replace("\u00a0", " ")
    october = browser.get("/board?on=2026-10-31").text.replace("\u00a0", " ")

    for period in ("day", "week", "month", "year", "all"):
        assert f"/board?period={period}&amp;" in page
    assert "看8月的榜" not in september
    assert "看10月的榜" in september
    assert "看11月的榜" in october
    assert "看9月的榜" in october
    assert "看12月的榜" not in page


def test_only_a_board_that_is_not_closed_yet_is_said_to_be_in_checking(
    browser, station, me, now, clock
):
    books.post(me, station, amount=45, now=now - timedelta(days=9))
    week = "/board?period=week&on="
    checking = "还在核对，过几天定榜"

    clock.move_to(now - timedelta(days=5))
    assert checking in browser.get(f"{week}2026-11-10").text
    assert checking not in browser.get(f"{week}2026-11-02").text
    clock.move_to(now)
    assert checking not in browser.get(f"{week}2026-11-10").text


def test_a_board_of_nodes_leads_to_theirs_and_marks_mine(browser, station, me, now):
    books.post(me, station, amount=45, now=now)
    institute = network.list_ancestors(station.path)[1]

    page = browser.get(f"/board?subject=node&node={institute.label}")

    assert read_rows(page) == [(1, f"{station.name} 我的站", "45")]
    link = re.search(r'href="([^"]+)">' + station.name, page.text)[1].replace("&amp;", "&")
    assert "<h1>11月积分榜</h1>" in browser.get(link).text
    assert station.label in link


def test_the_boards_of_another_center_are_not_for_me(browser, station, me, now):
    other = build_station(name="远处社区站")

    assert "远处社区站" not in browser.get(f"/board?node={other.label}").text


def test_who_is_not_signed_in_is_shown_centers_alone(app, station, me, now):
    page = app.test_client().get(f"/board?node={station.label}").text

    books.post(me, station, amount=45, now=now)
    nodes = app.test_client().get("/board?subject=node").text

    assert station.name not in page
    assert "rank__link" not in nodes
    assert 'class="rank' in nodes
    assert "登录后看自己的名次" in page


def test_after_the_first_points_i_am_asked_once_and_shown_what_others_would_read(
    browser, station, me, now
):
    add_people(station, now, [100, 90, 80, 70, 60])
    assert "愿意让邻居在榜上看到您吗" not in browser.get("/board").text
    books.post(me, station, amount=45, now=now)

    asked = browser.get("/board").text
    browser.post("/board/display", data={"display": "hidden"})
    after = browser.get("/board").text

    samples = re.findall(r'<p class="rank rank--sample">(.*?)</p>', asked, re.S)
    assert [re.sub(r"<[^>]+>", " ", each).split() for each in samples] == [
        ["6", "未公开", "45"],
        ["6", "王*英", "45"],
    ]
    assert "愿意让邻居在榜上看到您吗" not in after
    assert "您在榜上显示为“未公开”。" in after


def test_the_page_of_the_first_points_asks_too(browser, station, me, now):
    occasion = build_occasion(station, now=now)
    code = checkins.get_display_code(occasion, now=now)
    browser.get(f"/C/{code.token}")
    done = browser.post("/check-ins")

    assert "愿意让邻居在榜上看到您吗" in browser.get(done.location).text
    browser.post("/board/display", data={"display": "masked"})
    assert "愿意让邻居在榜上看到您吗" not in browser.get(done.location).text


def test_agreeing_and_withdrawing_take_one_tap_each(browser, station, me, now):
    books.post(me, station, amount=45, now=now)

    agreed = browser.post("/board/display", data={"display": "masked"}, follow_redirects=True)
    assert "记下了。一分钟内，所有大屏都会跟着变。" in agreed.text
    assert "您在榜上显示为" in agreed.text
    assert participants.get_participant(me.id).board_display is BoardDisplay.MASKED

    browser.post("/board/display", data={"display": "hidden"})
    assert participants.get_participant(me.id).board_display is BoardDisplay.HIDDEN


def test_the_wording_says_that_one_is_18_and_that_the_ticker_tells_who_came(
    browser, station, me, now, clock
):
    books.post(me, station, amount=45, now=now)

    card, page = browser.get("/board").text, browser.get("/board/display").text

    assert "我已满18岁，愿意，显示" in card
    assert "滚动消息也会说您刚到了哪场活动" in card
    assert "我已满18岁，显示姓名" in page
    assert "我已满18岁，显示昵称" in page
    assert "滚动消息也用它说您刚到了哪场活动" in browser.get("/privacy").text
    clock.shift(LATER)
    browser.post("/board/display", data={"display": "masked"})
    last = participants.list_consents(me.id)[-1]
    assert (last.choice, last.text_version) == ("masked", "2026-11")


def test_who_agreed_to_an_older_wording_is_asked_again_and_who_did_not_is_left_alone(
    browser, station, me, now, clock, monkeypatch
):
    asked = "愿意让邻居在榜上看到您吗"
    books.post(me, station, amount=45, now=now)
    browser.post("/board/display", data={"display": "nickname", "nickname": "晨跑的人"})
    monkeypatch.setattr(rules, "CONSENT_TEXT_VERSION", "2027-01")
    again = browser.get("/board").text
    clock.shift(LATER)

    browser.post("/board/display", data={"display": "nickname", "nickname": "晨跑的人"})
    answered = browser.get("/board").text
    browser.post("/board/display", data={"display": "hidden"})
    monkeypatch.setattr(rules, "CONSENT_TEXT_VERSION", "2027-02")

    samples = re.findall(r'<p class="rank rank--sample">(.*?)</p>', again, re.S)
    assert asked in again
    assert all("晨跑的人" in each for each in samples)
    assert 'name="display" value="nickname"' in again
    assert asked not in answered
    assert asked not in browser.get("/board").text


@pytest.mark.parametrize("display", ["hidden", "masked"])
def test_a_text_in_the_field_of_the_nickname_keeps_nobody_from_choosing_otherwise(
    browser, me, display
):
    browser.post("/board/display", data={"display": "nickname", "nickname": "晨跑的人"})

    answer = browser.post("/board/display", data={"display": display, "nickname": "13803511234"})

    person = participants.get_participant(me.id)
    assert answer.status_code == 303
    assert (person.board_display.value, person.nickname) == (display, "晨跑的人")


def test_without_a_choice_nothing_is_changed(browser, me):
    browser.post("/board/display", data={"display": "masked"})

    answer = browser.post("/board/display", data={"nickname": "晨跑的人"})

    assert answer.status_code == 422
    assert "还没有选" in answer.text
    assert participants.get_participant(me.id).board_display is BoardDisplay.MASKED


def test_a_nickname_is_seen_before_it_is_chosen(browser, station, me, now):
    books.post(me, station, amount=45, now=now)

    seen = browser.post(
        "/board/display", data={"action": "preview", "display": "hidden", "nickname": " 晨跑的人 "}
    )
    before = participants.get_participant(me.id)
    browser.post("/board/display", data={"display": "nickname", "nickname": "晨跑的人"})
    after = participants.get_participant(me.id)

    samples = re.findall(r'<bdi class="name">([^<]+)</bdi>', seen.text)
    assert samples == ["王*英", "晨跑的人"]
    assert (before.nickname, before.board_display) == ("", BoardDisplay.HIDDEN)
    assert (after.nickname, after.board_display) == ("晨跑的人", BoardDisplay.NICKNAME)


@pytest.mark.parametrize(
    ("nickname", "words"),
    [
        ("王建英", "昵称里有真名、电话或网址"),
        ("13800001234", "昵称里有真名、电话或网址"),
        ("王*英", "弄混"),
        ("", "还没有填昵称"),
        ("…", "名字不能用"),
    ],
)
@pytest.mark.parametrize("action", ["preview", "save"])
def test_a_nickname_that_may_not_be_is_refused_beside_what_was_typed(
    browser, me, nickname, words, action
):
    page = browser.post(
        "/board/display", data={"action": action, "display": "nickname", "nickname": nickname}
    )

    assert page.status_code == 422
    assert words in page.text
    assert f'value="{nickname}"' in page.text
    assert participants.get_participant(me.id).nickname == ""


def test_somebody_under_age_is_offered_no_nickname(app, client, station, clock, now):
    app.config["WTF_CSRF_ENABLED"] = False
    build_participant(
        station, name="赵敏", phone=PHONE, birth_year=2010, number="40718207", now=now
    )
    sent = identity.send_code(phone=PHONE, now=now)
    client.post("/sign-in", data={"phone": PHONE, "code": sent.code})

    page = client.get("/board/display").text

    assert "小志愿者07" in page
    assert 'name="nickname"' not in page


def test_whose_nickname_was_taken_off_reads_why_until_they_choose_anew(
    browser, clock, station, me, now
):
    browser.post("/board/display", data={"display": "nickname", "nickname": "晨跑的人"})
    identity.remove_nickname(
        actor=SystemActor(), participant_id=me.id, reason="里面有别人的名字", now=now
    )

    told = browser.get("/board").text
    clock.shift(LATER)
    browser.post("/board/display", data={"display": "masked"})

    assert "里面有别人的名字" in told
    assert "里面有别人的名字" not in browser.get("/board").text


def test_the_board_reads_english(browser, station, me, now):
    add_people(station, now, [100, 90, 80, 70, 60])
    books.post(me, station, amount=45, now=now)

    page = browser.get("/board", headers={"Accept-Language": "en"}).text.replace("\u00a0", " ")

    assert "Earn 15 pts more to draw level with the 5th place." in page
    assert "May neighbors see you on the board?" in page

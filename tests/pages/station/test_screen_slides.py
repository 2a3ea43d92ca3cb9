import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from rewards.activities import service as activities
from rewards.checkins import queries as checkin_queries
from rewards.checkins import service as checkins
from rewards.checkins.models import CheckInRow
from rewards.checkins.types import AttendanceState
from rewards.core import clock
from rewards.core.db import db
from rewards.identity import service as identity
from rewards.leaderboards import service as boards
from rewards.leaderboards.types import Measure, Subject
from rewards.network import service as network
from rewards.network.types import Level
from rewards.pages import screen
from rewards.pages.screen import leaderboard, pages, slides, today
from rewards.participants import rules as participant_rules
from rewards.participants.types import BoardDisplay
from rewards.screens import rules, service
from rewards.screens.types import Layout, Programme, SlidePlan
from tests.factories.people import SYSTEM, make_node, make_participant
from tests.factories.screens import keep_nothing, pair_screen
from tests.factories.world import act_as, build_occasion

STATION = SlidePlan(layout=Layout.STATION, seconds=20)
CHECK_IN = SlidePlan(layout=Layout.CHECK_IN, seconds=20)


@pytest.fixture
def now(monkeypatch):
    """Saturday, 21 November 2026, 14:40 in Shanghai, for the pages too."""
    moment = datetime(2026, 11, 21, 6, 40, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: moment)
    return moment


@pytest.fixture(autouse=True)
def fresh(app, monkeypatch):
    keep_nothing(monkeypatch)


@pytest.fixture
def make_screen(app, station, now, no_csrf):
    def make(*plans, node=station):
        return pair_screen(app, node, now, slides=plans)

    return make


def shown(screen, place=0):
    """Return one slide as a screen gets it."""
    return screen.get("/screen/data.json").json["slides"][place]


def build_crowd(station, now, count, *, display=BoardDisplay.MASKED):
    """Return people of different names who agreed to be shown in one way."""
    people = []
    for number in range(count):
        person = make_participant(
            station, now, name=f"{'赵钱孙李周吴郑'[number]}{'一二三四五六七'[number]}英"
        )
        identity.set_board_display(
            actor=SYSTEM, participant_id=person.id, display=display, nickname="", now=now
        )
        people.append(person)
    return people


def come(occasion, people, now):
    for person in people:
        checkins.check_in_by_staff(
            actor=SYSTEM, occasion_id=occasion.id, participant_id=person.id, now=now
        )


def text_of(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


# What goes round


def test_a_screen_goes_round_what_was_chosen_in_order(make_screen):
    screen = make_screen(STATION, SlidePlan(layout=Layout.LEADERBOARD, seconds=33), CHECK_IN)
    page = screen.get("/screen").text

    layouts = re.findall(r'data-slide="(\w+)\.', page)
    seconds = re.findall(r'data-seconds="(\d+)"', page)
    assert layouts == ["station", "leaderboard", "check_in"]
    assert seconds == ["20", "33", "20"]
    assert page.count("slide--on") == 1


def test_the_same_thing_is_shown_once(make_screen):
    assert len(make_screen(STATION, STATION).get("/screen/data.json").json["slides"]) == 1


def test_screens_that_show_the_same_share_what_is_made(make_screen, station, now):
    first, second = make_screen(STATION), make_screen(STATION)

    assert shown(first)["key"] == shown(second)["key"]


def test_a_slide_of_a_closed_node_is_of_the_screens_own(make_screen, station, now):
    point = make_node(Level.POINT, "小区点", station, now)
    screen = make_screen(SlidePlan(layout=Layout.STATION, seconds=20, node_id=point.id))
    assert f"station.{point.label}." in shown(screen)["key"]

    network.close_node(actor=SYSTEM, node_id=point.id, now=now)

    assert f"station.{station.label}." in shown(screen)["key"]


def test_a_slide_that_cannot_be_made_leaves_the_others(make_screen, monkeypatch):
    def fail(_slide, *, now):
        raise RuntimeError("no board")

    screen = make_screen(STATION, SlidePlan(layout=Layout.LEADERBOARD, seconds=20))
    monkeypatch.setattr(slides, "_DRAWN", {**slides._DRAWN, Layout.LEADERBOARD: fail})

    assert [each["layout"] for each in screen.get("/screen/data.json").json["slides"]] == [
        "station"
    ]
    assert screen.get("/screen").status_code == 200


def test_a_change_of_what_is_shown_reaches_the_screen(make_screen, now):
    screen = make_screen(STATION)
    before = screen.get("/screen/data.json").json["version"]

    service.set_slides(
        actor=SYSTEM, screen_id=screen.screen.id, slides=[STATION, CHECK_IN], now=now
    )

    after = screen.get("/screen/data.json").json
    assert after["version"] > before
    assert len(after["slides"]) == 2


def test_a_moved_screen_shows_its_new_node(make_screen, branch, now):
    screen = make_screen(STATION)

    service.change_screen(
        actor=SYSTEM, screen_id=screen.screen.id, name="x", node_id=branch[1].id, now=now
    )

    assert f"station.{branch[1].label}." in shown(screen)["key"]


@pytest.mark.parametrize("programme", Programme)
def test_every_programme_is_shown(make_screen, programme):
    screen = make_screen(*rules.PROGRAMMES[programme])

    assert screen.get("/screen").status_code == 200
    assert len(screen.get("/screen/data.json").json["slides"]) == len(rules.PROGRAMMES[programme])


@pytest.mark.parametrize("subject", Subject)
@pytest.mark.parametrize("measure", Measure)
def test_every_board_is_shown_by_its_name(make_screen, now, subject, measure):
    plan = SlidePlan(layout=Layout.LEADERBOARD, seconds=20, subject=subject, measure=measure)
    slide = shown(make_screen(plan))

    assert slide["title"] == leaderboard.name_board(plan, now)
    assert "还没有人上榜" in slide["parts"]["ten"]


# The day of a station


def test_the_day_of_a_station_without_anything_says_so(make_screen):
    parts = shown(make_screen(STATION))["parts"]

    assert "这一周还没有安排活动" in parts["next"]
    assert "今天还没有人到场" in parts["ticker"]
    assert (
        text_of(parts["figures"]) == "今天签到 0 人次 今天活动 0 场 今天发出 0 分 今天服务 0 小时"
    )


def test_the_day_of_a_station_tells_what_comes_next(make_screen, station, other_station, now):
    build_occasion(station, now=now, title="正在进行", starts_in=-10, minutes=60)
    build_occasion(station, now=now, title="后天的讲座", starts_in=2 * 24 * 60)
    build_occasion(station, now=now, title="下个月的讲座", starts_in=30 * 24 * 60)
    build_occasion(other_station, now=now, title="别处的活动")
    cancelled = build_occasion(station, now=now, title="取消的活动", starts_in=60)
    activities.cancel_occasion(actor=SYSTEM, occasion_id=cancelled.id, now=now)

    coming = text_of(shown(make_screen(STATION))["parts"]["next"])

    assert coming.index("正在进行") < coming.index("后天的讲座")
    for word in ("下个月的讲座", "别处的活动", "取消的活动"):
        assert word not in coming


def test_at_most_two_that_are_on_stand_before_what_comes(make_screen, station, now):
    for number in range(4):
        build_occasion(
            station, now=now, title=f"开始{number}", starts_in=-200 + number, minutes=400
        )
    build_occasion(station, now=now, title="后天的讲座", starts_in=2 * 24 * 60)

    coming = text_of(shown(make_screen(STATION))["parts"]["next"])

    assert "后天的讲座" in coming
    assert [number for number in range(4) if f"开始{number}" in coming] == [2, 3]


def test_only_the_title_of_a_line_is_cut(make_screen, station, now):
    occasion = build_occasion(station, now=now, title="<很长的名字>")
    come(occasion, build_crowd(station, now, 5, display=BoardDisplay.HIDDEN), now)

    ticker = shown(make_screen(STATION))["parts"]["ticker"]

    assert '<span class="live__title">&lt;很长的名字&gt;</span> 已到5人' in ticker


def test_the_ticker_names_those_who_agreed(make_screen, station, now):
    occasion = build_occasion(station, now=now)
    named = build_crowd(station, now, 5)
    hidden = build_crowd(station, now, 1, display=BoardDisplay.HIDDEN)
    come(occasion, [*named, *hidden], now)

    slide = shown(make_screen(STATION))
    ticker = text_of(slide["parts"]["ticker"])

    for person in named:
        assert f"{person.masked_name} 来到 环境清洁日" in ticker
    assert "环境清洁日 已到6人" in ticker
    for person in [*named, *hidden]:
        assert person.number not in json.dumps(slide, ensure_ascii=False)


def test_the_ticker_names_nobody_who_agreed_before_it_was_spoken_of(
    make_screen, station, now, monkeypatch
):
    occasion = build_occasion(station, now=now)
    people = build_crowd(station, now, 5)
    come(occasion, people, now)
    monkeypatch.setattr(participant_rules, "CONSENT_TEXT_VERSION", "2027-01")

    ticker = text_of(shown(make_screen(STATION))["parts"]["ticker"])

    assert not any(person.masked_name in ticker for person in people)
    assert "环境清洁日 已到5人" in ticker


def test_the_ticker_names_nobody_among_fewer_than_five(make_screen, station, now):
    occasion = build_occasion(station, now=now)
    people = build_crowd(station, now, 4)
    come(occasion, people, now)

    ticker = text_of(shown(make_screen(STATION))["parts"]["ticker"])

    assert not any(person.masked_name in ticker for person in people)
    assert "环境清洁日 已到4人" in ticker


def test_who_was_not_counted_does_not_make_a_group_of_five(make_screen, station, now):
    occasion = build_occasion(station, now=now)
    people = build_crowd(station, now, 5)
    come(occasion, people, now)
    last = sa.select(sa.func.max(CheckInRow.id)).scalar_subquery()
    db.session.execute(
        sa.update(CheckInRow)
        .where(CheckInRow.id == last)
        .values(state=AttendanceState.LAPSED)
        .execution_options(synchronize_session=False)
    )
    db.session.commit()

    ticker = text_of(shown(make_screen(STATION))["parts"]["ticker"])

    assert not any(person.masked_name in ticker for person in people)
    assert "环境清洁日 已到4人" in ticker


def test_somebody_who_comes_while_the_facts_are_gathered_breaks_nothing(
    app, station, now, monkeypatch
):
    occasion = build_occasion(station, now=now)
    come(occasion, build_crowd(station, now, 5), now)
    monkeypatch.setattr(checkin_queries, "list_turnouts", lambda ids: {})

    with app.test_request_context():
        assert today.list_ticker(station, now) == []


def test_whoever_stayed_to_the_end_completed_it(make_screen, station, now):
    occasion = build_occasion(station, now=now, starts_in=-90, minutes=89)
    people = build_crowd(station, now, 5)
    come(occasion, people, now - timedelta(minutes=85))

    ticker = text_of(shown(make_screen(STATION))["parts"]["ticker"])

    assert f"{people[0].masked_name} 完成 环境清洁日" in ticker


# The check-in display


def test_the_display_shows_the_code_of_what_is_on(make_screen, station, now):
    occasion = build_occasion(station, now=now, starts_in=-5)
    come(occasion, build_crowd(station, now, 3), now)

    slide = shown(make_screen(CHECK_IN))

    assert slide["title"] == "环境清洁日"
    assert "<svg" in slide["parts"]["symbol"]
    assert re.search(r"<b>\d{3} \d{3}</b>", slide["parts"]["digits"])
    assert "<b>3</b>" in slide["parts"]["count"]
    assert now.timestamp() < slide["expires"] <= now.timestamp() + 60
    assert slide["is_idle"] is False


def test_the_code_is_the_one_that_is_accepted(make_screen, station, now):
    occasion = build_occasion(station, now=now, starts_in=-5)
    person = make_participant(station, now, name="王建英")
    digits = re.search(r"<b>(\d{3}) (\d{3})</b>", shown(make_screen(CHECK_IN))["parts"]["digits"])

    receipt = checkins.check_in_by_digits(
        actor=act_as(person), occasion_id=occasion.id, digits="".join(digits.groups()), now=now
    )

    assert receipt.participant_id == person.id


def test_without_anything_on_the_display_is_passed_over(make_screen, station, now):
    build_occasion(station, now=now, title="晚上的讲座", starts_in=5 * 60)
    screen = make_screen(CHECK_IN, STATION)
    slide = shown(screen)

    assert slide["is_idle"] is True
    assert slide["expires"] is None
    assert "现在没有活动签到" in slide["parts"]["symbol"]
    assert "晚上的讲座" in slide["parts"]["symbol"]
    assert re.search(r'data-slide="check_in[^>]* data-idle', screen.get("/screen").text)


def test_an_hour_ahead_the_display_tells_when_check_in_opens(make_screen, station, now):
    build_occasion(station, now=now, starts_in=80)

    slide = shown(make_screen(CHECK_IN))

    assert slide["is_idle"] is False
    assert "开始签到" in slide["parts"]["symbol"]
    assert "<svg" not in slide["parts"]["symbol"]
    assert slide["parts"]["digits"].strip() == ""


def test_a_screen_shows_no_code_of_another_place(make_screen, branch, station, now):
    point = make_node(Level.POINT, "小区点", station, now)
    build_occasion(point, now=now)

    assert shown(make_screen(CHECK_IN))["is_idle"] is True
    chosen = SlidePlan(layout=Layout.CHECK_IN, seconds=20, node_id=point.id)
    assert shown(make_screen(chosen))["is_idle"] is False


def test_a_chosen_occasion_is_shown_until_an_hour_after_its_end(make_screen, station, now):
    chosen = build_occasion(station, now=now, title="选定的", starts_in=-60, minutes=30)
    build_occasion(station, now=now, title="别的", starts_in=-1)
    over = build_occasion(station, now=now, title="早已结束", starts_in=-300, minutes=30)
    plans = [
        SlidePlan(layout=Layout.CHECK_IN, seconds=20, occasion_id=each.id)
        for each in (chosen, over)
    ]
    screen = make_screen(*plans)

    assert shown(screen, 0)["title"] == "选定的"
    assert shown(screen, 1)["is_idle"] is True


def test_a_stream_on_another_port_draws_codes_that_lead_to_the_pages(
    app, make_screen, station, now
):
    build_occasion(station, now=now, starts_in=-5)
    screen = make_screen(CHECK_IN)
    drawn = []
    for origin in ("http://localhost:8000", "https://evil.example"):
        with app.test_request_context(
            "/streams/screen", base_url="http://localhost:8001", headers={"Origin": origin}
        ):
            drawn += slides.list_slides(screen.screen, locale="zh_Hans_CN")

    assert [slide.origin for slide in drawn] == ["http://localhost:8000", "http://localhost:8001"]
    assert len({slide.key for slide in drawn}) == 2
    # Nobody asks while a stream draws.
    with app.app_context():
        made = [slides.make(slide, now=now) for slide in drawn]
    assert len({snapshot.picture.parts["symbol"] for snapshot in made}) == 2


# Languages and editions


def test_what_comes_later_is_in_the_language_of_the_page(make_screen):
    page = make_screen(STATION).get("/screen?in=en").text

    assert 'data-json="/screen/data.json?in=en"' in page
    assert 'data-stream="/streams/screen?in=en"' in page
    assert re.search(r'data-slide="station[^"]*\.en"', page)


def test_the_edition_of_the_page_is_read_before_anybody_asks(app):
    pages.build.cache_clear()
    screen.register(Flask("another"))

    assert pages.build.cache_info().currsize == 1


# A closed node


def test_a_screen_of_a_closed_node_shows_a_word_and_nothing_else(make_screen, station, now):
    television = make_screen(STATION)
    version = television.get("/screen/data.json").json["version"]
    network.close_node(actor=SYSTEM, node_id=station.id, now=now)

    data = television.get("/screen/data.json").json
    page = television.get("/screen").text

    assert data["slides"] == []
    assert data["version"] != version
    assert "站点已关闭" in page
    assert "data-slide=" not in page
    assert f'data-version="{data["version"]}"' in page


def test_a_code_of_another_place_says_where_that_is(make_screen, station, now):
    point = make_node(Level.POINT, "河畔小区", station, now)
    occasion = build_occasion(point, now=now, place="凉亭")
    here = build_occasion(station, now=now, place="二楼活动室")
    plans = [replace(CHECK_IN, occasion_id=each.id) for each in (occasion, here)]

    heads = [text_of(shown(make_screen(plan))["parts"]["head"]) for plan in plans]

    assert heads[0].endswith("· 河畔小区 · 凉亭")
    assert heads[1].endswith("· 二楼活动室")
    assert station.name not in heads[1]


@pytest.mark.parametrize(
    ("place", "title"),
    [(0, "The district today"), (1, "The institute today"), (2, "The station today")],
)
def test_the_day_of_each_level_has_its_english_name(make_screen, branch, place, title):
    television = make_screen(STATION, node=branch[place])

    assert television.get("/screen/data.json?in=en").json["slides"][0]["title"] == title


def test_a_board_that_is_put_together_from_the_books_says_that_it_is_updating(make_screen, now):
    board = SlidePlan(layout=Layout.LEADERBOARD, seconds=20)
    rule = text_of(shown(make_screen(board))["parts"]["rule"])

    assert rule.startswith("榜单正在更新，先看 14:40 的。")


def test_a_board_that_is_up_to_date_does_not(redis_server, make_screen, now):
    boards.project(now=now)
    board = SlidePlan(layout=Layout.LEADERBOARD, seconds=20)

    assert "更新" not in shown(make_screen(board))["parts"]["rule"]

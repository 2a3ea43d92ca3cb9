import json
import re

import pytest
from itsdangerous import URLSafeSerializer

from rewards.access.types import Role
from rewards.activities import service as activities
from rewards.checkins import rules as codes
from rewards.checkins import service as checkins
from rewards.core import clock
from rewards.identity import service as identity
from rewards.ledger.types import BoardKind
from rewards.pages.screen import links
from rewards.participants.types import BoardDisplay
from rewards.redemptions import service as redemptions
from tests.factories import books, watching
from tests.factories.people import SYSTEM, make_participant
from tests.factories.redemptions import reserve_for
from tests.factories.screens import keep_nothing, pair_screen
from tests.factories.world import build_occasion

JSON = {"Accept": "application/json"}


@pytest.fixture(autouse=True)
def fresh(app, monkeypatch):
    """Nothing is kept from one test to the next, and rounds are short."""
    keep_nothing(monkeypatch)
    yield
    # Before the database goes, those who read it.
    watching.wait_for_threads()


@pytest.fixture
def client(app, station, no_csrf, now):
    """The browser of a screen that is paired at the station."""
    return pair_screen(app, station, now)


PEOPLE = [
    # name, phone, birth year, how they agreed to be shown, nickname; what the screen may say
    ("王建英", "13803511234", 1956, "masked", "", "王*英"),
    ("刘洋", "13803511111", 1970, "hidden", "", "未公开"),
    ("欧阳雪英", "13803512222", 1960, "nickname", "朝阳大姐", "朝阳大姐"),
    ("陈一一", "13803513333", 2014, "masked", "", "小志愿者"),
    ("赵铁柱", "13803514444", 1950, "masked", "", "赵*柱"),
    ("赵金柱", "13803515555", 1951, "masked", "", "赵*柱"),
]


@pytest.fixture
def board(station, towel, now):
    """People of every choice, with points, and things that happened today."""
    people = []
    for place, (name, phone, year, display, nickname, _shown) in enumerate(PEOPLE):
        person = make_participant(station, now, name=name, phone=phone, birth_year=year)
        identity.set_board_display(
            actor=SYSTEM,
            participant_id=person.id,
            display=BoardDisplay(display),
            nickname=nickname,
            now=now,
        )
        books.post(person, station, amount=100 - place, board=BoardKind.STUDY, now=now)
        people.append(person)
    occasion = build_occasion(station, now=now)
    checkins.check_in_by_staff(
        actor=SYSTEM, occasion_id=occasion.id, participant_id=people[0].id, now=now
    )
    reserved = reserve_for(people[0], towel, now)
    redemptions.fulfil(actor=SYSTEM, redemption_id=reserved.id, code=reserved.code, now=now)
    return people


def payloads(client, station):
    """Return everything that a screen is ever sent about a board."""
    page = client.get(f"/screen/board/{station.label}")
    polled = client.get(f"/screen/board/{station.label}.json")
    streamed = watching.read_slide(client, f"/streams/boards/{station.label}")
    assert page.status_code == polled.status_code == 200
    return {"page": page.text, "json": polled.text, "stream": json.dumps(streamed)}


def sent_slide(surface, sent):
    slide = json.loads(sent)
    return slide["slides"][0] if surface == "json" else slide


@pytest.mark.parametrize("surface", ["page", "json", "stream"])
def test_a_screen_is_sent_nothing_that_tells_who_somebody_is(client, station, board, surface):
    sent = payloads(client, station)[surface]
    sent = sent.encode().decode("unicode_escape") if "\\u" in sent else sent

    for (name, phone, *_rest), person in zip(PEOPLE, board, strict=True):
        assert name not in sent
        assert phone not in sent
        assert phone[-8:] not in sent
        assert person.masked_phone not in sent
        assert person.number not in sent
        assert str(person.id) not in sent
        assert person.id.hex not in sent


@pytest.mark.parametrize("surface", ["page", "json", "stream"])
def test_the_names_on_a_screen_are_those_that_were_agreed_to(client, station, board, surface):
    sent = payloads(client, station)[surface]
    html = sent if surface == "page" else sent_slide(surface, sent)["parts"]["ten"]

    shown = re.findall(r'class="name[^"]*">([^<]+)', html)

    numbers = [person.number[-2:] if person.is_minor else "" for person in board]
    assert shown == [
        allowed + number for (*_rest, allowed), number in zip(PEOPLE, numbers, strict=True)
    ]
    endings = re.findall(r"尾号(\d+)", html)
    # Two digits, or as many more as it takes to tell these two apart.
    assert len(endings) == len(set(endings)) == 2
    assert [person.number[-len(endings[0]) :] for person in board[-2:]] == endings


def test_the_board_tells_what_happened(client, station, board):
    page = client.get(f"/screen/board/{station.label}?kind=study&period=month").text

    assert "学习榜" in page
    assert "环境清洁日</span> 第1位到场" in page
    assert '兑换台 送出<span class="live__title">毛巾</span>1条' in page
    assert "1<small>人次</small>" in page
    assert 'href="/BOARD"' not in page


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("?kind=all&period=week", "本周积分榜"),
        ("?kind=service&period=year", "今年服务榜"),
        ("?kind=nonsense&period=never", "月学习榜"),
        ("", "月学习榜"),
    ],
)
def test_a_screen_chooses_its_board(client, station, query, title):
    assert title in client.get(f"/screen/board/{station.label}{query}").text


def test_an_empty_board_says_so(client, station):
    page = client.get(f"/screen/board/{station.label}").text

    assert "还没有人上榜" in page
    assert "今天还没有人到场" in page


@pytest.mark.parametrize("path", ["/screen/board/nothing", "/screen/occasions/nothing"])
def test_an_unknown_screen_leads_to_the_choice(client, station, path):
    page = client.get(path)

    assert page.status_code == 404
    assert 'href="/screen"' in page.text
    assert client.get(f"{path}.json", headers=JSON).status_code == 404
    assert client.get("/streams/boards/nothing", headers=JSON).json == {"code": "node-not-found"}


def test_asking_again_for_the_same_costs_nothing(client, station, board):
    first = client.get(f"/screen/board/{station.label}.json")
    again = client.get(
        f"/screen/board/{station.label}.json", headers={"If-None-Match": first.headers["ETag"]}
    )
    books.post(board[1], station, amount=500, board=BoardKind.STUDY, now=clock.now())
    changed = client.get(
        f"/screen/board/{station.label}.json", headers={"If-None-Match": first.headers["ETag"]}
    )

    assert first.headers["Cache-Control"] == "no-cache"
    assert again.status_code == 304
    assert changed.status_code == 200


def test_the_symbol_on_the_wall_leads_to_the_board_on_the_phone(client, station):
    answer = client.get("/BOARD")

    assert answer.status_code == 302
    assert answer.location == "/board"


# The check-in display


@pytest.fixture
def occasion(station, now):
    return build_occasion(station, now=now, capacity=40)


def test_the_display_shows_a_code_that_checks_in_and_counts(
    client, make_browser, station, occasion, resident, now
):
    host = make_browser("hejing", (Role.HOST, station))
    page = host.get(f"/console/occasions/{occasion.id}").text
    address = re.search(r'href="(/screen/occasions/[^"]+)"', page)[1]
    checkins.check_in_by_staff(
        actor=SYSTEM, occasion_id=occasion.id, participant_id=resident.id, now=now
    )

    screen = client.get(address)
    renewed = client.get(f"{address}.json", headers=JSON).json

    digits = "".join(re.search(r"data-digits>(\d{3}) (\d{3})<", screen.text).groups())
    codes.check_digits(digits, key=occasion.code_key, now=clock.now())
    assert "data-people>1<" in screen.text
    assert "王" not in screen.text
    assert set(renewed) == {"svg", "digits", "left", "period", "people", "is_over", "build"}
    assert renewed["people"] == 1


def test_the_address_opens_one_occasion_and_no_other(client, station, occasion, now):
    token = links.build_token(occasion)
    # Not the last sign: two of its bits mean nothing.
    forged = token[:-2] + ("A" if token[-2] != "A" else "B") + token[-1]

    assert client.get(f"/screen/occasions/{forged}").status_code == 404
    assert client.get(f"/screen/occasions/{occasion.id}").status_code == 404
    assert client.get(f"/screen/occasions/{token}").status_code == 200


def test_the_address_ends_an_hour_after_the_occasion(client, station, now):
    over = build_occasion(station, now=now, starts_in=-130, minutes=60)
    leaving = build_occasion(station, now=now, starts_in=-100, minutes=60)

    assert client.get(f"/screen/occasions/{links.build_token(over)}").status_code == 410
    assert client.get(f"/screen/occasions/{links.build_token(leaving)}").status_code == 200


def test_a_cancelled_occasion_shows_no_code(client, occasion, now):
    activities.cancel_occasion(actor=SYSTEM, occasion_id=occasion.id, now=now)
    token = links.build_token(occasion)

    page = client.get(f"/screen/occasions/{token}")

    assert "这场活动取消了" in page.text
    assert "data-digits" not in page.text
    assert client.get(f"/screen/occasions/{token}.json").json["is_over"] is True


def test_nothing_that_was_signed_for_something_else_opens_a_display(client, app, occasion, now):
    other = URLSafeSerializer(app.config["SECRET_KEY"], salt="other").dumps(occasion.id.hex)

    assert client.get(f"/screen/occasions/{other}").status_code == 404

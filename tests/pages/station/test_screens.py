import json
import queue
import re
import threading
from dataclasses import replace

import pytest
from itsdangerous import URLSafeSerializer

from rewards.access.types import Role
from rewards.activities import service as activities
from rewards.checkins import rules as codes
from rewards.checkins import service as checkins
from rewards.core import clock
from rewards.core.db import db
from rewards.identity import service as identity
from rewards.ledger.types import BoardKind
from rewards.pages.screen import feeds, links, pages, slides, streams
from rewards.pages.screen.shown import Snapshot
from rewards.participants.types import BoardDisplay
from rewards.redemptions import service as redemptions
from tests.factories import books
from tests.factories.people import SYSTEM, make_participant
from tests.factories.screens import pair_screen
from tests.factories.world import act_as, build_occasion

JSON = {"Accept": "application/json"}


@pytest.fixture(autouse=True)
def fresh(app, monkeypatch):
    """Nothing is kept from one test to the next, and rounds are short."""
    monkeypatch.setattr(pages, "_kept", slides.Kept(seconds=0))
    monkeypatch.setattr(streams, "_hub", feeds.Hub())
    monkeypatch.setattr(feeds.Feed.__init__, "__kwdefaults__", {"seconds": 0.05})
    yield
    # Before the database goes, those who read it.
    for thread in threading.enumerate():
        if thread.name == feeds.THREAD_NAME:
            thread.join(timeout=10)


@pytest.fixture
def client(app, station, no_csrf, now):
    """The browser of a screen that is paired at the station."""
    return pair_screen(app, station, now)


PEOPLE = [
    # name, phone, birth year, how they agreed to be shown, nickname; what the screen may say
    ("王建英", "13803511234", 1956, "masked", "", "王*英"),
    ("刘洋", "13803511111", 1970, "hidden", "", "未公开"),
    ("欧阳雪英", "13803512222", 1960, "nickname", "朝阳大姐", "朝阳大姐"),
    ("陈一一", "13803513333", clock.now().year - 12, "masked", "", "小志愿者"),
    ("赵铁柱", "13803514444", 1950, "masked", "", "赵*柱"),
    ("赵金柱", "13803515555", 1951, "masked", "", "赵*柱"),
]


@pytest.fixture
def board(station, space, towel, now):
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
    reserved = redemptions.reserve(
        actor=act_as(people[0]),
        participant_id=people[0].id,
        space_id=space.id,
        reward_id=towel.id,
        quantity=1,
        now=now,
    )
    redemptions.fulfil(actor=SYSTEM, redemption_id=reserved.id, code=reserved.code, now=now)
    return people


def payloads(client, station):
    """Return everything that a screen is ever sent about a board."""
    page = client.get(f"/screen/board/{station.label}")
    polled = client.get(f"/screen/board/{station.label}.json")
    streamed = read_stream(client, station)
    assert page.status_code == polled.status_code == 200
    return {"page": page.text, "json": polled.text, "stream": json.dumps(streamed)}


def read(answer):
    """Return the next event of a stream."""
    return next(answer.response).decode()


def build_snapshot(etag):
    return Snapshot(key="a", slide=None, picture=None, body="", etag=etag)


def sent_slide(surface, sent):
    slide = json.loads(sent)
    return slide["slides"][0] if surface == "json" else slide


def read_stream(client, station, query=""):
    answer = client.get(f"/streams/boards/{station.label}{query}", buffered=False)
    assert answer.status_code == 200
    try:
        lines = "".join(read(answer) for _ in range(2))
    finally:
        answer.close()
    return json.loads(re.search(r"event: slide\ndata: (.*)\n", lines)[1])


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
    assert endings == [person.number[-2:] for person in board[-2:]]


def test_the_board_tells_what_happened(client, station, board):
    page = client.get(f"/screen/board/{station.label}?kind=study&period=month").text

    assert "学习榜" in page
    assert "环境清洁日 第1位到场" in page
    assert "兑换台 送出毛巾1条" in page
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


# Streams


def test_a_stream_tells_what_changed_without_being_asked(client, station, board):
    answer = client.get(f"/streams/boards/{station.label}", buffered=False)
    read(answer)
    read(answer)
    books.post(board[1], station, amount=500, board=BoardKind.STUDY, now=clock.now())

    event = read(answer)
    answer.close()

    assert event.startswith("id: ")
    assert "599<small>" in json.loads(re.search(r"data: (.*)\n", event)[1])["parts"]["ten"]


def test_a_stream_is_what_a_browser_and_a_proxy_need(client, station):
    answer = client.get(
        f"/streams/boards/{station.label}",
        headers={"Origin": "http://localhost:8000"},
        buffered=False,
    )
    first = read(answer)
    answer.close()

    assert answer.mimetype == "text/event-stream"
    assert answer.headers["X-Accel-Buffering"] == "no"
    assert answer.headers["Access-Control-Allow-Origin"] == "http://localhost:8000"
    assert 2_000 <= int(re.match(r"retry: (\d+)\n", first)[1]) <= 15_000


def test_another_site_may_not_read_a_stream(client, station):
    answer = client.get(
        f"/streams/boards/{station.label}",
        headers={"Origin": "https://evil.example"},
        buffered=False,
    )
    answer.close()

    assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_silent_stream_beats(client, station, monkeypatch):
    monkeypatch.setattr(streams, "HEARTBEAT_SECONDS", 0.2)
    answer = client.get(f"/streams/boards/{station.label}", buffered=False)
    events = [read(answer) for _ in range(3)]
    answer.close()

    assert re.fullmatch(r'event: beat\ndata: {"now": \d{10}}\n\n', events[2])


def test_heartbeats_come_before_a_proxy_gives_up():
    assert streams.HEARTBEAT_SECONDS <= 15


def test_no_more_screens_are_served_than_there_is_room_for(app, client, station):
    app.extensions["settings"] = replace(app.extensions["settings"], streams_max=4)
    address = f"/streams/boards/{station.label}"
    watching = [
        client.get(address, buffered=False, environ_overrides={"REMOTE_ADDR": f"10.0.0.{n}"})
        for n in range(4)
    ]

    refused = client.get(address, headers=JSON)
    watching[0].close()
    served = client.get(address, buffered=False)

    assert [answer.status_code for answer in watching] == [200] * 4
    assert refused.status_code == 503
    assert 30 <= int(refused.headers["Retry-After"]) <= 120
    assert served.status_code == 200
    for answer in (*watching, served):
        answer.close()
    assert streams._hub.count_seats() == 0


def test_one_address_cannot_take_every_place(app, client, station):
    app.extensions["settings"] = replace(app.extensions["settings"], streams_max=4)
    address = f"/streams/boards/{station.label}"

    answers = [client.get(address, buffered=False) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 503]
    for answer in answers:
        answer.close()


def test_where_streams_are_served_elsewhere_there_are_none(app, client, station):
    app.extensions["settings"] = replace(app.extensions["settings"], streams_max=0)

    assert client.get(f"/streams/boards/{station.label}").status_code == 503


def test_a_stream_holds_no_connection(app, client, station):
    answer = client.get(f"/streams/boards/{station.label}", buffered=False)
    read(answer)
    read(answer)
    db.session.remove()
    idle = [db.engine.pool.checkedout() for _ in range(20) if not threading.Event().wait(0.02)]
    answer.close()

    assert 0 in idle


def test_a_board_is_made_once_however_many_watch():
    made = []

    def make():
        made.append(threading.get_ident())
        return build_snapshot(str(len(made)))

    hub = feeds.Hub()
    watching = [hub.join("board", make) for _ in range(50)]
    newest = [watcher.get(timeout=5).etag for _feed, watcher in watching]
    for feed, watcher in watching:
        hub.leave("board", feed, watcher)

    assert len(set(made)) == 1
    assert len(newest) == 50
    assert len(made) < 50


def test_a_watcher_that_does_not_read_gets_the_newest_and_grows_nothing():
    numbers = iter(range(1000))
    enough = threading.Event()

    def make():
        number = next(numbers)
        if number == 20:
            enough.set()
        return build_snapshot(str(number))

    feed = feeds.Feed(make, seconds=0.001)
    watcher = feed.join()
    assert enough.wait(5)
    feed.leave(watcher)

    assert watcher.qsize() <= feeds.QUEUE_LENGTH
    assert int(watcher.get_nowait().etag) > 10


def test_a_board_that_cannot_be_made_leaves_the_stream_open(caplog):
    failing = threading.Event()

    def make():
        if not failing.is_set():
            failing.set()
            raise RuntimeError("database is gone")
        return build_snapshot("b")

    feed = feeds.Feed(make, seconds=0.01)
    watcher = feed.join()

    assert watcher.get(timeout=5).etag == "b"
    assert feed.leave(watcher)


def test_a_feed_ends_when_nobody_watches():
    def make():
        return build_snapshot("a")

    feed = feeds.Feed(make, seconds=60)
    watcher = feed.join()
    watcher.get(timeout=5)
    feed.leave(watcher)
    for _ in range(100):
        if not feed._is_running:
            break
        threading.Event().wait(0.02)

    assert not feed._is_running
    with pytest.raises(queue.Empty):
        watcher.get_nowait()


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
    forged = token[:-1] + ("A" if token[-1] != "A" else "B")

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

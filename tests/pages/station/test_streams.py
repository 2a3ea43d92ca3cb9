import json
import re
import threading
import time
from dataclasses import replace
from http import HTTPStatus

import pytest
import sqlalchemy as sa

from rewards.access.types import Role
from rewards.core import clock
from rewards.core.db import db
from rewards.leaderboards import service as leaderboards
from rewards.leaderboards.types import Period
from rewards.ledger.types import BoardKind
from rewards.network import service as network
from rewards.pages.screen import streams
from rewards.pages.screen.feeds import Feeds, Pace
from rewards.pages.screen.hub import LOOK_SECONDS, Hub
from rewards.screens import queries
from rewards.screens import service as screens
from rewards.screens.models import ScreenRow
from rewards.screens.types import Layout, SlidePlan
from rewards.web.sessions import Cookie
from tests.factories import books, watching
from tests.factories.people import SYSTEM
from tests.factories.screens import build_screen, pair_screen
from tests.factories.watching import read, read_until

SCREEN = "/streams/screen"
REVOKED_WITHIN_SECONDS = 5
JSON = {"Accept": "application/json"}
POINTS = r"data: (.*599<small>.*)\n"


@pytest.fixture(autouse=True)
def hub(app, monkeypatch):
    """Boards are made anew at once, and looked after often."""
    monkeypatch.setattr("rewards.pages.screen.hub.LOOK_SECONDS", 0.05)
    pace = Pace(changed=0.05, arrives_within=0.5, quiet=60)
    hub = app.extensions[streams.EXTENSION] = Hub(streams.Service(app), feeds=Feeds(pace=pace))
    yield hub
    for watch in tuple(hub._watches):
        hub.leave(watch)
    # Before the database goes, those who read it.
    watching.wait_for_threads()


@pytest.fixture
def client(app, station, no_csrf, now):
    """The browser of a screen that is paired at the station."""
    return pair_screen(app, station, now)


@pytest.fixture
def path(station):
    return f"/streams/boards/{station.label}"


def test_a_change_in_the_books_reaches_a_screen_at_once(client, station, resident, path):
    answer = client.get(path, buffered=False)
    read_until(answer, "event: slide")
    books.post(resident, station, amount=599, board=BoardKind.STUDY, now=clock.now())
    leaderboards.seal_pending()

    event = read_until(answer, POINTS)
    answer.close()

    assert "599<small>" in json.loads(event[1])["parts"]["ten"]


def test_a_stream_is_what_a_browser_and_a_proxy_need(client, path):
    answer = client.get(path, headers={"Origin": "http://localhost:8000"}, buffered=False)
    first = read(answer)
    answer.close()

    assert answer.mimetype == "text/event-stream"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Accel-Buffering"] == "no"
    assert answer.headers["Access-Control-Allow-Origin"] == "http://localhost:8000"
    assert answer.headers["Access-Control-Allow-Credentials"] == "true"
    assert 2_000 <= int(re.match(r"retry: (\d+)\n", first)[1]) <= 15_000


@pytest.mark.parametrize("origin", ["https://evil.example", "http://[", "null"])
def test_another_site_may_not_read_a_stream(client, path, origin):
    answer = client.get(path, headers={"Origin": origin}, buffered=False)
    answer.close()

    assert "Access-Control-Allow-Origin" not in answer.headers
    assert "Access-Control-Allow-Credentials" not in answer.headers


def test_screens_that_come_back_do_so_one_by_one(client, path, hub):
    spans = []
    for _ in range(40):
        answer = client.get(path, buffered=False)
        spans.append(int(re.match(r"retry: (\d+)\n", read(answer))[1]))
        answer.close()

    assert max(spans) - min(spans) > 6_000
    assert len(set(spans)) > 30


def test_a_stream_beats_though_nothing_happens(client, path, monkeypatch):
    monkeypatch.setattr(streams, "HEARTBEAT_SECONDS", 0.2)
    answer = client.get(path, buffered=False)
    beats = [read_until(answer, r'event: beat\ndata: {"now": (\d{10}),') for _ in range(2)]
    answer.close()

    assert all(abs(int(beat[1]) - clock.now().timestamp()) < 10 for beat in beats)


def test_a_stream_beats_though_something_happens_all_the_time(hub, monkeypatch):
    monkeypatch.setattr(streams, "HEARTBEAT_SECONDS", 0.05)
    mailbox = streams.Mailbox()
    events = streams._events(mailbox, version=1)
    next(events)
    sent = b""
    for number in range(20):
        mailbox.put("board", b"data: %d\n\n" % number)
        sent += next(events)
        threading.Event().wait(0.01)

    assert b"event: beat" in sent
    assert b"data: 19\n\n" in sent


def test_heartbeats_come_before_a_proxy_gives_up():
    assert streams.HEARTBEAT_SECONDS <= 15


def test_no_more_screens_are_served_than_there_is_room_for(app, station, now, hub):
    app.extensions["settings"] = replace(app.extensions["settings"], streams_max=3)
    screens = [pair_screen(app, station, now, name=str(number)) for number in range(4)]
    watching = [screen.get(SCREEN, buffered=False) for screen in screens[:3]]

    refused = [screens[3].get(SCREEN, headers=JSON) for _ in range(30)]
    watching[0].close()
    served = screens[3].get(SCREEN, buffered=False)

    assert [answer.status_code for answer in watching] == [HTTPStatus.OK] * 3
    assert {answer.status_code for answer in refused} == {HTTPStatus.SERVICE_UNAVAILABLE}
    waits = [int(answer.headers["Retry-After"]) for answer in refused]
    assert 30 <= min(waits) < max(waits) <= 120
    assert served.status_code == HTTPStatus.OK
    for answer in (*watching, served):
        answer.close()
    assert hub.count() == 0


def test_one_screen_cannot_take_every_place(client, hub):
    answers = [client.get(SCREEN, buffered=False) for _ in range(5)]

    assert [answer.status_code for answer in answers] == [HTTPStatus.OK] * 5
    assert hub.count() == streams.STREAMS_OF_SCREEN
    for answer in answers:
        answer.close()


def test_staff_who_look_on_are_asked_anew(make_browser, station, path, hub):
    answer = make_browser("hejing", (Role.HOST, station)).get(path, buffered=False)
    read_until(answer, "event: slide")
    (watch,) = hub._watches
    assert 0 < watch.ends_at - time.monotonic() <= streams.STAFF_SECONDS
    object.__setattr__(watch, "ends_at", 0.0)

    rest = b"".join(answer.response)
    answer.close()

    assert b"event: gone" not in rest


@pytest.mark.parametrize("form", [SCREEN, "/streams/boards/%s"])
def test_a_screen_that_is_disconnected_goes_dark_at_once(client, station, form, now):
    answer = client.get(form.replace("%s", station.label), buffered=False)
    read_until(answer, "event: slide")
    screens.revoke_screen(actor=SYSTEM, screen_id=client.screen.id, now=now)
    began = time.monotonic()

    read_until(answer, "event: gone")

    assert time.monotonic() - began < REVOKED_WITHIN_SECONDS
    assert not b"".join(answer.response)
    queries.forget()
    assert client.get(form.replace("%s", station.label), headers=JSON).status_code in {
        401,
        403,
        404,
    }


def test_looks_come_often_enough_to_disconnect_in_time():
    assert LOOK_SECONDS < REVOKED_WITHIN_SECONDS / 2


def test_a_screen_that_is_to_show_something_else_is_told_so(client, now):
    answer = client.get(SCREEN, buffered=False)
    read_until(answer, "event: slide")
    station_slide = SlidePlan(layout=Layout.LEADERBOARD, seconds=20, span=Period.YEAR)
    screens.set_slides(actor=SYSTEM, screen_id=client.screen.id, slides=[station_slide], now=now)

    told = json.loads(read_until(answer, r"event: screen\ndata: (.*)\n")[1])
    rest = b"".join(answer.response)
    answer.close()

    assert told["version"] == client.screen.version + 1
    assert not rest


def test_a_screen_whose_node_is_closed_is_told_so(client, station, now):
    answer = client.get(SCREEN, buffered=False)
    read_until(answer, "event: slide")
    network.close_node(actor=SYSTEM, node_id=station.id, now=now)

    told = json.loads(read_until(answer, r"event: screen\ndata: (.*)\n")[1])
    answer.close()

    assert told["version"] == -client.screen.version


def test_who_watches_a_board_is_who_was_allowed_to(make_browser, station, other_station, now, hub):
    browser = make_browser("hejing", (Role.HOST, other_station))
    browser.set_cookie(Cookie.SCREEN, build_screen(station, now)[0])
    own = browser.get(f"/streams/boards/{station.label}", buffered=False)
    by_staff = browser.get(f"/streams/boards/{other_station.label}", buffered=False)
    watches = [(watch.screen_id is None, watch.ends_at is None) for watch in hub._watches]
    for answer in (own, by_staff):
        answer.close()

    assert watches == [(False, True), (True, False)]


def test_a_screen_with_a_stream_is_seen(client, station, now):
    db.session.execute(sa.update(ScreenRow).values(seen_at=None))
    db.session.commit()
    answer = client.get(SCREEN, buffered=False)
    db.session.execute(sa.update(ScreenRow).values(seen_at=None))
    db.session.commit()
    for _ in range(100):
        db.session.rollback()
        if queries.get_screen(client.screen.id).seen_at is not None:
            break
        threading.Event().wait(0.05)
    answer.close()

    assert queries.get_screen(client.screen.id).seen_at is not None


def test_where_streams_are_served_elsewhere_there_are_none(app, client, path):
    app.extensions["settings"] = replace(app.extensions["settings"], streams_max=0)

    assert client.get(path).status_code == HTTPStatus.SERVICE_UNAVAILABLE


def test_a_stream_holds_no_connection(client, path):
    answer = client.get(path, buffered=False)
    read_until(answer, "event: slide")
    db.session.remove()
    idle = [db.engine.pool.checkedout() for _ in range(20) if not threading.Event().wait(0.02)]
    answer.close()

    assert 0 in idle


def test_the_metrics_tell_how_many_screens_are_served(client, path):
    answer = client.get(path, buffered=False)
    read_until(answer, "event: slide")
    during = client.get("/metrics").text
    answer.close()
    after = client.get("/metrics").text

    assert "rewards_streams 1.0" in during
    assert "rewards_stream_slides 1.0" in during
    assert 'rewards_stream_slides_made_total{result="made"}' in during
    assert "rewards_streams 0.0" in after

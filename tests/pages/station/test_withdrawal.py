"""Whoever takes their name back is gone from every public face within a minute.

What is kept for a while, in whatever process, is kept by the clock that is
stopped here: first every face has the name, and what is kept has it still
after the name was taken back; a minute later nothing has it any more.
"""

import json
import re
import time
from datetime import timedelta

import pytest

from rewards.checkins import service as checkins
from rewards.identity import service as identity
from rewards.leaderboards import queries as boards
from rewards.leaderboards import service as projection
from rewards.leaderboards import store
from rewards.leaderboards.queries import boards as made
from rewards.leaderboards.queries import shared
from rewards.ledger.types import BoardKind
from rewards.pages.screen import feeds, pages, today
from rewards.pages.screen.kept import Kept
from rewards.participants.types import BoardDisplay
from tests.factories import books, watching
from tests.factories.people import SYSTEM, make_participant
from tests.factories.screens import pair_screen
from tests.factories.world import build_occasion

MINUTE = 60.0
NAME = "王*英"
NICKNAME = "朝阳大姐"
# Of a month that is closed for good, whatever day it is.
LONG_AGO = timedelta(days=65)


class Stopped:
    """A clock of `time.monotonic` that goes on when it is told to."""

    def __init__(self):
        self.seconds = time.monotonic()

    def __call__(self):
        return self.seconds


@pytest.fixture
def stopped(monkeypatch):
    """What is kept for a while by this process is kept by this clock."""
    boards.forget()
    monkeypatch.setattr(pages, "_kept", Kept(seconds=pages.KEPT_SECONDS))
    stopped = Stopped()
    monkeypatch.setattr(time, "monotonic", stopped)
    monkeypatch.setattr(shared.boards, "_clock", stopped)
    yield stopped
    boards.forget()


@pytest.fixture
def people(station, now):
    """Five with points of this month and one long ago, one of them by nickname."""
    people = []
    occasion = build_occasion(station, now=now)
    for place in range(5):
        person = make_participant(station, now, name="王建英" if place == 0 else "李强")
        for moment in (now, now - LONG_AGO):
            books.post(person, station, amount=100 - place, board=BoardKind.STUDY, now=moment)
        checkins.check_in_by_staff(
            actor=SYSTEM, occasion_id=occasion.id, participant_id=person.id, now=now
        )
        people.append(person)
    choose(people[0], BoardDisplay.MASKED, now)
    choose(people[1], BoardDisplay.NICKNAME, now, nickname=NICKNAME)
    return people


@pytest.fixture
def faces(app, station, people, now):
    """Return a function that reads every public face anew."""
    neighbour = people[4]
    token = identity.issue_token(actor=SYSTEM, participant_id=neighbour.id, label="test", now=now)
    bearer = {"Authorization": f"Bearer {token}"}
    screen, phone = pair_screen(app, station, now), app.test_client()
    before = (now - LONG_AGO).date()
    api = f"/api/v1/leaderboards?node_id={station.id}"

    def read():
        return {
            "phone": phone.get("/board"),
            "phone before": phone.get(f"/board?on={before}"),
            "program": phone.get(api, headers=bearer),
            "program before": phone.get(f"{api}&date={before}", headers=bearer),
            "program around": phone.get(f"{api}&around=me", headers=bearer),
            "screen": screen.get("/screen"),
            "screen data": screen.get("/screen/data.json"),
            "screen board": screen.get(f"/screen/board/{station.label}"),
            "screen board data": screen.get(f"/screen/board/{station.label}.json"),
        }

    return read


def choose(person, display, now, *, nickname=""):
    identity.set_board_display(
        actor=SYSTEM, participant_id=person.id, display=display, nickname=nickname, now=now
    )


def withdraw(person, now):
    choose(person, BoardDisplay.HIDDEN, now)


def close(person, now):
    identity.close_participant(actor=SYSTEM, participant_id=person.id, now=now)


def take_nickname_off(person, now):
    identity.remove_nickname(actor=SYSTEM, participant_id=person.id, reason="不合适", now=now)


def read_text(answer):
    assert answer.status_code == 200, answer.text
    return re.sub(r"\\u([0-9a-f]{4})", lambda match: chr(int(match[1], 16)), answer.text)


def find(name, answers):
    return {face for face, answer in answers.items() if name in read_text(answer)}


@pytest.fixture(params=["redis", "books"])
def source(request, redis_server, people, now):
    """Where boards that go on are read from; those of long ago are closed."""
    projection.project(now=now)
    projection.close_due(now=now)
    kept = store.connections._connections[:]
    if request.param == "books":
        store.connect(None)
    yield request.param
    store.connections._connections[:] = kept


@pytest.mark.parametrize(
    ("act", "who", "name"),
    [
        (withdraw, 0, NAME),
        (close, 0, NAME),
        (withdraw, 1, NICKNAME),
        (take_nickname_off, 1, NICKNAME),
    ],
    ids=["withdrawn", "closed", "nickname withdrawn", "nickname taken off"],
)
def test_a_name_that_is_taken_back_is_gone_from_every_face_within_a_minute(
    source, stopped, faces, people, now, act, who, name
):
    first = faces()
    assert find(name, first) == set(first)
    assert first["program"].json["source"] == ("redis" if source == "redis" else "database")
    assert first["program before"].json["source"] == "snapshot"

    act(people[who], now)
    # What is kept is kept still: without this, nothing kept would have been tried.
    assert {"program", "screen data", "screen board data"} <= find(name, faces())

    stopped.seconds += MINUTE
    assert find(name, faces()) == set()


@pytest.mark.usefixtures("source")
def test_a_face_that_is_kept_for_longer_is_found(monkeypatch, stopped, faces, people, now):
    for which in ("REDIS", "DATABASE"):
        monkeypatch.setattr(made, f"{which}_SHARED_SECONDS", 2 * MINUTE)
    faces()
    withdraw(people[0], now)

    stopped.seconds += MINUTE

    assert "program" in find(NAME, faces())


def test_what_a_browser_keeps_is_asked_for_again_and_has_changed(
    app, stopped, faces, people, station, now
):
    first = faces()
    withdraw(people[0], now)
    stopped.seconds += MINUTE

    for face, answer in first.items():
        kept = answer.headers["Cache-Control"]
        assert "no-store" in kept or "no-cache" in kept, face
        assert "max-age" not in kept, face
    token = identity.issue_token(actor=SYSTEM, participant_id=people[4].id, label="x", now=now)
    again = app.test_client().get(
        f"/api/v1/leaderboards?node_id={station.id}",
        headers={
            "Authorization": f"Bearer {token}",
            "If-None-Match": first["program"].headers["ETag"],
        },
    )
    assert again.status_code == 200
    assert NAME not in read_text(again)


def test_an_open_stream_is_told_within_a_minute(monkeypatch, app, station, people, now):
    pace = feeds.Pace()
    longest = pace.quiet + pages.KEPT_SECONDS + today.FACTS_SECONDS + made.DATABASE_SHARED_SECONDS
    assert longest < MINUTE / 2
    monkeypatch.setattr(feeds.Pace, "__init__", build_pace)
    app.extensions["streams"] = type(app.extensions["streams"])(app.extensions["streams"]._world)
    answer = pair_screen(app, station, now).get(f"/streams/boards/{station.label}", buffered=False)
    try:
        first = watching.read_until(answer, r"event: slide\ndata: (.*)\n")[1]
        withdraw(people[0], now)
        second = watching.read_until(answer, r"event: slide\ndata: (.*)\n")[1]
    finally:
        answer.close()
        watching.wait_for_threads()

    assert NAME in json.loads(first)["parts"]["ten"]
    assert NAME not in json.loads(second)["parts"]["ten"]
    assert "未公开" in json.loads(second)["parts"]["ten"]


def build_pace(self, **_seconds):
    """Go on as usual, but without waiting long for what nobody announced."""
    for name, seconds in {"changed": 0.05, "arrives_within": 0.1, "quiet": 0.1}.items():
        object.__setattr__(self, name, seconds)

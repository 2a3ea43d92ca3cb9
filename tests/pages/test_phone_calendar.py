"""The calendar on the phone, and the calendars that phones subscribe to."""

from datetime import timedelta

import icalendar
import pytest

from rewards.access.types import SystemActor
from rewards.activities import queries as activities
from rewards.activities import service
from rewards.core import clock
from rewards.identity import service as identity
from rewards.signups import queries as sign_up_queries
from rewards.signups import service as signups
from tests.factories.people import make_branch, make_participant
from tests.factories.world import act_as, build_occasion

SYSTEM = SystemActor()
DAY_MINUTES = 24 * 60


@pytest.fixture
def now():
    return clock.now().replace(microsecond=0)


@pytest.fixture
def branch(app, now):
    app.config["WTF_CSRF_ENABLED"] = False
    return make_branch(now, "千峰")


@pytest.fixture
def station(branch):
    return branch[2]


@pytest.fixture
def resident(station, now):
    return make_participant(station, now, name="王建英", phone="13803511234")


@pytest.fixture
def lesson(station, now):
    return build_occasion(
        station,
        title="智能手机课",
        place="交流活动区",
        now=now,
        starts_in=3 * DAY_MINUTES,
        capacity=1,
        takes_sign_ups=True,
    )


@pytest.fixture
def phone(client, resident, now):
    """The browser of the resident."""
    token = identity.issue_token(actor=SYSTEM, participant_id=resident.id, label="test", now=now)
    client.set_cookie("participant_token", token)
    return client


def events(answer):
    assert answer.status_code == 200
    assert answer.mimetype == "text/calendar"
    return {str(each["UID"]): each for each in icalendar.Calendar.from_ical(answer.data).events}


def test_a_day_is_found_in_the_month_and_shows_what_is_on(client, station, lesson):
    day = clock.local_date(lesson.starts_at, clock.zone())

    page = client.get(f"/calendar?day={day}").text
    one = client.get(f"/calendar/{lesson.id}").text

    assert "智能手机课" in page
    assert f"/calendar?day={day}" in page
    assert "1场" in page
    assert "去报名" in one
    assert "交流活动区" in one


@pytest.mark.parametrize(
    "query", ["day=morgen", "day=9999-12-31", "month=2026-13", "month=\uff11", "day=0001-01-01"]
)
def test_a_wrong_address_shows_today(client, station, lesson, query):
    assert "活动日历" in client.get(f"/calendar?{query}").text


def test_the_feed_of_a_node_tells_changes_and_cancellations(client, station, branch, lesson, now):
    other = build_occasion(make_branch(now, "兴华")[2], now=now, title="别处的")
    before = events(client.get(f"/calendar.ics?node={station.label}"))[str(lesson.id)]
    later = lesson.starts_at + timedelta(hours=1)
    service.update_occasion(
        actor=SYSTEM,
        occasion_id=lesson.id,
        changes={"starts_at": later, "ends_at": later + timedelta(hours=2)},
        now=now,
    )

    moved = events(client.get(f"/calendar.ics?node={station.label}"))[str(lesson.id)]
    service.cancel_occasion(actor=SYSTEM, occasion_id=lesson.id, now=now)
    answer = client.get(f"/calendar.ics?node={branch[0].label}")
    gone = events(answer)[str(lesson.id)]

    assert [each["SEQUENCE"] for each in (before, moved, gone)] == [0, 1, 2]
    assert [each["STATUS"] for each in (before, moved, gone)] == [
        "CONFIRMED",
        "CONFIRMED",
        "CANCELLED",
    ]
    assert moved.start == later
    assert "已取消" in gone["SUMMARY"]
    assert str(other.id) not in events(answer)


def test_a_calendar_that_looks_again_fetches_only_what_is_new(client, station, lesson):
    address = f"/calendar.ics?node={station.label}"
    first = client.get(address)

    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})

    assert again.status_code == 304


def test_one_occasion_is_taken_along(client, lesson):
    assert list(events(client.get(f"/calendar/{lesson.id}.ics"))) == [str(lesson.id)]


def test_an_unknown_node_has_no_calendar(client, station):
    assert client.get("/calendar.ics?node=nowhere").status_code == 404


def subscribe(browser, step="open"):
    return browser.post("/calendar/subscribe", data={"step": step})


def my_address(resident):
    feed = activities.find_feed(resident.id)
    return feed and f"/calendar/mine/{feed.token}.ics"


def test_my_own_calendar_has_what_i_signed_up_for(phone, app, station, resident, lesson, now):
    first = make_participant(station, now, name="刘洋", phone="13803511235")
    for person in (first, resident):
        signups.sign_up(actor=act_as(person), occasion_id=lesson.id, now=now)
    build_occasion(station, title="别的", now=now)
    subscribe(phone)

    waiting = events(app.test_client().get(my_address(resident)))
    cancelled_by = sign_up_queries.find_sign_up(occasion_id=lesson.id, participant_id=first.id)
    later = now + timedelta(minutes=1)
    signups.cancel(actor=act_as(first), sign_up_id=cancelled_by.id, now=later)
    answer = app.test_client().get(my_address(resident))
    signups.release_due(now=lesson.starts_at + timedelta(minutes=10))
    released = events(app.test_client().get(my_address(resident)))

    assert {uid: each["STATUS"] for uid, each in waiting.items()} == {str(lesson.id): "TENTATIVE"}
    assert events(answer)[str(lesson.id)]["STATUS"] == "CONFIRMED"
    assert answer.headers["Cache-Control"] == "no-store"
    assert released[str(lesson.id)]["STATUS"] == "CANCELLED"
    # A calendar takes over what has a higher number, and nothing else.
    numbers = [each[str(lesson.id)]["SEQUENCE"] for each in (waiting, events(answer), released)]
    assert numbers == sorted(set(numbers))


def test_my_address_is_changed_and_taken_back(phone, app, resident, lesson):
    subscribe(phone)
    first = my_address(resident)

    page = phone.get("/calendar/subscribe")
    subscribe(phone)
    second = my_address(resident)
    stranger = app.test_client()
    changed = [stranger.get(each).status_code for each in (first, second)]
    subscribe(phone, step="close")

    assert first in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert first != second
    assert changed == [404, 200]
    assert stranger.get(second).status_code == 404


@pytest.mark.parametrize("change", ["label", "proof", "short", "other"])
def test_no_address_is_guessed(phone, app, resident, change):
    subscribe(phone)
    token = activities.find_feed(resident.id).token
    wrong = {
        "label": ("0" if token[0] != "0" else "1") + token[1:],
        "proof": token[:-1] + ("0" if token[-1] != "0" else "1"),
        "short": token[:32],
        "other": "x" * 64,
    }[change]

    assert app.test_client().get(f"/calendar/mine/{wrong}.ics").status_code == 404


def test_nobody_else_makes_me_an_address(client, branch):
    assert "sign-in" in subscribe(client).location


def test_what_is_to_come_fits_in_before_what_is_over(client, station, now, monkeypatch):
    monkeypatch.setattr("rewards.pages.phone.calendar.FEED_MAX", 3)
    _, late, soon, far = (
        build_occasion(station, now=now, starts_in=days * DAY_MINUTES) for days in (-9, -2, 1, 30)
    )

    kept = events(client.get("/calendar.ics"))

    assert set(kept) == {str(each.id) for each in (late, soon, far)}


def test_my_address_ends_with_my_account(phone, app, resident, now):
    subscribe(phone)
    address = my_address(resident)

    identity.close_participant(actor=act_as(resident), participant_id=resident.id, now=now)

    assert app.test_client().get(address).status_code == 404
    assert activities.find_feed(resident.id) is None

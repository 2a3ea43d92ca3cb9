"""Signing up on the phone, without a script: a list, a button, a place in line, a way out."""

import re
from datetime import timedelta

import pytest
import time_machine

from rewards.activities import queries as activities
from rewards.checkins import queries as checkins
from rewards.checkins import service as service_of_check_ins
from rewards.identity import service as identity
from rewards.network import service as network
from rewards.network.types import Level
from rewards.pages.phone import frame, sign_ups
from rewards.signups import queries, service
from tests.factories.people import SYSTEM
from tests.factories.signups import after_start, before_start, build_film, build_people, join
from tests.factories.world import build_occasion, build_participant, build_station


@pytest.fixture
def clock(now):
    with time_machine.travel(now, tick=False) as traveller:
        yield traveller


@pytest.fixture
def station(app, clock):
    app.config["WTF_CSRF_ENABLED"] = False
    return build_station()


@pytest.fixture
def me(station, now):
    return build_participant(station, now=now)


@pytest.fixture
def phone(client, me, now):
    token = identity.issue_token(actor=SYSTEM, participant_id=me.id, label="test", now=now)
    client.set_cookie("participant_token", token)
    return client


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.text)).replace("\u00a0", " ")


def test_a_place_is_had_with_one_tap_and_given_up_with_two(phone, station, me, now):
    film = build_film(station, capacity=5, now=now)
    listed = phone.get("/sign-ups")
    assert "可以报名的" in listed.text
    assert "还有5个名额" in listed.text

    here = f"/sign-ups/{film.id}"
    assert "报名" in phone.get(here).text
    answer = phone.post(here)

    assert (answer.status_code, answer.location) == (303, here)
    page = phone.get(here).text
    assert "报上了，位置给您留着" in page
    assert "位置留着" in phone.get("/").text
    # Once more, by going back, changes nothing.
    assert phone.post(here).status_code == 303

    asked = phone.get(f"{here}/cancel").text
    assert "位置马上让给候补的人" in asked
    assert phone.post(f"{here}/cancellation").location == here
    assert phone.post(f"{here}/cancellation").status_code == 303
    assert queries.tally([film.id])[film.id].confirmed == 0


@pytest.fixture
def neighbour(station, now):
    """Another station of the same center."""
    return network.create_node(
        actor=SYSTEM, level=Level.STATION, name="隔壁站", parent_id=station.parent_id, now=now
    )


def test_what_is_offered_at_home_is_seen_however_much_there_is_elsewhere(
    phone, client, station, neighbour, now, monkeypatch
):
    monkeypatch.setattr(sign_ups, "NEAR_MAX", 2)
    monkeypatch.setattr(sign_ups, "FAR_MAX", 1)
    for n in range(3):
        build_film(neighbour, title=f"隔壁{n}", starts_in=62 + n, now=now)
    closed = {"sign_up_closes_at": now + timedelta(hours=1)}
    build_film(station, title="已截止", starts_in=24 * 60, now=now, **closed)
    build_film(station, title="自家", starts_in=48 * 60, now=now)
    build_film(build_station(), title="外区", starts_in=61, now=now)

    with time_machine.travel(now + timedelta(hours=1, seconds=1), tick=False):
        seen = re.findall("隔壁[0-9]|已截止|自家|外区", text_of(phone.get("/sign-ups")))
        client.delete_cookie("participant_token")
        visitors = re.findall("隔壁[0-9]|已截止|自家|外区", text_of(client.get("/sign-ups")))

    assert seen == ["自家", "隔壁0"]
    is_first = station.path.startswith(frame.find_district().path)
    assert visitors == (["隔壁0", "隔壁1"] if is_first else ["外区"])


@pytest.mark.usefixtures("me")
def test_a_full_house_gives_a_place_in_line(phone, station, now):
    film = build_film(station, capacity=1, now=now)
    join(film, *build_people(station, 3, now=now), now=now)
    here = f"/sign-ups/{film.id}"
    assert "可排候补" in phone.get("/sign-ups").text
    assert "满了，2人在候补" in text_of(phone.get(here))

    phone.post(here)

    assert "候补第3位" in phone.get(here).text
    assert "候补第3位" in phone.get("/sign-ups").text
    assert "取消后不再排候补" in phone.get(f"{here}/cancel").text


def test_who_has_not_signed_in_sees_the_list_and_signs_in_first(client, station, now):
    film = build_film(station, now=now)

    assert film.title in client.get("/sign-ups").text
    assert "登录并报名" in client.get(f"/sign-ups/{film.id}").text
    answer = client.post(f"/sign-ups/{film.id}")

    assert (answer.status_code, answer.location) == (303, f"/sign-in?next=/sign-ups/{film.id}")


def test_the_ticket_is_there_when_it_is_needed(phone, clock, station, me, now):
    film = build_film(station, now=now)
    join(film, me, now=now)
    here = f"/sign-ups/{film.id}"
    assert "入场码" not in phone.get(here).text

    clock.move_to(before_start(film, hours=1))
    page = phone.get(here)
    assert "入场码" in page.text
    assert page.headers["Cache-Control"] == "no-store"

    clock.move_to(after_start(film, minutes=10))
    service.release_due(now=after_start(film, minutes=10))
    assert "没等到您，位置让出去了" in phone.get(here).text


def test_giving_up_too_late_says_what_it_means(phone, clock, station, me, now):
    film = build_film(station, now=now)
    join(film, me, now=now)

    clock.move_to(before_start(film, hours=1))

    assert "这次会记一次没来" in phone.get(f"/sign-ups/{film.id}/cancel").text


def test_who_is_paused_is_told_until_when_and_what_to_do(phone, clock, station, me, now):
    for n in range(3):
        film = build_film(station, starts_in=(n + 3) * 1440, now=now)
        join(film, me, now=now)
        service.release_due(now=after_start(film, minutes=10))
    clock.move_to(after_start(film, minutes=20))
    ahead = build_film(station, starts_in=30 * 1440, now=now)

    for page in (phone.get("/sign-ups"), phone.get(f"/sign-ups/{ahead.id}")):
        assert "暂时不能报名" in page.text
    answer = phone.post(f"/sign-ups/{ahead.id}")

    assert answer.status_code == 403
    assert "可以再报" in answer.text
    assert "看看" in phone.get("/notices").text


def test_the_code_at_the_door_opens_for_who_has_a_place_and_knows_who_waits(
    phone, clock, station, me, now
):
    film = build_film(station, capacity=1, now=now)
    (first,) = build_people(station, 1, now=now)
    join(film, first, me, now=now)
    clock.move_to(before_start(film, minutes=10))
    code = checkins.get_display_code(film, now=before_start(film, minutes=10)).token

    assert "我到门口了" in phone.get(f"/C/{code}").text
    refused = phone.post("/check-ins")

    assert refused.status_code == 409
    assert "候补第1位" in refused.text
    sign_up = queries.find_sign_up(occasion_id=film.id, participant_id=me.id)
    assert sign_up.came_at == before_start(film, minutes=10)
    clock.move_to(after_start(film, minutes=10))
    service.release_due(now=after_start(film, minutes=10))
    code = checkins.get_display_code(film, now=after_start(film, minutes=10)).token
    assert "确认签到" in phone.get(f"/C/{code}").text
    assert phone.post("/check-ins").status_code == 303


def test_what_takes_no_sign_ups_and_what_is_over_say_so(phone, station, me, now):
    plain = build_occasion(station, starts_in=60, now=now)
    closed = build_film(station, sign_up_closes_at=now - timedelta(minutes=1), now=now)

    assert "这场不用报名" in phone.get(f"/sign-ups/{plain.id}").text
    assert phone.post(f"/sign-ups/{plain.id}").status_code == 409
    assert "报名已经截止" in phone.get(f"/sign-ups/{closed.id}").text
    assert phone.post(f"/sign-ups/{closed.id}").status_code == 410
    assert phone.post(f"/sign-ups/{plain.id}/cancellation").status_code == 404


def test_who_is_inside_keeps_no_second_place(phone, station, me, now):
    film = build_film(station, capacity=2, starts_in=20, now=now)
    service_of_check_ins.check_in_by_staff(
        actor=SYSTEM, occasion_id=film.id, participant_id=me.id, now=now
    )
    here = f"/sign-ups/{film.id}"

    page = phone.get(here)
    refused = phone.post(here)

    assert "您已经签过到了" in page.text
    assert "报名</button>" not in page.text
    assert refused.status_code == 409
    assert "已经签过到了，不用再报名" in text_of(refused)
    assert activities.count_free([film.id])[film.id] == 1


def test_two_things_at_the_same_time_are_pointed_out(phone, station, me, now):
    film = build_film(station, age_min=60, now=now)
    other = build_film(station, title="读书会", now=now)
    join(other, me, now=now)

    assert "年满60岁" in phone.get(f"/sign-ups/{film.id}").text
    assert "这个时间您还报了“读书会”" in phone.get(f"/sign-ups/{film.id}").text
    assert "这个时间您还报了" not in phone.get(f"/sign-ups/{other.id}").text

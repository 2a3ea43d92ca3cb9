"""Signing up as staff see it: who, who waits, who is absent; and doing it for residents."""

import re

import pytest

from rewards.core import clock
from rewards.signups import queries, service
from tests.factories.signups import after_start, build_film, build_people, join, state_of
from tests.factories.world import build_participant


def plain(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.text)).replace("\u00a0", " ")


@pytest.fixture
def film(station, now):
    return build_film(station, capacity=2, now=now)


def page_of(film):
    return f"/console/occasions/{film.id}/sign-ups"


def test_staff_sign_a_resident_up_found_by_name(clerk, film, resident, now):
    found = clerk.post(f"{page_of(film)}/search", data={"q": "王建"})
    assert str(resident.id) in found.text

    answer = clerk.post(page_of(film), data={"participant": str(resident.id)})
    page = clerk.get(answer.location)
    again = clerk.get(clerk.post(page_of(film), data={"participant": str(resident.id)}).location)

    assert answer.status_code == 303
    assert "王*英报上了，位置留着" in page.text
    assert "已经在名单里" in again.text
    assert state_of(film, resident) == "confirmed"
    assert "报了名的" in clerk.get(f"/console/residents/{resident.id}").text


def test_the_line_is_shown_in_order_and_somebody_is_let_through(admin, clerk, station, film, now):
    people = build_people(station, 5, now=now)
    join(film, *people, now=now)
    last = queries.find_sign_up(occasion_id=film.id, participant_id=people[4].id)
    page = admin.get(f"{page_of(film)}?list=waiting")
    assert "候补 3" in page.text
    assert "往前排" in page.text
    assert "往前排" not in clerk.get(f"{page_of(film)}?list=waiting").text

    answer = admin.post(f"{page_of(film)}/{last.id}/let-through")

    assert "排到候补最前面了" in admin.get(answer.location).text
    assert queries.get_sign_up(last.id).place_in_line == 1
    assert clerk.post(f"{page_of(film)}/{last.id}/let-through").status_code == 403


def test_a_place_given_up_by_phone_goes_on_and_may_be_excused(clerk, station, now):
    film = build_film(station, capacity=1, starts_in=60, now=now)
    early = build_people(station, 1, now=now)[0]
    second = build_participant(station, name="李四海", now=now)
    (kept, _) = join(film, early, second, now=film.starts_at.replace(year=2025))
    assert "不记没来" in clerk.get(page_of(film)).text

    answer = clerk.post(f"{page_of(film)}/{kept.id}/cancellation", data={"excused": "yes"})

    assert "位置给了候补的第一位" in clerk.get(answer.location).text
    assert queries.get_sign_up(kept.id).missed_at is None
    assert state_of(film, second) == "confirmed"


@pytest.mark.parametrize("capacity", [None, 1])
def test_no_place_is_said_to_go_on_where_none_was_given_up(clerk, station, now, capacity):
    film = build_film(station, capacity=capacity, now=now)
    *_, last = join(film, *build_people(station, 2, now=now), now=now)

    answer = clerk.post(f"{page_of(film)}/{last.id}/cancellation")

    page = clerk.get(answer.location).text
    assert "报名取消了" in page
    assert "位置给了" not in page


def test_who_did_not_come_is_listed_and_counted_on_the_page_of_the_occasion(admin, station, now):
    film = build_film(station, capacity=5, starts_in=-12, now=now)
    people = build_people(station, 3, now=now)
    join(film, *people, now=film.starts_at.replace(year=2025))
    service.release_due(now=after_start(film, minutes=10))

    assert "没来，记一次" in admin.get(f"{page_of(film)}?list=absent").text
    occasion = admin.get(f"/console/occasions/{film.id}")
    assert "报名未到 3" in occasion.text
    assert "报名 3" in occasion.text


def test_a_resident_without_a_place_waits_at_the_door_or_comes_right_in(clerk, station, now):
    film = build_film(station, capacity=1, starts_in=5, now=now)
    walk_in, late = build_people(station, 2, now=now)
    assert "没报名，现场签到" in clerk.post(f"{page_of(film)}/search", data={"q": "居民"}).text
    clerk.post(f"/console/occasions/{film.id}/check-ins", data={"participant": str(walk_in.id)})
    assert "人在门口，排候补" in clerk.post(f"{page_of(film)}/search", data={"q": "居民"}).text

    data = {"participant": str(late.id), "here": "yes"}
    clerk.post(page_of(film), data=data)

    waiting = queries.find_sign_up(occasion_id=film.id, participant_id=late.id)
    assert (waiting.state, waiting.came_at is None) == ("waiting", False)
    assert "在门口" in clerk.get(f"{page_of(film)}?list=waiting").text
    if film.starts_at.astimezone(clock.zone()).date() == now.astimezone(clock.zone()).date():
        assert "1人在门口等空位" in plain(clerk.get("/console"))


def test_staff_lift_a_pause_on_the_page_of_the_resident(admin, clerk, station, resident, now):
    for n in range(3):
        film = build_film(station, capacity=1, starts_in=-600 + n, now=now)
        join(film, resident, now=film.starts_at.replace(year=2025))
    service.release_due(now=now)
    here = f"/console/residents/{resident.id}"
    assert "暂停报名" in admin.get(here).text
    assert "恢复报名" not in clerk.get(here).text

    answer = admin.post(f"{here}/sign-up-pause/lift")

    assert "恢复了，现在就能报名" in admin.get(answer.location).text
    assert "暂停报名" not in admin.get(here).text
    assert admin.post(f"{here}/sign-up-pause/lift").status_code == 404


def test_an_occasion_is_planned_with_sign_up_and_keeps_it(admin, station, now):
    form = {
        "key": "k" * 22,
        "title": "红色观影",
        "what": "film",
        "node": str(station.id),
        "day": "2030-05-31",
        "from": "15:00",
        "to": "17:00",
        "capacity": "172",
        "sign_up": "yes",
        "sign_up_until": "2030-05-30T18:00",
    }
    answer = admin.post("/console/occasions/new", data=form)
    assert answer.status_code == 303, plain(answer)
    edit = admin.get(f"{answer.location}/edit").text
    assert 'name="sign_up" value="yes" checked' in edit
    assert 'value="2030-05-30T18:00"' in edit

    wrong = admin.post(f"{answer.location}/edit", data=form | {"sign_up_until": "2030-06-30T18:00"})
    assert wrong.status_code == 422
    unreadable = admin.post("/console/occasions/new", data=form | {"sign_up_until": "明天"})
    assert "请选日期和时间" in unreadable.text


def test_those_of_another_station_see_and_do_nothing(stranger, film, resident):
    assert stranger.get(page_of(film)).status_code == 403
    answer = stranger.post(page_of(film), data={"participant": str(resident.id)})
    assert answer.status_code == 403
    assert state_of(film, resident) is None


def test_the_screen_says_how_many_signed_up(admin, station, now):
    film = build_film(station, capacity=5, starts_in=5, now=now)
    join(film, *build_people(station, 3, now=now), now=now)
    address = re.search(
        r"/screen/occasions/[^\"]+", admin.get(f"/console/occasions/{film.id}").text
    )

    assert "报名3人" in plain(admin.get(address[0]))


def test_somebody_who_had_a_reason_is_excused_afterwards(clerk, station, now):
    film = build_film(station, capacity=1, starts_in=-12, now=now)
    (person,) = build_people(station, 1, now=now)
    (kept,) = join(film, person, now=film.starts_at.replace(year=2025))
    service.release_due(now=after_start(film, minutes=10))
    assert "没来，记一次" in clerk.get(f"{page_of(film)}?list=absent").text

    answer = clerk.post(f"{page_of(film)}/{kept.id}/excuse")

    assert "这次不记没来" in clerk.get(answer.location).text
    assert queries.get_sign_up(kept.id).missed_at is None


def test_the_lists_of_a_day_say_how_many_signed_up_and_wait(admin, station, now):
    film = build_film(station, capacity=2, starts_in=5, now=now)
    join(film, *build_people(station, 3, now=now), now=now)

    day = film.starts_at.astimezone(clock.zone()).date().isoformat()
    assert "报名2人 · 候补 1" in plain(admin.get(f"/console/occasions?day={day}"))

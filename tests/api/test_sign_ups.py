"""Signing up by the API: for oneself, and for others by staff."""

import pytest

from rewards.signups import service
from tests.factories.signups import after_start, build_film, build_people, join


@pytest.fixture
def film(world, now):
    return build_film(world.station, capacity=1, now=now)


def of(film):
    return f"/occasions/{film.id}/sign-ups"


def test_a_participant_signs_up_sees_it_and_gives_it_up(api, world, film, refused):
    made = api.post(of(film), world.person, {}, key="a-key-of-one-sign-up")
    assert made.status_code == 201
    assert (made.json["state"], made.json["place_in_line"]) == ("confirmed", None)
    assert api.get(made.headers["Location"].removeprefix("/api/v1"), world.person).json == made.json

    again = api.post(of(film), world.person, {})
    assert (again.status_code, again.json["id"]) == (200, made.json["id"])
    assert api.post(of(film), world.person, {}, key="a-key-of-one-sign-up").status_code == 201
    assert [each["id"] for each in api.get("/me/sign-ups", world.person).json["items"]] == [
        made.json["id"]
    ]

    here = f"/sign-ups/{made.json['id']}"
    refused(api.get(here, world.person_far), 404, "sign-up-not-found")
    gone = api.post(f"{here}/cancellation", world.person)
    assert (gone.status_code, gone.json["state"]) == (200, "cancelled")


def test_staff_sign_up_list_and_move_somebody_up(api, world, film, now):
    people = build_people(world.station, 3, now=now)
    join(film, *people[:2], now=now)

    made = api.post(of(film), world.clerk, {"participant_id": str(people[2].id), "is_here": True})
    assert (made.json["state"], made.json["place_in_line"]) == ("waiting", 2)
    moved = api.post(f"/sign-ups/{made.json['id']}/move-up", world.host)
    assert moved.json["place_in_line"] == 1

    listed = api.get(f"{of(film)}?state=waiting&limit=1", world.clerk).json
    rest = api.get(f"{of(film)}?state=waiting&cursor={listed['next']}", world.clerk).json
    # Pages go by when people signed up, which was at the same moment.
    assert sorted(each["place_in_line"] for each in listed["items"] + rest["items"]) == [1, 2]


def test_a_pause_is_lifted(api, world, clock, now, refused):
    for n in range(3):
        film = build_film(world.station, starts_in=(n + 3) * 1440, now=now)
        join(film, world.wang, now=now)
        service.release_due(now=after_start(film, minutes=10))
    pause = f"/participants/{world.wang.id}/sign-up-pause"

    clock.move_to(after_start(film, minutes=11))
    refused(api("DELETE", pause, world.clerk), 403, "not-allowed")
    later = build_film(world.station, starts_in=8 * 1440, now=now)
    refused(api.post(of(later), world.person, {}), 403, "sign-up-paused")
    assert api("DELETE", pause, world.admin).status_code == 204
    assert api.post(of(later), world.person, {}).status_code == 201
    refused(api("DELETE", pause, world.admin), 404, "sign-up-pause-not-found")


def test_who_may_not_is_refused(api, world, film, now, refused):
    refused(api.get(of(film), world.person), 403, "staff-only")
    refused(api.get(of(film), world.far_admin), 404, "occasion-not-found")
    refused(api.get(of(film), world.other_clerk), 403, "not-allowed")
    refused(api.post(of(film), world.person_far, {}), 404, "occasion-not-found")
    refused(api.post(of(film), world.clerk, {}), 422, "invalid-request")
    other = {"participant_id": str(world.wang.id)}
    refused(api.post(of(film), world.person, other), 422, "invalid-request")
    refused(api.post(of(film), world.other_clerk, other), 403, "not-allowed")
    (sign_up,) = join(film, world.wang, now=now)
    refused(api.post(f"/sign-ups/{sign_up.id}/move-up", world.host), 409, "not-waiting")


def test_an_occasion_says_whether_it_takes_sign_ups(api, world, film):
    shown = api.get(f"/occasions/{film.id}", world.person).json
    assert (shown["takes_sign_ups"], shown["sign_up_closes_at"]) == (True, None)

    changes = {"sign_up_closes_at": film.starts_at.isoformat()}
    changed = api.patch(f"/occasions/{film.id}", world.admin, changes)
    assert changed.status_code == 200
    assert changed.json["sign_up_closes_at"] is not None

from rewards.activities.types import OccasionKind
from tests.factories.world import build_occasion


def test_a_shift_gives_minutes_and_points_at_its_end(api, world, shift, clock, plain):
    checked_in = api.post(
        "/check-ins", world.person, {"code": api.code_of(shift, world.host)["url"]}
    )
    clock.shift(120 * 60)

    response = api.post(
        "/check-outs", world.person, {"code": api.code_of(shift, world.host)["url"]}
    )

    assert (checked_in.json["points"], checked_in.json["awards"]) == (0, [])
    assert response.status_code == 201
    assert response.json["id"] == checked_in.json["id"]
    assert (response.json["minutes"], response.json["points"]) == (120, 20)
    assert plain(response.json["awards"][0]["explanation"]) == "2小时，每半小时 5 分"
    assert api.get("/me", world.person).json["service_minutes"]["balance"] == 120


def test_the_same_again_is_the_same_check_out(api, world, shift, clock):
    body = {"occasion_id": str(shift.id), "participant_id": str(world.wang.id)}
    api.post("/check-ins", world.clerk, body)
    clock.shift(60 * 60)

    first = api.post("/check-outs", world.clerk, body)
    second = api.post("/check-outs", world.clerk, body)

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json == second.json


def test_who_never_came_is_not_checked_out(api, world, shift, refused):
    body = {"occasion_id": str(shift.id), "participant_id": str(world.wang.id)}

    refused(api.post("/check-outs", world.clerk, body), 404, "not-checked-in")


def test_too_early_for_oneself_names_the_time(api, world, shift, refused):
    code = {"code": api.code_of(shift, world.host)["url"]}
    api.post("/check-ins", world.person, code)

    refused(api.post("/check-outs", world.person, code), 409, "check-out-not-open")


def test_an_activity_needs_no_check_out(api, world, activity, refused):
    code = {"code": api.code_of(activity, world.host)["url"]}
    api.post("/check-ins", world.person, code)

    refused(api.post("/check-outs", world.person, code), 409, "no-check-out")


def test_staff_of_another_station_are_refused(api, world, shift, refused):
    body = {"occasion_id": str(shift.id), "participant_id": str(world.wang.id)}

    refused(api.post("/check-outs", world.other_clerk, body), 403, "not-allowed")


def test_less_than_half_an_hour_gives_minutes_and_no_points(api, world, now, clock, plain):
    short = build_occasion(world.station, kind=OccasionKind.SERVICE_SHIFT, minutes=120, now=now)
    body = {"occasion_id": str(short.id), "participant_id": str(world.wang.id)}
    api.post("/check-ins", world.clerk, body)
    clock.shift(29 * 60)

    response = api.post("/check-outs", world.clerk, body)

    assert (response.json["minutes"], response.json["points"]) == (29, 0)
    assert plain(response.json["awards"][0]["explanation"]) == "不满30分钟，没有积分"


def test_staff_say_what_they_made_sure_of(api, world, clock, now, refused):
    shift = build_occasion(
        world.station, kind=OccasionKind.SERVICE_SHIFT, rule_code="SVC_PRO", now=now
    )
    body = {"occasion_id": str(shift.id), "participant_id": str(world.wang.id)}
    api.post("/check-ins", world.clerk, body)
    clock.shift(120 * 60)

    own = {"occasion_id": str(shift.id), "digits": "123456", "verified": ["qualification"]}
    refused(api.post("/check-outs", world.person, own), 422, "invalid-request")
    refused(
        api.post("/check-outs", world.clerk, body | {"verified": ["luck"]}), 422, "invalid-request"
    )
    response = api.post("/check-outs", world.clerk, body | {"verified": ["qualification"]})

    assert [each["points"] for each in response.json["awards"]] == [20, 4]

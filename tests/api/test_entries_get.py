from datetime import timedelta


def check_in(api, world, occasion):
    body = {"occasion_id": str(occasion.id), "participant_id": str(world.wang.id)}
    return api.post("/check-ins", world.clerk, body)


def test_history_says_why_newest_first(api, world, activity, reward, space, clock, plain):
    check_in(api, world, activity)
    clock.shift(1)
    body = {"space_id": str(space.id), "reward_id": str(reward.id)}
    reserved = api.post("/redemptions", world.person, body).json
    path = f"/redemptions/{reserved['id']}/fulfilment"
    api.post(path, world.clerk, {"code": reserved["code"]})

    entries = api.get("/me/entries", world.person).json

    assert [(entry["amount"], plain(entry["explanation"])) for entry in entries["items"]] == [
        (-5, "兑换 牙膏 1支：在长兴北街线下空间"),
        (5, "环境清洁日：到场得 5 分"),
    ]
    assert entries["items"][1]["rule"] == "ACT_JOIN"
    assert entries["next"] is None


def test_history_is_filtered_and_paged(api, world, activity):
    check_in(api, world, activity)

    assert api.get("/me/entries?direction=out", world.person).json["items"] == []
    assert len(api.get("/me/entries?direction=in&limit=1", world.person).json["items"]) == 1
    assert api.get("/me/entries?asset=service_minutes", world.person).json["items"] == []


def test_staff_see_the_history_of_who_is_in_their_care(api, world, activity, refused):
    check_in(api, world, activity)
    path = f"/participants/{world.wang.id}/entries"

    assert len(api.get(path, world.clerk).json["items"]) == 1
    assert api.get(path, world.person).json == api.get(path, world.clerk).json
    refused(api.get(path, world.other_clerk), 403, "not-allowed")
    refused(api.get(path, world.far_admin), 404, "participant-not-found")
    refused(api.get(path, world.person_far), 404, "participant-not-found")


def test_staff_have_no_history_of_their_own(api, world, refused):
    refused(api.get("/me/entries", world.clerk), 403, "participant-only")


def test_a_wrong_direction_is_refused(api, world, refused):
    refused(api.get("/me/entries?direction=up", world.person), 422, "invalid-request")


def test_an_entry_says_whose_word_it_stands_on_and_what_became_of_it(api, world, activity, now):
    api.post(
        "/check-ins",
        world.host,
        {"occasion_id": str(activity.id), "participant_id": str(world.wang.id)},
    )

    (entry,) = api.get("/me/entries", world.person).json["items"]

    assert entry["entered_by"] == "staff"
    assert (entry["title"], entry["left"]) == ("环境清洁日", entry["amount"])
    assert entry["valid_until"] == "2027-12-31"
    assert (entry["reversed_by"], entry["reverses_id"], entry["appeal_id"]) == (None, None, None)
    assert (entry["expired"], entry["spent"]) == (0, [])
    expiring = api.get("/me", world.person).json["expiring"]
    assert expiring == [{"valid_until": "2027-12-31", "points": entry["amount"]}]


def test_attendance_that_earned_nothing_is_listed_when_asked_for(api, world, shift, clock, now):
    body = {"occasion_id": str(shift.id), "participant_id": str(world.wang.id)}
    api.post("/check-ins", world.host, body)
    clock.shift(timedelta(minutes=20))
    api.post("/check-outs", world.host, body)

    assert api.get("/me/entries", world.person).json["items"] == []
    (entry,) = api.get("/me/entries?unrewarded=true", world.person).json["items"]

    assert (entry["amount"], entry["rule"], entry["entered_by"]) == (0, "SVC_TIME", "staff")
    assert entry["why"] == "不满30分钟，没有积分"

def test_participants_see_their_name_and_points(api, world, activity):
    api.post("/check-ins", world.person, {"code": api.code_of(activity, world.host)["url"]})

    me = api.get("/me", world.person).json

    assert me["name"] == "王建英"
    assert me["number"] == world.wang.number
    assert me["points"] == {"balance": 5, "held": 0, "available": 5, "earned": 5}
    assert me["service_minutes"]["balance"] == 0


def test_staff_have_no_points(api, world, refused):
    refused(api.get("/me", world.clerk), 403, "participant-only")


def test_a_revoked_token_is_nobody(api, world, now, refused):
    api.patch(f"/participants/{world.wang.id}", world.admin, {"phone": "13700001111"})

    refused(api.get("/me", world.person), 401, "not-signed-in")

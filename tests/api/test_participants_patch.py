def test_participants_choose_how_boards_show_them(api, world):
    path = f"/participants/{world.wang.id}"

    api.patch(path, world.person, {"public_board": "masked"})

    assert api.get(path, world.person).json["public_board"] == "masked"


def test_a_nickname_comes_with_the_choice_to_show_it(api, world, refused):
    path = f"/participants/{world.wang.id}"

    response = api.patch(path, world.person, {"public_board": "nickname", "nickname": "老王"})

    assert (response.status_code, response.json["nickname"]) == (200, "老王")
    refused(api.patch(path, world.person, {"nickname": "老王"}), 422, "invalid-request")


def test_staff_correct_name_phone_and_home(api, world):
    path = f"/participants/{world.wang.id}"
    body = {"name": "王小英", "phone": "13700001111", "node_id": str(world.other_station.id)}

    response = api.patch(path, world.admin, body)

    assert response.status_code == 200
    assert response.json["display_name"] == "王*英"
    assert response.json["node_id"] == str(world.other_station.id)


def test_participants_do_not_change_their_own_phone(api, world, refused):
    path = f"/participants/{world.wang.id}"

    refused(api.patch(path, world.person, {"phone": "13700001111"}), 403, "not-allowed")


def test_a_change_of_nothing_is_refused(api, world, refused):
    refused(api.patch(f"/participants/{world.wang.id}", world.admin, {}), 422, "invalid-request")


def test_consents_are_not_changed_among_other_data(api, world, refused):
    body = {"public_board": "masked", "name": "王英"}

    refused(api.patch(f"/participants/{world.wang.id}", world.admin, body), 422, "invalid-request")


def test_staff_who_may_only_look_are_refused(api, world, refused):
    path = f"/participants/{world.wang.id}"

    refused(api.patch(path, world.clerk, {"name": "王英"}), 403, "not-allowed")


def test_somebody_else_is_not_found(api, world, refused):
    path = f"/participants/{world.far_person.id}"

    refused(api.patch(path, world.person, {"name": "王英"}), 404, "participant-not-found")
    refused(api.patch(path, world.admin, {"name": "王英"}), 404, "participant-not-found")

"""Cards, qualifications and guardians' consents over the interface for programs."""

from uuid import uuid4

from rewards.checkins import queries as checkins
from tests.factories.world import build_occasion


def at(person, more):
    return f"/participants/{person.id}/{more}"


def test_a_card_is_issued_replaced_and_stopped(api, world, now):
    first = api.post(at(world.wang, "cards"), world.admin, {}).json
    again = api.post(at(world.wang, "cards"), world.admin, {}).json
    second = api.post(
        at(world.wang, "cards"), world.admin, {"replaces": first["id"], "reason": "damaged"}
    ).json
    listed = api.get(at(world.wang, "cards"), world.admin).json["items"]
    stopped = api.post(at(world.wang, f"cards/{second['id']}/revocation"), world.admin).json

    assert again == first
    assert "code" not in first
    assert stopped["reason"] == "lost"
    assert [each["id"] for each in listed] == [second["id"], first["id"]]
    assert listed[1]["reason"] == "damaged"
    assert listed[0]["code"].startswith("HTTP")
    assert listed[1]["code"] == ""


def test_staff_check_somebody_in_by_the_code_of_a_card(api, world, activity, now, refused):
    api.post(at(world.wang, "cards"), world.admin, {})
    [card] = api.get(at(world.wang, "cards"), world.admin).json["items"]
    body = {"occasion_id": str(activity.id), "card": card["code"]}

    assert api.post("/check-ins", world.clerk, body).status_code == 201

    api.post(at(world.wang, f"cards/{card['id']}/revocation"), world.clerk)
    refused(api.post("/check-ins", world.clerk, body), 410, "card-revoked")


def test_the_code_of_a_card_is_for_those_who_may_print_it(api, world):
    made = api.post(at(world.wang, "cards"), world.admin, {}).json

    for token in (world.clerk, world.host):
        [card] = api.get(at(world.wang, "cards"), token).json["items"]
        assert (card["id"], card["code"]) == (made["id"], "")


def test_a_clerk_stops_a_card_and_issues_none(api, world, refused):
    refused(api.post(at(world.wang, "cards"), world.clerk, {}), 403, "not-allowed")
    refused(
        api.post(at(world.wang, f"cards/{uuid4()}/revocation"), world.clerk), 404, "card-not-found"
    )


def test_participants_keep_no_register_of_themselves(api, world, refused):
    for more in ("cards", "qualifications"):
        refused(api.get(at(world.wang, more), world.person), 403, "staff-only")


def test_a_qualification_is_entered_renewed_and_ended(api, world, now, refused):
    later = now.date().replace(year=now.year + 1).isoformat()
    api.post(at(world.wang, "qualifications"), world.admin, {"code": "medical"})
    kept = api.post(
        at(world.wang, "qualifications"), world.admin, {"code": "medical", "valid_until": later}
    ).json["items"]
    ended = api("DELETE", at(world.wang, f"qualifications/{kept[0]['id']}"), world.admin)

    assert [(each["code"], each["valid_until"]) for each in kept] == [("medical", later)]
    assert ended.status_code == 204
    assert api.get(at(world.wang, "qualifications"), world.admin).json["items"] == []
    for wrong in ({"code": "wizardry"}, {"code": "legal", "valid_until": "2001-01-01"}):
        problem = api.post(at(world.wang, "qualifications"), world.admin, wrong)
        refused(problem, 422, "invalid-qualification")


def test_a_guardians_consent_is_given_and_withdrawn(api, world, now, refused):
    consent = {"guardian_name": "王海"}
    unknown = api.post(at(world.wang, "guardian-consent"), world.admin, consent)
    refused(unknown, 409, "not-a-minor")
    born = {"birth_year": now.year - 9}
    api("PATCH", f"/participants/{world.wang.id}", world.admin, born)
    given = api.post(at(world.wang, "guardian-consent"), world.admin, consent)
    withdrawn = api("DELETE", at(world.wang, "guardian-consent"), world.admin)

    assert (given.status_code, withdrawn.status_code) == (200, 204)
    again = api("DELETE", at(world.wang, "guardian-consent"), world.admin)
    refused(again, 409, "no-guardian-consent")


def test_an_occasion_says_who_may_come(api, world, activity, refused):
    changes = {"age_min": 18, "qualification": "medical", "training": "first_aid"}

    shown = api("PATCH", f"/occasions/{activity.id}", world.admin, changes).json

    assert {name: shown[name] for name in changes} == changes
    assert shown["age_max"] is None
    wrong = api("PATCH", f"/occasions/{activity.id}", world.admin, {"age_max": 17})
    refused(wrong, 422, "occasion-requirements")
    body = {"occasion_id": str(activity.id), "participant_id": str(world.wang.id)}
    refused(api.post("/check-ins", world.clerk, body), 403, "age-unknown")


def test_a_code_of_a_phone_opens_one_occasion(api, world, activity, now, refused):
    code = checkins.get_member_code(world.wang, now=now)
    other = build_occasion(world.station, now=now)

    api.post("/check-ins", world.clerk, {"occasion_id": str(activity.id), "card": code})
    again = api.post("/check-ins", world.clerk, {"occasion_id": str(other.id), "card": code})

    refused(again, 409, "member-code-used")

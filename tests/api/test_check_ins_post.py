from uuid import uuid4

import pytest
import sqlalchemy as sa

from rewards.activities.types import OccasionKind
from rewards.checkins import queries
from rewards.checkins.models import RefusedScanRow
from rewards.core.db import db
from tests.factories.world import build_occasion, build_participant


def test_a_scanned_link_checks_in(api, world, activity, now):
    response = api.post(
        "/check-ins", world.person, {"code": api.code_of(activity, world.host)["url"]}
    )

    assert response.status_code == 201
    body = response.json
    assert body.pop("id")
    assert body == {
        "occasion_id": str(activity.id),
        "participant_id": str(world.wang.id),
        "checked_in_at": now.isoformat(),
        "awards": [{"rule": "ACT_JOIN", "points": 5, "explanation": "到场得 5\u00a0分"}],
        "points": 5,
        "balance": 5,
        "capped": False,
        "withheld": False,
    }
    assert response.headers["Location"] == f"/api/v1/occasions/{activity.id}"


def test_the_token_alone_checks_in_too(api, world, activity):
    token = api.code_of(activity, world.host)["url"].rpartition("/")[2]

    response = api.post("/check-ins", world.person, {"code": token.lower()})

    assert response.status_code == 201


def test_the_digits_on_the_screen_check_in(api, world, activity):
    digits = api.code_of(activity, world.host)["digits"]

    response = api.post(
        "/check-ins", world.person, {"occasion_id": str(activity.id), "digits": digits}
    )

    assert response.status_code == 201


def test_the_same_again_is_the_same_check_in(api, world, activity):
    body = {"code": api.code_of(activity, world.host)["url"]}

    first = api.post("/check-ins", world.person, body)
    second = api.post("/check-ins", world.person, body)

    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json == first.json
    assert api.get("/me", world.person).json["points"]["balance"] == 5


def test_staff_check_a_participant_in(api, world, activity):
    body = {"occasion_id": str(activity.id), "participant_id": str(world.wang.id)}

    response = api.post("/check-ins", world.clerk, body)

    assert (response.status_code, response.json["participant_id"]) == (201, str(world.wang.id))


def test_staff_check_in_by_the_number_of_a_card(api, world, activity):
    body = {"occasion_id": str(activity.id), "card": world.wang.number}

    response = api.post("/check-ins", world.clerk, body)

    assert (response.status_code, response.json["participant_id"]) == (201, str(world.wang.id))


def test_points_kept_back_by_a_cap_are_said(api, world, now):
    receipts = [
        api.post(
            "/check-ins",
            world.clerk,
            {
                "occasion_id": str(build_occasion(world.station, now=now).id),
                "participant_id": str(world.wang.id),
            },
        ).json
        for _ in range(3)
    ]

    assert [receipt["points"] for receipt in receipts] == [5, 5, 0]
    assert [receipt["capped"] for receipt in receipts] == [False, False, True]
    assert receipts[2]["awards"][0]["explanation"] == "今天活动积分已满"


def test_a_code_that_has_changed_is_gone(api, world, activity, clock, refused):
    code = api.code_of(activity, world.host)["url"]
    clock.shift(60)

    problem = refused(api.post("/check-ins", world.person, {"code": code}), 410, "code-expired")

    assert problem["next_step"]


@pytest.mark.parametrize("code", ["x", "HTTPS://EVIL/AAAA", "码" * 200])
def test_what_is_no_code_is_refused(api, world, activity, refused, code):
    refused(api.post("/check-ins", world.person, {"code": code}), 422, "invalid-code")


def test_a_tampered_code_is_refused(api, world, activity, refused):
    url = api.code_of(activity, world.host)["url"]
    tampered = url[:-3] + ("AAA" if not url.endswith("AAA") else "BBB")

    refused(api.post("/check-ins", world.person, {"code": tampered}), 422, "invalid-code")


def test_a_code_longer_than_any_is_refused(api, world, refused):
    refused(api.post("/check-ins", world.person, {"code": "A" * 5000}), 422, "invalid-request")


def test_wrong_digits_are_refused_and_guessing_is_stopped(api, world, activity, refused):
    right = api.code_of(activity, world.host)["digits"]
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    body = {"occasion_id": str(activity.id), "digits": wrong}

    for _ in range(10):
        refused(api.post("/check-ins", world.person, body), 422, "wrong-digits")
    response = api.post("/check-ins", world.person, body)

    refused(response, 429, "too-many-digits")
    assert int(response.headers["Retry-After"]) > 0


def test_too_early_names_the_time(api, world, now, refused):
    later = build_occasion(world.station, starts_in=240, now=now)
    code = api.code_of(later, world.host)["url"]

    problem = refused(
        api.post("/check-ins", world.person, {"code": code}), 409, "check-in-not-open"
    )

    assert "开始" in problem["detail"]


def test_too_late_sends_to_staff(api, world, now, refused):
    past = build_occasion(world.station, starts_in=-240, minutes=60, now=now)
    code = api.code_of(past, world.host)["url"]

    problem = refused(api.post("/check-ins", world.person, {"code": code}), 410, "check-in-closed")

    assert problem["next_step"] == "请找工作人员登记，时长可以补"


def test_a_full_occasion_is_refused(api, world, now, refused):
    small = build_occasion(world.station, capacity=1, now=now)
    body = {"occasion_id": str(small.id)}
    earlier = build_participant(world.station, now=now)
    api.post("/check-ins", world.clerk, body | {"participant_id": str(earlier.id)})

    refused(
        api.post("/check-ins", world.clerk, body | {"participant_id": str(world.wang.id)}),
        409,
        "occasion-full",
    )


def test_staff_of_another_station_are_refused(api, world, activity, refused):
    body = {"occasion_id": str(activity.id), "participant_id": str(world.wang.id)}

    refused(api.post("/check-ins", world.other_clerk, body), 403, "not-allowed")


def test_staff_of_another_center_find_no_such_occasion(api, world, activity, refused):
    body = {"occasion_id": str(activity.id), "participant_id": str(world.wang.id)}

    refused(api.post("/check-ins", world.far_admin, body), 404, "occasion-not-found")


def test_each_kind_of_token_has_its_own_inputs(api, world, activity, refused):
    for_staff = {"occasion_id": str(activity.id), "participant_id": str(world.wang.id)}
    for_participants = {"code": api.code_of(activity, world.host)["url"]}

    refused(api.post("/check-ins", world.person, for_staff), 403, "staff-only")
    refused(api.post("/check-ins", world.clerk, for_participants), 403, "participant-only")


def test_an_unknown_card_or_participant_is_not_found(api, world, activity, refused):
    body = {"occasion_id": str(activity.id)}

    refused(
        api.post("/check-ins", world.clerk, body | {"card": "00000000"}),
        404,
        "participant-not-found",
    )
    refused(
        api.post("/check-ins", world.clerk, body | {"participant_id": str(uuid4())}),
        404,
        "participant-not-found",
    )


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"code"},
        {"occasion_id"},
        {"digits"},
        {"code", "digits"},
        {"occasion_id", "code"},
        {"occasion_id", "digits", "card"},
    ],
)
def test_fields_that_do_not_go_together_are_refused(api, world, activity, refused, fields):
    whole = {"code": "", "occasion_id": str(activity.id), "digits": "123456", "card": "1"}

    refused(
        api.post("/check-ins", world.person, {name: whole[name] for name in fields}),
        422,
        "invalid-request",
    )


def test_a_repeat_gets_its_answer_after_the_card_has_aged(api, world, activity, clock, now):
    body = {"occasion_id": str(activity.id), "card": queries.get_member_code(world.wang, now=now)}

    first = api.post("/check-ins", world.host, body, key="k1")
    clock.shift(11 * 60)
    again = api.post("/check-ins", world.host, body, key="k1")

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json == first.json


def test_staff_say_at_which_gate_and_nobody_else_does(api, world, activity, refused):
    body = {"occasion_id": str(activity.id), "card": world.wang.number, "gate": "东门"}

    first = api.post("/check-ins", world.host, body)
    again = api.post("/check-ins", world.host, body | {"gate": "西门"})

    assert (first.status_code, again.status_code) == (201, 200)
    kept = queries.find_receipt(occasion_id=activity.id, participant_id=world.wang.id)
    assert kept.gate == "东门"
    for wrong in ({"code": "x", "gate": "东门"}, body | {"gate": ""}, body | {"gate": "门" * 21}):
        refused(api.post("/check-ins", world.host, wrong), 422, "invalid-request")
    refused(api.post("/check-outs", world.host, body), 422, "invalid-request")


def test_staff_check_in_nobody_of_another_center(api, world, activity, now, refused):
    card = queries.get_member_code(world.far_person, now=now)
    arrival = {"occasion_id": str(activity.id)}

    for whom in (
        {"participant_id": str(world.far_person.id)},
        {"card": world.far_person.number},
        {"card": card},
    ):
        response = api.post("/check-ins", world.host, arrival | whom)
        refused(response, 404, "participant-not-found")


def test_digits_open_to_a_visitor_of_another_center_what_the_code_opens(api, world, activity):
    digits = api.code_of(activity, world.host)["digits"]

    response = api.post(
        "/check-ins", world.person_far, {"occasion_id": str(activity.id), "digits": digits}
    )

    assert response.status_code == 201


def test_refused_attempts_are_noted_whoever_made_them(api, world, activity):
    arrival = {"occasion_id": str(activity.id)}
    nothing = {"occasion_id": str(uuid4())}

    api.post("/check-ins", world.host, arrival | {"card": "99999999"})
    api.post("/check-ins", world.other_clerk, arrival | {"participant_id": str(world.wang.id)})
    api.post("/check-ins", world.person_far, arrival | {"digits": "00000x"})
    api.post("/check-ins", world.person, nothing | {"digits": "000000"})

    db.session.rollback()
    noted = db.session.execute(
        sa.select(RefusedScanRow.reason, RefusedScanRow.occasion_id).order_by(RefusedScanRow.id)
    ).all()
    assert noted == [
        ("participant-not-found", activity.id),
        ("not-allowed", activity.id),
        ("wrong-digits", activity.id),
        ("occasion-not-found", None),
    ]


def test_who_serves_elsewhere_now_is_told_where(api, world, shift, now, refused):
    other = build_occasion(world.station, kind=OccasionKind.SERVICE_SHIFT, title="送餐", now=now)
    person = {"participant_id": str(world.wang.id)}
    assert api.post("/check-ins", world.host, {**person, "occasion_id": str(other.id)}).json

    response = api.post("/check-ins", world.host, {**person, "occasion_id": str(shift.id)})

    refused(response, 409, "overlapping-check-in")
    assert response.json["occasion_title"] == "送餐"


def test_the_digits_of_another_occasion_name_it(api, world, activity, now, refused):
    other = build_occasion(world.station, title="读书会", now=now)
    digits = api.code_of(other, world.host)["digits"]

    response = api.post(
        "/check-ins", world.person, {"occasion_id": str(activity.id), "digits": digits}
    )

    refused(response, 409, "other-occasion")
    assert response.json["occasion_title"] == "读书会"
    assert response.json["occasion_id"] == str(other.id)

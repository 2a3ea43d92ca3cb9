"""GET /rules, GET /rules/{code}, POST /rules/{code}/versions and /dry-run."""

from datetime import timedelta

import pytest

from rewards.access.types import Role, SystemActor
from rewards.checkins import service as checkins
from rewards.core import clock
from rewards.corrections import service as corrections
from rewards.earning import queries
from rewards.web import dry_runs
from tests.api.conftest import build_staff_token
from tests.factories.corrections import build_admin
from tests.factories.world import build_occasion, build_participant

pytestmark = pytest.mark.usefixtures("noise")


@pytest.fixture(autouse=True)
def _fresh_rules(app):
    queries.forget_rule_set()
    yield
    queries.forget_rule_set()


@pytest.fixture
def admin(world, now):
    return build_staff_token(Role.CENTER_ADMIN, world.center, now)


def change(api, token, body, *, code="ACT_JOIN", **options):
    return api("POST", f"/rules/{code}/versions", token, body, **options)


def test_everybody_reads_what_acts_are_worth(api, world):
    items = {each["code"]: each for each in api.get("/rules", world.person).json["items"]}

    assert len(items) == 25
    items["ACT_JOIN"]["gives"] = items["ACT_JOIN"]["gives"].replace("\N{NO-BREAK SPACE}", " ")
    assert items["ACT_JOIN"] == {
        "code": "ACT_JOIN",
        "name": "参加活动",
        "gives": "每次得 5 分，每天最多 10 分，每月最多 60 分",
        "version": 1,
        "enabled": True,
        "board": "study",
        "caps": {"day": 10, "month": 60},
    }
    assert items["GUARD"]["caps"] == {"day": 100, "month": 800}
    assert not items["ORDER_GOOD"]["enabled"]


def test_a_rule_has_its_versions(api, world, admin):
    change(api, admin, {"changes": {"base": 7}, "node_id": str(world.station.id), "note": "试点"})

    rule = api.get("/rules/ACT_JOIN", admin).json

    assert [each["version"] for each in rule["versions"]] == [1, 2]
    assert rule["versions"][1]["definition"] == {"base": 7}
    assert rule["versions"][1]["node_id"] == str(world.station.id)
    assert rule["versions"][1]["note"] == "试点"
    assert [each["note"] for each in api.get("/rules/ACT_JOIN", world.person).json["versions"]] == [
        "",
        "",
    ]


def test_what_differs_in_another_center_is_not_shown(api, world, admin):
    change(api, admin, {"changes": {"base": 7}, "node_id": str(world.station.id)})

    rule = api.get("/rules/ACT_JOIN", world.person_far).json

    assert [each["version"] for each in rule["versions"]] == [1]


def test_tiers_are_written_as_they_are_read(api, world, admin):
    tiers = [{"at_least": 50, "points": 1}, {"at_least": 100, "points": 4}]

    made = change(
        api, admin, {"changes": {"tiers": tiers}, "node_id": str(world.station.id)}, code="QUIZ"
    )

    assert (made.status_code, made.json["definition"]) == (201, {"tiers": tiers})
    assert made.headers["Location"].endswith("/api/v1/rules/QUIZ")


def test_a_rule_that_does_not_exist_is_not_found(api, world, admin, refused):
    refused(api.get("/rules/SHARE_LINK", world.person), 404, "rule-not-found")
    refused(
        change(
            api,
            admin,
            {"changes": {"base": 5}, "node_id": str(world.station.id)},
            code="SHARE_LINK",
        ),
        404,
        "rule-not-found",
    )


def test_the_same_request_twice_makes_one_version(api, world, admin):
    body = {"changes": {"base": 7}, "node_id": str(world.station.id)}
    first = change(api, admin, body, headers={"Idempotency-Key": "once"})
    again = change(api, admin, body, headers={"Idempotency-Key": "once"})

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json == first.json
    assert again.headers["Idempotency-Hit"] == "true"
    assert len(queries.list_versions("ACT_JOIN")) == 2


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"cap_day": 61}, "rule-cap-invalid", "cap_day"),
        ({"base": 11}, "rule-contradiction", "cap_day"),
        ({"of": "SVC_TIME"}, "rule-field-invalid", "of"),
        ({"cap_day": 0}, "rule-cap-invalid", "cap_day"),
        ({"cap_day": -1}, "rule-cap-invalid", "cap_day"),
    ],
)
def test_a_contradiction_names_the_field_and_the_remedy(
    api, world, admin, refused, changes, code, field
):
    body = {"changes": changes, "node_id": str(world.station.id)}

    problem = refused(change(api, admin, body), 422, code)

    assert problem["field"] == field
    assert problem["next_step"] not in {"", "照提示改好再发"}


@pytest.mark.parametrize(
    "changes",
    [{"cap_day": -100_001}, {"base": "5"}, {"colour": "red"}, {"board": "red"}, []],
)
def test_what_no_rule_can_say_is_refused(api, world, admin, refused, changes):
    body = {"changes": changes, "node_id": str(world.station.id)}

    refused(change(api, admin, body), 422, "invalid-request")


def test_a_start_in_the_past_is_refused(api, world, admin, refused, now):
    body = {"changes": {"base": 7}, "node_id": str(world.station.id)}

    past = change(api, admin, body | {"valid_from": (now - timedelta(hours=1)).isoformat()})

    assert refused(past, 422, "rule-period-invalid")["field"] == "valid_from"


def test_who_has_not_seen_the_newest_version_is_told(api, world, admin, refused):
    body = {"changes": {"base": 7}, "node_id": str(world.station.id), "after_version": 1}
    change(api, admin, body)

    assert refused(change(api, admin, body), 409, "rule-changed-meanwhile")["newest"] == 2


@pytest.mark.parametrize("path", ["versions", "dry-run"])
def test_changing_is_not_for_everybody(api, world, admin, refused, path):
    body = {"changes": {"base": 7}}
    here = body | {"node_id": str(world.station.id)}
    far = body | {"node_id": str(world.far_station.id)}
    at = f"/rules/ACT_JOIN/{path}"

    refused(api("POST", at, world.person, body), 403, "staff-only")
    refused(api("POST", at, world.clerk, here), 403, "not-allowed")
    # There are several centers: what holds everywhere is for all of them.
    refused(api("POST", at, admin, body), 403, "not-allowed")
    refused(api("POST", at, admin, far), 404, "node-not-found")


def test_a_dry_run_tells_what_would_have_been_and_saves_nothing(api, world, admin, now):
    occasion = build_occasion(world.station, now=now)
    checkins.check_in_by_staff(
        actor=SystemActor(), occasion_id=occasion.id, participant_id=world.wang.id, now=now
    )

    response = api(
        "POST",
        "/rules/ACT_JOIN/dry-run",
        admin,
        {"changes": {"base": 8}, "node_id": str(world.station.id)},
    )

    assert response.status_code == 200
    result = response.json
    assert (result["acts"], result["people"], result["is_sample"]) == (1, 1, False)
    assert (result["before"], result["after"], result["gaining"]) == (5, 8, 1)
    assert result["nodes"] == [
        {"node_id": str(world.station.id), "name": world.station.name, "before": 5, "after": 8}
    ]
    assert len(queries.list_versions("ACT_JOIN")) == 1


def test_a_dry_run_finds_the_same_as_was_given(api, world, admin, now):
    for rule in ("ACT_JOIN", "FILM_JOIN", "ACT_JOIN", "ACT_JOIN"):
        occasion = build_occasion(world.station, rule_code=rule, now=now)
        checkins.check_in_by_staff(
            actor=SystemActor(), occasion_id=occasion.id, participant_id=world.wang.id, now=now
        )

    result = api(
        "POST",
        "/rules/FILM_JOIN/dry-run",
        admin,
        {"changes": {"enabled": False}, "node_id": str(world.station.id)},
    ).json

    assert (result["before"], result["after"], result["losing"]) == (15, 10, 1)


def test_a_dry_run_judges_what_staff_entered(api, world, admin, now):
    staff = build_admin(world.station)
    for act in ({"quantity": 2}, {"day": now.date() - timedelta(days=8)}):
        corrections.award(
            actor=staff,
            participant_id=world.wang.id,
            node_id=world.station.id,
            rule_code="BOOK_BACK",
            note="居民按期还书",
            now=now,
            **act,
        )

    result = api(
        "POST",
        "/rules/BOOK_BACK/dry-run",
        admin,
        {"changes": {"base": 1}, "node_id": str(world.station.id)},
    ).json

    assert (result["acts"], result["before"], result["after"]) == (2, 6, 3)


def test_of_too_many_entries_only_whole_people_are_tried_out(world, now):
    staff = build_admin(world.station)
    first, second = sorted((world.wang.id, build_participant(world.station, now=now).id))
    for participant_id in (first, first, second):
        corrections.award(
            actor=staff,
            participant_id=participant_id,
            node_id=world.station.id,
            rule_code="BOOK_BACK",
            note="居民按期还书",
            now=now,
        )
    today = clock.local_date(now, clock.zone())

    def people(limit):
        past = dry_runs.read_past(start=today, end=today, limit=limit)
        return past.is_sample, [participant_id for participant_id, _act in past.acts]

    assert people(3) == (False, [first, first, second])
    assert people(2) == (True, [first, first])
    assert people(1) == (True, [])

import pytest


def occasion_request(world, **changes):
    return {
        "kind": "service_shift",
        "title": "热线值班",
        "node_id": str(world.station.id),
        "starts_at": "2026-11-21T15:00:00+08:00",
        "ends_at": "2026-11-21T17:00:00+08:00",
    } | changes


def test_a_host_plans_an_occasion(api, world):
    response = api.post("/occasions", world.host, occasion_request(world, capacity=40))

    assert response.status_code == 201
    assert response.json["capacity"] == 40
    assert response.json["requires_check_out"] is True
    assert response.json["starts_at"] == "2026-11-21T07:00:00+00:00"
    shown = api.get(response.headers["Location"].removeprefix("/api/v1"), world.host)
    assert shown.json == response.json


def test_an_end_before_the_start_is_refused(api, world, refused):
    body = occasion_request(world, ends_at="2026-11-21T14:00:00+08:00")

    refused(api.post("/occasions", world.host, body), 422, "occasion-times")


def test_a_rule_of_another_kind_is_refused(api, world, refused):
    body = occasion_request(world, rule_code="SPACE_STAMP")

    refused(api.post("/occasions", world.host, body), 422, "occasion-rule")


def test_a_shift_without_check_out_is_refused(api, world, refused):
    body = occasion_request(world, requires_check_out=False)

    refused(api.post("/occasions", world.host, body), 422, "check-out-required")


def test_who_may_not_plan_is_refused(api, world, refused):
    body = occasion_request(world)

    refused(api.post("/occasions", world.clerk, body), 403, "not-allowed")
    refused(api.post("/occasions", world.person, body), 403, "staff-only")
    refused(api.post("/occasions", world.far_admin, body), 404, "node-not-found")


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"kind": "party"}, "#/kind"),
        ({"title": None}, "#/title"),
        ({"title": "   "}, "#/title"),
        ({"starts_at": "2026-11-21T15:00:00"}, "#/starts_at"),
        ({"starts_at": "2026-11-21"}, "#/starts_at"),
        ({"starts_at": 1795248000}, "#/starts_at"),
        ({"starts_at": "0001-01-01T00:00:00+23:59"}, "#/starts_at"),
        ({"starts_at": "9999-12-31T23:59:59-23:59"}, "#/starts_at"),
        ({"capacity": 0}, "#/capacity"),
        ({"capacity": "40"}, "#/capacity"),
        ({"requires_check_out": 1}, "#/requires_check_out"),
        ({"node_id": "urn:uuid:01a1ffcf-2847-70da-8f0e-08a539c5752f"}, "#/node_id"),
    ],
)
def test_a_body_that_does_not_fit_is_refused(api, world, refused, changes, pointer):
    problem = refused(
        api.post("/occasions", world.host, occasion_request(world, **changes)),
        422,
        "invalid-request",
    )

    assert [error["pointer"] for error in problem["errors"]] == [pointer]

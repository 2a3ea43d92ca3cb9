"""What holds for every call alike, taken from the OpenAPI document."""

import re
import uuid

import pytest

pytestmark = pytest.mark.databases("sqlite")

CALLS = [
    ("GET", "/nodes"),
    ("POST", "/nodes"),
    ("GET", "/nodes/{id}"),
    ("GET", "/participants"),
    ("POST", "/participants"),
    ("GET", "/participants/{id}"),
    ("PATCH", "/participants/{id}"),
    ("GET", "/participants/{id}/cards"),
    ("POST", "/participants/{id}/cards"),
    ("POST", "/participants/{id}/cards/{id}/revocation"),
    ("GET", "/participants/{id}/qualifications"),
    ("POST", "/participants/{id}/qualifications"),
    ("DELETE", "/participants/{id}/qualifications/{id}"),
    ("POST", "/participants/{id}/guardian-consent"),
    ("DELETE", "/participants/{id}/guardian-consent"),
    ("GET", "/participants/{id}/entries"),
    ("GET", "/me"),
    ("GET", "/me/entries"),
    ("GET", "/me/statement"),
    ("GET", "/me/statement.csv"),
    ("GET", "/me/statement.pdf"),
    ("GET", "/participants/{id}/statement"),
    ("GET", "/participants/{id}/statement.csv"),
    ("GET", "/participants/{id}/statement.pdf"),
    ("POST", "/participants/{id}/record-slips"),
    ("POST", "/posters"),
    ("GET", "/posters/{id}"),
    ("GET", "/posters/{id}.pdf"),
    ("POST", "/posters/{id}/revocation"),
    ("GET", "/record-slips/{id}"),
    ("GET", "/record-slips/{id}.pdf"),
    ("POST", "/record-slips/{id}/void"),
    ("GET", "/me/redemptions"),
    ("GET", "/nodes/{id}/budgets"),
    ("POST", "/nodes/{id}/budgets"),
    ("POST", "/nodes/{id}/budgets/removal"),
    ("GET", "/wishes"),
    ("POST", "/wishes"),
    ("GET", "/wishes/{id}"),
    ("POST", "/wishes/{id}/closing"),
    ("POST", "/wishes/{id}/gifts"),
    ("POST", "/entries/{id}/reversal"),
    ("POST", "/awards"),
    ("GET", "/adjustments"),
    ("POST", "/adjustments"),
    ("GET", "/adjustments/{id}"),
    ("POST", "/adjustments/{id}/approval"),
    ("GET", "/me/notices"),
    ("POST", "/me/notices/read"),
    ("GET", "/teams"),
    ("POST", "/teams"),
    ("GET", "/teams/{id}"),
    ("PATCH", "/teams/{id}"),
    ("GET", "/teams/{id}/members"),
    ("POST", "/teams/{id}/members"),
    ("DELETE", "/teams/{id}/members/{id}"),
    ("GET", "/team-categories"),
    ("POST", "/team-categories"),
    ("GET", "/occasions"),
    ("POST", "/occasions"),
    ("GET", "/occasions/{id}"),
    ("PATCH", "/occasions/{id}"),
    ("GET", "/occasions/{id}/code"),
    ("POST", "/occasions/{id}/code/rotation"),
    ("GET", "/series"),
    ("POST", "/series"),
    ("GET", "/series/{id}"),
    ("PATCH", "/series/{id}"),
    ("POST", "/series/{id}/skips"),
    ("GET", "/occasions/{id}/sign-ups"),
    ("POST", "/occasions/{id}/sign-ups"),
    ("GET", "/me/sign-ups"),
    ("GET", "/sign-ups/{id}"),
    ("POST", "/sign-ups/{id}/cancellation"),
    ("POST", "/sign-ups/{id}/move-up"),
    ("DELETE", "/participants/{id}/sign-up-pause"),
    ("POST", "/check-ins"),
    ("POST", "/check-outs"),
    ("POST", "/check-ins/{id}/undo"),
    ("POST", "/check-outs/{id}/undo"),
    ("GET", "/attendance"),
    ("POST", "/check-ins/{id}/confirmation"),
    ("POST", "/check-ins/{id}/correction"),
    ("POST", "/check-ins/{id}/review"),
    ("GET", "/back-fills"),
    ("POST", "/back-fills"),
    ("GET", "/back-fills/{id}"),
    ("POST", "/back-fills/{id}/approval"),
    ("GET", "/leaderboards"),
    ("GET", "/spaces"),
    ("POST", "/spaces"),
    ("GET", "/spaces/{id}"),
    ("GET", "/spaces/{id}/hours"),
    ("POST", "/spaces/{id}/hours"),
    ("POST", "/spaces/{id}/special-days"),
    ("POST", "/spaces/{id}/special-days/removal"),
    ("GET", "/spaces/{id}/pick-up-slots"),
    ("POST", "/spaces/{id}/pick-up-slots"),
    ("GET", "/spaces/{id}/rewards"),
    ("POST", "/spaces/{id}/rewards"),
    ("GET", "/rewards/{id}"),
    ("PATCH", "/rewards/{id}"),
    ("PUT", "/rewards/{id}/picture"),
    ("DELETE", "/rewards/{id}/picture"),
    ("GET", "/rewards/{id}/prices"),
    ("GET", "/stock-movements"),
    ("POST", "/stock-movements"),
    ("GET", "/stock-changes"),
    ("POST", "/stock-changes"),
    ("GET", "/stock-changes/{id}"),
    ("POST", "/stock-changes/{id}/approval"),
    ("POST", "/stock-changes/{id}/withdrawal"),
    ("GET", "/transfers"),
    ("POST", "/transfers"),
    ("GET", "/transfers/{id}"),
    ("POST", "/transfers/{id}/receipt"),
    ("POST", "/transfers/{id}/cancellation"),
    ("GET", "/stocktakes"),
    ("POST", "/stocktakes"),
    ("GET", "/stocktakes/{id}"),
    ("POST", "/stocktakes/{id}/counts"),
    ("POST", "/stocktakes/{id}/closing"),
    ("POST", "/stocktakes/{id}/cancellation"),
    ("POST", "/redemptions"),
    ("GET", "/redemptions/{id}"),
    ("POST", "/redemptions/{id}/fulfilment"),
    ("POST", "/redemptions/{id}/cancellation"),
    ("POST", "/redemptions/{id}/undo"),
    ("POST", "/redemptions/{id}/return"),
    ("POST", "/redemptions/{id}/extension"),
    ("POST", "/redemptions/{id}/slot"),
    ("POST", "/redemptions/{id}/proxy"),
    ("DELETE", "/redemptions/{id}/proxy"),
    ("GET", "/rules"),
    ("GET", "/rules/{id}"),
    ("POST", "/rules/{id}/versions"),
    ("POST", "/rules/{id}/dry-run"),
    ("POST", "/appeals"),
    ("GET", "/appeals"),
    ("GET", "/appeals/{id}"),
    ("GET", "/me/appeals"),
    ("POST", "/appeals/{id}/answer"),
    ("POST", "/appeals/{id}/withdrawal"),
    ("GET", "/webhooks"),
    ("POST", "/webhooks"),
    ("GET", "/webhooks/{id}"),
    ("PATCH", "/webhooks/{id}"),
    ("DELETE", "/webhooks/{id}"),
    ("POST", "/webhooks/{id}/secret/rotation"),
    ("POST", "/webhooks/{id}/test"),
    ("POST", "/webhooks/{id}/replay"),
    ("GET", "/webhooks/{id}/deliveries"),
    ("POST", "/webhooks/{id}/deliveries/{id}/redelivery"),
]
# Anybody may check whether a record slip is genuine.
OPEN = [("GET", "/record-slips/{id}")]
PARAMETER = re.compile(r"\{\w+\}")
WITHOUT_BODY = (
    "/cancellation",
    "/closing",
    "/extension",
    "/move-up",
    "/picture",
    "/redelivery",
    "/revocation",
    "/rotation",
    "/test",
    "/undo",
    "/withdrawal",
)
WITH_BODY = [
    call
    for call in CALLS
    if call[0] not in ("GET", "DELETE") and not call[1].endswith(WITHOUT_BODY)
]


def at(path):
    return path.replace("{id}", str(uuid.uuid4()))


def each(calls):
    """Return the calls with an identifier of nothing in their paths."""
    return [(method, at(path)) for method, path in calls]


def test_the_document_names_these_calls_and_no_others(api):
    paths = api.get("/openapi.json").json["paths"]

    documented = {
        (method.upper(), PARAMETER.sub("{id}", path.removeprefix("/api/v1")))
        for path, operations in paths.items()
        for method in operations.keys() & {"get", "post", "patch", "put", "delete"}
    }
    assert documented == set(CALLS)


def test_without_a_token_nothing_is_answered(api, world, refused):
    for method, path in each([call for call in CALLS if call not in OPEN]):
        response = api(method, path)

        refused(response, 401, "not-signed-in")
        assert response.headers["WWW-Authenticate"] == "Bearer", path


@pytest.mark.parametrize("token", ["wrong", "", "x" * 5000, "令牌"])
def test_a_token_that_is_none_of_ours_is_nobody(api, world, refused, token):
    header = f"Bearer {token}".encode().decode("latin-1")

    refused(api.get("/me", headers={"Authorization": header}), 401, "not-signed-in")


def test_a_cookie_opens_nothing(api, client, world, refused):
    client.set_cookie("participant_token", world.person)

    refused(api.get("/me"), 401, "not-signed-in")


def test_a_wrong_method_names_the_right_ones(api, world):
    for method, path in each(CALLS):
        response = api("TRACE", path, world.admin)

        assert response.status_code == 405, path
        assert response.content_type == "application/problem+json"
        assert response.json["type"] == "about:blank"
        assert method in response.headers["Allow"], path


def test_an_unknown_field_is_refused(api, world, refused):
    for method, path in each(WITH_BODY):
        problem = refused(api(method, path, world.admin, {"surprise": 1}), 422, "invalid-request")

        assert {"pointer": "#/surprise", "detail": "Unknown field."} in problem["errors"], path


@pytest.mark.parametrize("body", [[], "text", 7, None, [{}]], ids=repr)
def test_a_body_that_is_no_object_is_refused(api, world, refused, body):
    for method, path in each(WITH_BODY):
        response = api(method, path, world.admin, body, content_type="application/json")

        if body is not None:
            refused(response, 422, "invalid-request")
        assert response.status_code in (400, 422), path


def test_broken_json_is_refused(api, world):
    for method, path in each(WITH_BODY):
        for broken in (b"{", b"\xff\xfe", b"[" * 100_000, b'{"a":' * 50_000, b""):
            response = api(method, path, world.admin, data=broken, content_type="application/json")
            assert (response.status_code, response.json["type"]) == (400, "about:blank"), path


def test_a_form_is_not_json(api, world):
    for method, path in each(WITH_BODY):
        response = api(method, path, world.admin, data={"a": "b"})

        assert (response.status_code, response.json["type"]) == (415, "about:blank"), path


def test_a_huge_body_is_not_read(api, world):
    for method, path in each(WITH_BODY):
        response = api(method, path, world.admin, {"name": "长" * 1_100_000})

        assert (response.status_code, response.json["type"]) == (413, "about:blank"), path


def test_an_unknown_address_is_a_problem_too(client):
    response = client.get("/api/v2/nodes")

    assert (response.status_code, response.content_type) == (404, "application/problem+json")
    assert response.json["type"] == "about:blank"


@pytest.mark.parametrize("bad", ["x", "1", "0190", "%00", "..%2f.."])
def test_an_identifier_that_is_none_finds_nothing(api, world, bad):
    assert api.get(f"/nodes/{bad}", world.admin).status_code == 404

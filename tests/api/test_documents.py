"""The OpenAPI document, the page made of it, and the explanations of problems."""

import re

import pytest
from openapi_spec_validator import validate

pytestmark = pytest.mark.databases("sqlite")


def test_the_document_is_openapi_3_1(api):
    response = api.get("/openapi.json")

    validate(response.json)
    assert response.json["openapi"] == "3.1.0"


def test_every_call_says_what_a_client_must_know(api):
    document = api.get("/openapi.json").json

    operations = [
        (method, path, operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method != "parameters"
    ]
    assert [each["summary"] for _, _, each in operations if each.get("security") == []] == [
        "Check the number of a slip; open to everybody, and silent about the person."
    ]
    assert document["security"] == [{"bearer": []}]
    assert document["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    for method, path, operation in operations:
        assert operation["summary"].endswith(".")
        assert ("401" in operation["responses"]) == (operation.get("security") != [])
        names = [str(item) for item in operation.get("parameters", ())]
        # Trying a rule out saves nothing that could be there twice; changing a series makes one.
        makes = method == "post" or (method, path) == ("patch", "/api/v1/series/{series_id}")
        is_keyed = makes and not path.endswith("/dry-run")
        assert any("IdempotencyKey" in name for name in names) == is_keyed
    refusal = document["components"]["responses"]["UNAUTHORIZED"]
    assert list(refusal["content"]) == ["application/problem+json"]


def test_the_page_lists_every_call_and_loads_nothing_from_elsewhere(api, client):
    page = api.get("/docs").text

    for path in api.get("/openapi.json").json["paths"]:
        assert path in page
    addresses = re.findall(r'(?:src|href)="([^"#]*)"', page)
    assert "//" not in "".join(addresses)
    assert "<code>occasion_id</code>" in page
    assert "<script" not in page
    assert "style=" not in page
    for address in {address for address in addresses if address}:
        with client.get(address) as response:
            assert response.status_code == 200


def test_a_problem_is_explained_where_its_type_says(api, client, world):
    problem = api.get("/me").json

    page = client.get(problem["type"])

    assert page.status_code == 200
    assert "<h1>not-signed-in</h1>" in page.text
    assert "Nobody is signed in." in page.text


def test_an_unknown_problem_has_no_page(client):
    assert client.get("/problems/nothing-of-ours").status_code == 404
    assert client.get("/problems/..%2f..%2fetc").status_code == 404

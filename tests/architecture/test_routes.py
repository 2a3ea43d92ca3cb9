"""Whoever has not signed in gets nowhere but to the routes named here, each for a reason."""

import re

import pytest

# Everything under /api/v1 wants a token, but for these.
OPEN_API_ROUTES = {
    "/api/v1/openapi.json",  # what the interface is, for those who write clients
    "/api/v1/docs",
    "/api/v1/docs/static/<path:filename>",
    # Pictures of a code, for pages to show: whoever has the link has the code.
    "/api/v1/codes/<token>.svg",
    "/api/v1/codes/<token>.png",
    # Whether a record slip is genuine; it says nothing of the person.
    "/api/v1/record-slips/<string(maxlength=40):number>",
}
CONVERTER = re.compile(r"<(?:(?P<kind>\w+)(?:\([^)]*\))?:)?\w+>")
SAMPLES = {
    "uuid": "01900000-0000-7000-8000-000000000000",
    "int": "1",
    "float": "1.0",
    "any": "csv",
}


def calls(app, prefix):
    """Yield each rule under *prefix* with each of its methods and a path that fits it."""
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(prefix):
            path = CONVERTER.sub(lambda found: SAMPLES.get(found["kind"], "x"), rule.rule)
            for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
                yield rule.rule, method, path


def test_the_api_answers_nobody_without_a_token(app, client):
    answered = [
        (method, rule, status)
        for rule, method, path in calls(app, "/api/")
        if rule not in OPEN_API_ROUTES
        and (status := client.open(path, method=method, json={}).status_code) != 401
    ]

    assert answered == []


@pytest.mark.parametrize("header", ["Bearer nobody", "Bearer ", "Basic bm9ib2R5Og==", "nobody"])
def test_the_api_answers_nobody_with_a_wrong_token(app, client, header):
    headers = {"Authorization": header}

    answered = [
        (method, rule, status)
        for rule, method, path in calls(app, "/api/")
        if rule not in OPEN_API_ROUTES
        and (status := client.open(path, method=method, headers=headers, json={}).status_code)
        != 401
    ]

    assert answered == []


def test_the_console_answers_nobody_who_has_not_signed_in(app, client):
    app.config["WTF_CSRF_ENABLED"] = False

    answered = [
        (method, rule, answer.status_code)
        for rule, method, path in calls(app, "/console")
        if "sign-in" not in rule and not _sends_away(answer := client.open(path, method=method))
    ]

    assert answered == []


def _sends_away(answer):
    if answer.status_code in (302, 303):
        return "sign-in" in answer.location
    return answer.status_code in (401, 403)


# What a screen gets before it is paired: digits to show, and where to go with them.
OPEN_SCREEN_ROUTES = {
    "/screen",
    "/screen/pairing",
    "/screen/pairing.json",
    # Signed, for one occasion: who has the link has the code.
    "/screen/occasions/<token>",
    "/screen/occasions/<token>.json",
}


def test_screens_show_nothing_to_who_is_neither_paired_nor_staff(app, client):
    app.config["WTF_CSRF_ENABLED"] = False

    answered = [
        (method, rule, answer.status_code)
        for prefix in ("/screen", "/streams")
        for rule, method, path in calls(app, prefix)
        if rule not in OPEN_SCREEN_ROUTES
        and not _sends_away(answer := client.open(path, method=method))
    ]

    assert answered == []

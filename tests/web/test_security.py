"""What every answer says to the browser, and which forms are believed."""

import re

import pytest
from flask import Response

from rewards.web import answers, security, zones

CONVERTER = re.compile(r"<(?:(?P<kind>\w+)(?:\([^)]*\))?:)?\w+>")
SAMPLES = {
    "uuid": "01900000-0000-7000-8000-000000000000",
    "int": "1",
    "float": "1.0",
}
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "child-src": "'self'",
    "worker-src": "'self'",
    "frame-src": "'none'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


def policy(response):
    parts = response.headers["Content-Security-Policy"].split("; ")
    return dict(part.split(" ", 1) for part in parts)


def policy_of(response):
    """Return the policy that is due: a page may run the lines that stand in it, and no others."""
    text = response.get_data(as_text=True)
    lines = [each.DIGEST for each in (zones, answers) if each.SCRIPT in text]
    return {**POLICY, "script-src": " ".join(["'self'", *lines])}


def paths(site):
    for rule in site.url_map.iter_rules():
        path = CONVERTER.sub(lambda found: SAMPLES.get(found["kind"], "x"), rule.rule)
        for method in sorted(rule.methods - {"OPTIONS"}):
            yield method, path
    yield "GET", "/nowhere"
    yield "POST", "/nowhere"
    yield "GET", "/api/v1/nowhere"
    yield "DELETE", "/sample"


def test_every_answer_protects_itself(site, visitor):
    site.config["PROPAGATE_EXCEPTIONS"] = False
    statuses = set()

    for method, path in paths(site):
        response = visitor.open(path, method=method)
        statuses.add(response.status_code)

        told = visitor.get(path) if method == "HEAD" else response
        assert policy(response) == policy_of(told), path
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] == "same-origin"
        assert response.headers["Permissions-Policy"].startswith("camera=()")
        assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "Cache-Control" in response.headers
        assert "Strict-Transport-Security" not in response.headers

    assert {200, 400, 404, 405, 500} <= statuses


def test_nothing_that_is_made_for_a_visitor_is_kept_by_a_cache(visitor):
    assert visitor.get("/sample").headers["Cache-Control"] == "no-store"
    assert visitor.get("/nowhere").headers["Cache-Control"] == "no-store"


def test_a_page_may_say_itself_how_long_it_is_kept(visitor):
    assert visitor.get("/sample/kept").headers["Cache-Control"] == "public, max-age=60"


def test_over_https_browsers_keep_to_it(make_site):
    visitor = make_site(secure_cookies=True).test_client()

    response = visitor.get("/sample/form", base_url="https://localhost")

    assert response.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))


@pytest.mark.parametrize(
    ("streams_url", "base_url", "allowed"),
    [
        (None, "http://screen.example:8000", "'self'"),
        (":8001", "http://screen.example:8000", "'self' http://screen.example:8001"),
        (":8001", "https://screen.example", "'self' https://screen.example:8001"),
        ("https://live.example/streams", "http://localhost", "'self' https://live.example"),
    ],
)
def test_a_page_may_connect_to_where_live_updates_come_from(
    make_site, streams_url, base_url, allowed
):
    site = make_site(streams_url=streams_url)

    response = site.test_client().get("/sample", base_url=base_url)

    assert policy(response)["connect-src"] == allowed


IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS {} like Mac OS X) AppleWebKit/605.1.15 MicroMessenger"
IPAD = "Mozilla/5.0 (iPad; CPU OS {} like Mac OS X) Version/15.4 Mobile/15E148 Safari/604.1"
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/{} Safari/605.1.15"
ANDROID = "Mozilla/5.0 (Linux; Android 10) Chrome/{} Mobile Safari/537.36 XWEB MicroMessenger"


@pytest.mark.parametrize(
    ("browser", "word"),
    [
        (ANDROID.format("78.0.3904.62"), "'unsafe-eval'"),
        (ANDROID.format("96.0.4664.45"), "'unsafe-eval'"),
        (ANDROID.format("97.0.4692.70"), "'wasm-unsafe-eval'"),
        (IPHONE.format("14_8"), "'unsafe-eval'"),
        (IPHONE.format("16_0"), "'wasm-unsafe-eval'"),
        (IPAD.format("15_4"), "'unsafe-eval'"),
        (MAC.format("15.6.1"), "'unsafe-eval'"),
        (MAC.format("18.2"), "'wasm-unsafe-eval'"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:91.0) Firefox/91.0", "'wasm-unsafe-eval'"),
        ("", "'wasm-unsafe-eval'"),
    ],
)
def test_a_scanner_is_allowed_by_the_word_that_its_browser_knows(site, browser, word):
    with site.test_request_context("/sample", headers={"User-Agent": browser}):
        response = security.allow_camera(Response())

    assert policy(response)["script-src"] == f"'self' {word}"


@pytest.mark.parametrize("host", ["a;script-src *", "a b", "a,b", "[::1]:8000", "<x>"])
def test_a_host_that_is_no_name_gets_into_no_policy(make_site, host):
    site = make_site(streams_url=":8001")

    with site.test_request_context("/sample", environ_overrides={"HTTP_HOST": host}):
        assert security.streams_origin() is None


def token(visitor):
    return visitor.get("/sample/form").text


def test_a_form_without_its_token_is_refused(visitor):
    token(visitor)

    assert visitor.post("/sample/form").status_code == 400
    assert visitor.post("/sample/form", data={"csrf_token": "made-up"}).status_code == 400


def test_a_form_with_its_token_is_taken(visitor):
    response = visitor.post("/sample/form", data={"csrf_token": token(visitor)})

    assert response.status_code == 200


def test_the_token_of_another_browser_does_not_count(site, visitor):
    other = token(site.test_client())
    token(visitor)

    assert visitor.post("/sample/form", data={"csrf_token": other}).status_code == 400


def test_a_form_left_open_over_lunch_still_counts(site):
    # An hour is the library's default.
    assert site.config["WTF_CSRF_TIME_LIMIT"] is None


def test_the_api_wants_no_token_of_a_form(site, visitor):
    def post_sample():
        return "taken"

    site.add_url_rule("/api/v1/sample", view_func=post_sample, methods=["POST"])

    assert visitor.post("/api/v1/sample", json={}).text == "taken"


def test_a_form_to_nowhere_finds_nothing(visitor):
    assert visitor.post("/nowhere").status_code == 404
